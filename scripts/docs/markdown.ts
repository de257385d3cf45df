/** Text in a cell must not end the cell. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`.replaceAll(/ {2,}/g, ' ');

/** `alignment` holds markdown's own marks, for example `:-:`. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  alignment: readonly string[] = [],
): string {
  const line = `|${headings.map((_, i) => alignment[i] || '---').join('|')}|`;
  return [row(headings), line, ...rows.map(row)].join('\n');
}

export const code = (text: string) => `\`${text}\``;

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. @throws when a text has no such place */
export function fill(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(start), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document has no place for "${name}"`);
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}
