/** In everything that is sent as a secret: no answer may show it. */
export const MARK = 'Zq7MarkOfASecret';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u0001\u001f\u007f',
  '\r\nX-Injected: yes',
  '\ud800',
  'half \udfff pair',
  '\ufeff\u202e\u200b',
  '\u{1f600}'.repeat(120),
  'x'.repeat(30_000),
  '__proto__',
  'constructor',
  'toString',
  "'; drop table user; --",
  '%00%ff%zz',
  '{{7*7}}',
  '../../etc/passwd',
  '-1',
  '1e999',
  'null',
  '\u0130\u00df\u01c5@example.test',
  `${MARK}\0`,
  `${MARK} `.repeat(200),
];

/** Values of every type as JSON text: some of them no JavaScript value could be written as. */
export const HOSTILE_JSON: readonly string[] = [
  ...TEXTS.map((text) => JSON.stringify(text)),
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e308',
  '1e999',
  '-1e999',
  '9007199254740993',
  '9223372036854775808',
  `1${'0'.repeat(400)}`,
  '[]',
  '[[]]',
  '[null]',
  '[true,1,{}]',
  '["a","a"]',
  JSON.stringify(Array.from({ length: 2_000 }, (_, n) => `t${n}`)),
  nested(500),
  '{}',
  '{"length":1,"0":"x"}',
  '{"toString":"x","valueOf":1}',
  '{"then":"x"}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"__proto__":{"polluted":true}}',
  JSON.stringify({ [MARK]: MARK }),
  JSON.stringify([MARK]),
];

/** As it may stand in a path or a query, which know only text and no half of a pair. */
export const HOSTILE_TEXTS: readonly string[] = TEXTS.map((text) => text.toWellFormed().slice(0, 4_000)).filter(
  (text) => text !== '' && text !== '..',
);
