/** How long figures are kept, in milliseconds: those of five seconds, of a minute, an hour and a day. */
export interface MetricsKeep {
  sample: number;
  minute: number;
  hour: number;
  day: number;
}

const LEVELS = { '5s': 'sample', '1m': 'minute', '1h': 'hour', '1d': 'day' } as const;
const NAMES = Object.keys(LEVELS) as (keyof typeof LEVELS)[];
const UNITS = { h: 3_600_000, d: 86_400_000 } as const;
/** A hundred years. */
const MOST = 36_500 * UNITS.d;

/**
 * Reads `5s=1d,1m=7d,1h=90d,1d=730d`: each level once, in hours or days, and none shorter than the finer one before it.
 * @throws Error that begins with the variable's name
 */
export function readKeep(text: string, variable: string): MetricsKeep {
  const wrong = (words: string) => new Error(`${variable} ${words}`);
  const keep: Partial<MetricsKeep> = {};
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [, name, count, unit] = /^(5s|1m|1h|1d)=([1-9]\d{0,5})([hd])$/.exec(entry) ?? [];
    if (name === undefined) throw wrong(`must be like 5s=1d,1m=7d,1h=90d,1d=730d, in hours or days, not "${entry}"`);
    const level = LEVELS[name as keyof typeof LEVELS];
    if (keep[level] !== undefined) throw wrong(`names ${name} twice`);
    keep[level] = Number(count) * UNITS[unit as keyof typeof UNITS];
    if (keep[level] > MOST) throw wrong(`keeps ${name} for more than a hundred years`);
  }
  for (const [index, name] of NAMES.entries()) {
    const [own, finer] = [keep[LEVELS[name]], keep[LEVELS[NAMES[index - 1] ?? '5s']]];
    if (own === undefined) throw wrong(`must say how long ${name} is kept`);
    if (finer !== undefined && own < finer) throw wrong(`must keep ${name} at least as long as ${NAMES[index - 1]}`);
  }
  return keep as MetricsKeep;
}
