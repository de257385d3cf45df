/** A month in UTC, and the same part of the one before it. Times are unix milliseconds. */
export interface Months {
  from: number;
  to: number;
  /** Where the month ends that is not over. */
  end: number;
  before: { from: number; to: number };
}

const DAY_MS = 86_400_000;

/** The month of `now` up to it, and as much of the month before: all of that when it was shorter. */
export function monthsAt(now: number): Months {
  const at = new Date(now);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  const from = Date.UTC(year, month);
  const earlier = Date.UTC(year, month - 1);
  return {
    from,
    to: now,
    end: Date.UTC(year, month + 1),
    before: { from: earlier, to: Math.min(from, earlier + now - from) },
  };
}

/** The days of a month that the range is of, both included: 1 and 22. */
export const daysOf = ({ from, to }: { from: number; to: number }): [number, number] => [
  new Date(from).getUTCDate(),
  new Date(Math.max(from, to - 1)).getUTCDate(),
];

/** Each day of the whole month, by the moment it begins. */
export const allDays = ({ from, end }: Months): number[] =>
  Array.from({ length: Math.round((end - from) / DAY_MS) }, (_, day) => from + day * DAY_MS);
