import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** An HTML page of ours, with the headers that let it do what it needs and nothing else. */
export interface Page {
  html: string;
  headers: Readonly<Record<string, string>>;
}

/** What a page may load beside its own inline parts, which are known by their hashes: Content-Security-Policy's words. */
type Allowed = Readonly<Partial<Record<'script-src' | 'style-src' | 'connect-src' | 'img-src' | 'font-src', string>>>;

const hashes = (html: string, tag: 'script' | 'style') =>
  [...html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(
    ([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );

/**
 * Reads `pages/<name>.html` and fills in its `{{names}}`. Inline parts stay inline and still nothing foreign can run: the
 * policy names their hashes.
 */
export function page(name: string, values: Readonly<Record<string, string>>, allowed: Allowed = {}): Page {
  const file = readFileSync(new URL(`./pages/${name}.html`, import.meta.url), 'utf8');
  const html = file.replaceAll(/\{\{(\w+)\}\}/g, (mark, key: string) => values[key] ?? mark);
  const sources: Record<string, string> = { ...allowed };
  for (const tag of ['script', 'style'] as const) {
    const own = [...hashes(html, tag), allowed[`${tag}-src`]].filter(Boolean);
    if (own.length > 0) sources[`${tag}-src`] = own.join(' ');
  }
  const policy = {
    'default-src': "'none'",
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    ...sources,
  };
  return {
    html,
    headers: {
      'Content-Security-Policy': Object.entries(policy)
        .map((entry) => entry.join(' '))
        .join('; '),
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  };
}
