/**
 * What is measured of a stream every five seconds, as data: a column each in every table of figures, in this order in
 * a packed block. An organisation's row is made of its streams', added up at the same moment.
 *
 * `over` says how rows that follow each other become one of a longer time: `sum` adds them up, `max` keeps the largest.
 * All are integers that are never negative; times are milliseconds, traffic is bytes.
 */
export const FIGURES = [
  /** Streams that were on air when the window ended: 1 or 0 for a stream. */
  { column: 'streams', over: 'max' },
  /** How long a publisher was on air. */
  { column: 'live_ms', over: 'sum' },
  /** From encoders: everything, pictures, sound. */
  { column: 'bytes_in', over: 'sum' },
  { column: 'bytes_video', over: 'sum' },
  { column: 'bytes_audio', over: 'sum' },
  { column: 'frames', over: 'sum' },
  { column: 'key_frames', over: 'sum' },
  /** The longest time from one key frame to the next that ended in the window, by the clock. */
  { column: 'key_frame_ms', over: 'max' },
  /** How far the encoder's timestamps went on: beside `live_ms` it is the stream time ratio. */
  { column: 'media_ms', over: 'sum' },
  /** Jumps of the encoder's timestamps, forward or back, by more than a second; and their sum. */
  { column: 'gaps', over: 'sum' },
  { column: 'gap_ms', over: 'sum' },
  { column: 'width', over: 'max' },
  { column: 'height', over: 'max' },
  /** To viewers. */
  { column: 'bytes_out', over: 'sum' },
  /** Viewers on air when the window ended. */
  { column: 'viewers', over: 'max' },
  /** How long viewers were on air, added up. */
  { column: 'viewer_ms', over: 'sum' },
  /** Viewers that came. */
  { column: 'starts', over: 'sum' },
  /** Viewers that were sent their first media, and how long after they came, added up. */
  { column: 'startups', over: 'sum' },
  { column: 'startup_ms', over: 'sum' },
  /** Pictures that were kept from viewers who were too slow for them. */
  { column: 'dropped', over: 'sum' },
  /** Publishers and viewers that were not let in. */
  { column: 'refused_locked', over: 'sum' },
  { column: 'refused_token', over: 'sum' },
  { column: 'refused_blocked', over: 'sum' },
  { column: 'refused_other', over: 'sum' },
] as const satisfies readonly { column: string; over: 'sum' | 'max' }[];

export type FigureColumn = (typeof FIGURES)[number]['column'];
export type Figures = Record<FigureColumn, number>;

export const FIGURE_COLUMNS: readonly FigureColumn[] = FIGURES.map(({ column }) => column);

export { SAMPLE_MS } from '../media/samples.ts';

/** The largest figure of one window: a day's sum of it is a number still. */
const MOST = 2 ** 40;

/**
 * A figure as it can be written down, whatever an encoder brought about: one that is not whole or negative would keep a
 * whole batch from being written, with others' figures in it.
 */
export const wholeFigure = (value: number): number => (value >= 0 ? Math.min(Math.round(value), MOST) : 0);

const NONE = Object.fromEntries(FIGURE_COLUMNS.map((column) => [column, 0])) as Figures;

export const noFigures = (): Figures => ({ ...NONE });

const columnsOver = (how: 'sum' | 'max') => FIGURES.filter(({ over }) => over === how).map(({ column }) => column);
const [SUMMED, LARGEST] = [columnsOver('sum'), columnsOver('max')];

/** Takes a row that follows into this one. */
export function addOver(sum: Figures, next: Readonly<Figures>): void {
  for (const column of SUMMED) sum[column] += next[column];
  for (const column of LARGEST) if (next[column] > sum[column]) sum[column] = next[column];
}

/** Takes another subject's row of the same moment into this one: all add up, but what is a size or a longest time. */
export function addAcross(sum: Figures, other: Readonly<Figures>): void {
  for (const { column } of FIGURES)
    sum[column] = NOT_ADDED.has(column) ? Math.max(sum[column], other[column]) : sum[column] + other[column];
}

const NOT_ADDED: ReadonlySet<FigureColumn> = new Set(['key_frame_ms', 'width', 'height']);

/** Whether `addAcross` adds the figure up, or keeps the larger. */
export const addsUpAcross = (column: FigureColumn): boolean => !NOT_ADDED.has(column);
