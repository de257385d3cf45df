import { CliFailure } from './failure.ts';

/** Standard output is for the answer alone: JSON for programs, or words for people. */
export function print(json: boolean, answer: unknown, words: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(answer, null, 2) : words()}\n`);
}

/** Reports on standard error and returns the exit code. Our own mistakes show their stack. */
export function report(error: unknown, json: boolean): number {
  if (!(error instanceof CliFailure)) {
    const words = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${json ? JSON.stringify({ error: { message: String(error) } }) : words}\n`);
    return 1;
  }
  const { message, body } = error;
  const answer = body ? { ...body, hint: message } : { error: { message } };
  process.stderr.write(`${json ? JSON.stringify(answer) : message}\n`);
  return error.exitCode;
}

/** Texts come from other people: an escape sequence in a tag must not reach the terminal. */
export const printable = (value: unknown) => String(value ?? '–').replace(/\p{Cc}/gu, '?');

/** Columns by their heading, in order. */
export function table<Row>(rows: readonly Row[], columns: Record<string, (row: Row) => unknown>): string {
  const headings = Object.keys(columns);
  const cells = rows.map((row) => Object.values(columns).map((column) => printable(column(row))));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...cells.map((line) => line[i]!.length)));
  const line = (texts: string[]) =>
    texts
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [line(headings), ...cells.map(line)].join('\n');
}

/** `2026-03-01 12:30` in UTC, which is what the API says. */
export const time = (iso: string | null | undefined) => (iso ? iso.slice(0, 16).replace('T', ' ') : null);
