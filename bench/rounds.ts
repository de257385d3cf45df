/** Something that is asked `count` times in a row and says how often the answer was yes. */
export interface Contestant {
  name: string;
  run(count: number): number;
}

const ROUNDS = 15;
const WARM_UP_MS = 150;
const ROUND_MS = 25;

const nanoseconds = (work: () => void): number => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
};

/** Warms up until the compiler has had its say, then finds how many questions fill one round. */
function calibrate({ run }: Contestant): number {
  let count = 8;
  let [spent, last] = [0, 0];
  while (spent < WARM_UP_MS * 1e6) {
    last = nanoseconds(() => run(count));
    spent += last;
    if (last < ROUND_MS * 1e6) count *= 2;
  }
  return Math.max(
    8,
    Math.round(
      (count * ROUND_MS * 1e6) /
        Math.max(
          1,
          nanoseconds(() => run(count)),
        ),
    ),
  );
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export interface Time {
  /** Median over the rounds. */
  nanoseconds: number;
  /** Median of the ratios to the first contestant in the same round: what slows a whole round down cancels out. */
  ratio: number;
}

/** Rounds are interleaved and each starts with another contestant. The first contestant is the measure of the others. */
export function race(contestants: readonly Contestant[]): Record<string, Time> {
  const field = contestants.map((contestant) => ({
    ...contestant,
    count: calibrate(contestant),
    times: [] as number[],
  }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < field.length; turn += 1) {
      const entry = field[(turn + round) % field.length];
      if (!entry) continue;
      entry.times.push(nanoseconds(() => entry.run(entry.count)) / entry.count);
    }
  }
  const measure = field[0]?.times ?? [];
  return Object.fromEntries(
    field.map(({ name, times }) => {
      const ratios = times.map((time, round) => time / (measure[round] ?? Number.NaN));
      return [name, { nanoseconds: median(times), ratio: median(ratios) }];
    }),
  );
}
