/** One line of a benchmark's answer. */
export interface Row {
  /** What was measured, for example "authorize(), 1,000 roles". */
  what: string;
  /** With its unit. */
  result: string;
  /** The same as a ratio to whatever ran beside it in the same process; empty where there is nothing beside it. */
  beside: string;
  /** What we aim at; empty for a figure that only explains another. */
  target: string;
  /** `null` where there is no target. */
  met: boolean | null;
}

const HEAD: Row = { what: 'Measured', result: 'Result', beside: 'Beside', target: 'Target', met: null };

const mark = ({ met }: Row) => (met === null ? '' : met ? '✓' : '✗');
const cells = (row: Row) => [row.what, row.result, row.beside, row.target, mark(row)];

/** A Markdown table whose columns also line up on a terminal. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows].map(cells);
  const widths = cells(HEAD).map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? '').length)));
  const print = (line: string[]) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [print(lines[0] ?? []), rule, ...lines.slice(1).map(print)].join('\n');
}
