import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';

/** Lines that are written at a time: what waits for the loop meanwhile waits for some milliseconds. */
const STEP = 500;

/**
 * A table for a spreadsheet, with a header. Names and addresses come from people: a cell that a spreadsheet would take
 * for a formula is given an apostrophe in front.
 */
export async function csvOf<C extends string>(
  columns: readonly C[],
  lines: Iterable<Partial<Record<C, string | number | null>>>,
): Promise<string> {
  const form = { columns: [...columns], escape_formulas: true, record_delimiter: 'windows' } as const;
  let text = stringify([], { ...form, header: true });
  let step: Partial<Record<C, string | number | null>>[] = [];
  for (const line of lines) {
    if (step.push(line) < STEP) continue;
    text += stringify(step, form);
    step = [];
    await setImmediate();
  }
  text += stringify(step, form);
  return text;
}
