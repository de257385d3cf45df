export interface Line {
  text: string;
  kind: 'typed' | 'said' | 'refused';
}

export interface Window {
  title: string;
  lines: readonly Line[];
}

const COLUMNS = 120;
/** In pixels. The width of a letter follows from the font size in every monospaced font we name. */
const [LETTER, LINE, EDGE, TITLE, GAP] = [7.8, 19, 18, 34, 16];
const WIDTH = Math.ceil(COLUMNS * LETTER + 2 * EDGE);

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const cut = (text: string) => (text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text);

const heightOf = ({ lines }: Window) => TITLE + lines.length * LINE + EDGE;

function draw({ title, lines }: Window, top: number): string {
  const y = (i: number) => top + TITLE + 14 + i * LINE;
  const text = lines.map(
    ({ text, kind }, i) => `<text x="${EDGE}" y="${y(i)}" class="${kind}">${escaped(cut(text))}</text>`,
  );
  return [
    `<rect x="0.5" y="${top + 0.5}" width="${WIDTH - 1}" height="${heightOf({ title, lines }) - 1}" rx="8" class="window"/>`,
    ...['#e0655c', '#dfb14a', '#69b45c'].map(
      (colour, i) => `<circle cx="${EDGE + 4 + i * 17}" cy="${top + 17}" r="5" fill="${colour}"/>`,
    ),
    `<text x="${WIDTH / 2}" y="${top + 22}" class="title">${escaped(title)}</text>`,
    ...text,
  ].join('\n');
}

/** Terminal windows, one below the other, as an SVG that needs no font and no script of its own. */
export function terminalPicture(windows: readonly Window[]): string {
  let top = 0;
  const parts = windows.map((window) => {
    const part = draw(window, top);
    top += heightOf(window) + GAP;
    return part;
  });
  const height = top - GAP;
  const words = windows.flatMap(({ lines }) => lines.map(({ text }) => cut(text))).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>${escaped(words)}</title>
<style>
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #cfd8e1; }
  .window { fill: #12181f; stroke: #3a4653; }
  .title { font-family: system-ui, sans-serif; text-anchor: middle; fill: #93a1af; }
  .typed { fill: #8cc4ff; }
  .refused { fill: #ffab9f; }
</style>
${parts.join('\n')}
</svg>
`;
}
