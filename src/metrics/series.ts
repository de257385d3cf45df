import type { FigureColumn } from './figures.ts';

/** Figures of points, by columns. */
export type Columns = Readonly<Record<FigureColumn, ArrayLike<number>>>;

/** A curve as it is answered. */
export interface Series {
  unit: string;
  description: string;
  /** The point at `i`, of which so many milliseconds have passed. Null where it cannot be said: the bit rate of nobody. */
  value(of: Columns, i: number, spanMs: number): number | null;
}

/** Rounded to `1 / scale`. */
const ratio = (value: number, by: number, scale = 1): number | null =>
  by > 0 ? Math.round((value / by) * scale) / scale : null;

/** A figure as it was counted. */
const counted = (column: FigureColumn, unit: string, description: string): Series => ({
  unit,
  description,
  value: (of, i) => of[column][i]!,
});

/** Bits per second of the time on air; of an organisation, on the mean of its streams. */
const bitrate = (column: FigureColumn, what: string): Series => ({
  unit: 'bit/s',
  description: `${what} from the encoder, on the mean of the time on air; of an organisation, per stream on air`,
  value: (of, i) => ratio(of[column][i]! * 8_000, of.live_ms[i]!),
});

/** What was not said yet is not 0. */
const said = (column: FigureColumn, unit: string, description: string, by = 1): Series => ({
  unit,
  description,
  value: (of, i) => (of[column][i]! > 0 ? of[column][i]! / by : null),
});

export const SERIES = {
  streams: counted('streams', 'streams', 'Streams on air, the most at once: 1 or 0 of a stream'),
  bitrate: bitrate('bytes_in', 'Everything'),
  videoBitrate: bitrate('bytes_video', 'Pictures'),
  audioBitrate: bitrate('bytes_audio', 'Sound'),
  frameRate: {
    unit: '1/s',
    description: 'Pictures per second from the encoder, on the mean of the time on air',
    value: (of, i) => ratio(of.frames[i]! * 1_000, of.live_ms[i]!, 100),
  },
  keyFrameInterval: said('key_frame_ms', 's', 'The longest time from one key frame to the next, by the clock', 1_000),
  timestampGaps: counted('gaps', 'gaps', 'Jumps of the encoder’s timestamps by more than a second, forward or back'),
  timestampGapTime: {
    unit: 's',
    description: 'How far those jumps were, added up',
    value: (of, i) => of.gap_ms[i]! / 1_000,
  },
  timeRatio: {
    unit: 's/s',
    description: 'How fast the encoder’s timestamps go on beside the clock: 1 when it keeps up, less when it does not',
    value: (of, i) => ratio(of.media_ms[i]!, of.live_ms[i]!, 10_000),
  },
  width: said('width', 'px', 'Width of the picture, the largest'),
  height: said('height', 'px', 'Height of the picture, the largest'),
  bytesIn: counted('bytes_in', 'B', 'Bytes from encoders'),
  bytesOut: counted('bytes_out', 'B', 'Bytes to viewers'),
  outgoingBitrate: {
    unit: 'bit/s',
    description: 'To all viewers together, on the mean of the interval, or of what has passed of it',
    value: (of, i, spanMs) => ratio(of.bytes_out[i]! * 8_000, spanMs),
  },
  viewers: counted('viewers', 'viewers', 'Viewers, the most at once, as counted every five seconds'),
  averageViewers: {
    unit: 'viewers',
    description: 'Viewers on the mean of the interval, or of what has passed of it',
    value: (of, i, spanMs) => ratio(of.viewer_ms[i]!, spanMs, 100),
  },
  playTime: {
    unit: 's',
    description: 'How long viewers watched, added up',
    value: (of, i) => of.viewer_ms[i]! / 1_000,
  },
  starts: counted('starts', 'viewers', 'Viewers who came'),
  startupTime: {
    unit: 's',
    description: 'From a viewer’s coming to the first media sent, on the mean',
    value: (of, i) => ratio(of.startup_ms[i]! / 1_000, of.startups[i]!, 1_000),
  },
  droppedFrames: counted('dropped', 'frames', 'Pictures kept from viewers who were too slow for them'),
  refusedLocked: counted('refused_locked', 'refusals', 'Publishers and viewers refused because the stream is locked'),
  refusedToken: counted('refused_token', 'refusals', 'Refused for want of a valid token'),
  refusedBlocked: counted('refused_blocked', 'refusals', 'Refused because their address or their page is blocked'),
  refusedOther: counted('refused_other', 'refusals', 'Refused for another reason'),
} as const satisfies Record<string, Series>;

export type SeriesName = keyof typeof SERIES;

export const SERIES_NAMES = Object.keys(SERIES) as readonly SeriesName[];

/** What a range comes to as a whole, of its one point. Times are seconds, traffic is bytes. */
export const totalsOf = (sum: Columns) => ({
  bytesIn: sum.bytes_in[0]!,
  bytesOut: sum.bytes_out[0]!,
  liveTime: sum.live_ms[0]! / 1_000,
  playTime: sum.viewer_ms[0]! / 1_000,
  starts: sum.starts[0]!,
  startupTime: SERIES.startupTime.value(sum, 0),
  droppedFrames: sum.dropped[0]!,
  peakViewers: sum.viewers[0]!,
  peakStreams: sum.streams[0]!,
  refused: {
    locked: sum.refused_locked[0]!,
    token: sum.refused_token[0]!,
    blocked: sum.refused_blocked[0]!,
    other: sum.refused_other[0]!,
  },
});
