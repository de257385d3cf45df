import type { FigureColumn, Figures } from './figures.ts';

/** A curve as it is answered: of one point's figures, and of the milliseconds that have been measured of it. */
export interface Series {
  unit: string;
  description: string;
  /** Null where it cannot be said: a bit rate of nobody on air. */
  value(figures: Readonly<Figures>, spanMs: number): number | null;
}

const round = (value: number, digits: number): number => {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
};

const ratio = (value: number, by: number, digits = 0): number | null => (by > 0 ? round(value / by, digits) : null);

/** A figure as it was counted. */
const counted = (column: FigureColumn, unit: string, description: string): Series => ({
  unit,
  description,
  value: (figures) => figures[column],
});

/** Bits per second of the time on air; of an organisation, on the mean of its streams. */
const bitrate = (column: FigureColumn, what: string): Series => ({
  unit: 'bit/s',
  description: `${what} from the encoder, on the mean of the time on air; of an organisation, per stream on air`,
  value: (figures) => ratio(figures[column] * 8_000, figures.live_ms),
});

/** What was not said yet is not 0. */
const said = (column: FigureColumn, unit: string, description: string, by = 1): Series => ({
  unit,
  description,
  value: (figures) => (figures[column] > 0 ? figures[column] / by : null),
});

export const SERIES = {
  streams: counted('streams', 'streams', 'Streams on air, the most at once: 1 or 0 of a stream'),
  bitrate: bitrate('bytes_in', 'Everything'),
  videoBitrate: bitrate('bytes_video', 'Pictures'),
  audioBitrate: bitrate('bytes_audio', 'Sound'),
  frameRate: {
    unit: '1/s',
    description: 'Pictures per second from the encoder, on the mean of the time on air',
    value: ({ frames, live_ms }) => ratio(frames * 1_000, live_ms, 2),
  },
  keyFrameInterval: said('key_frame_ms', 's', 'The longest time from one key frame to the next, by the clock', 1_000),
  timestampGaps: counted('gaps', 'gaps', 'Jumps of the encoder’s timestamps by more than a second, forward or back'),
  timestampGapTime: {
    unit: 's',
    description: 'How far those jumps were, added up',
    value: ({ gap_ms }) => gap_ms / 1_000,
  },
  timeRatio: {
    unit: 's/s',
    description: 'How fast the encoder’s timestamps go on beside the clock: 1 when it keeps up, less when it does not',
    value: ({ media_ms, live_ms }) => ratio(media_ms, live_ms, 4),
  },
  width: said('width', 'px', 'Width of the picture, the largest'),
  height: said('height', 'px', 'Height of the picture, the largest'),
  bytesIn: counted('bytes_in', 'B', 'Bytes from encoders'),
  bytesOut: counted('bytes_out', 'B', 'Bytes to viewers'),
  outgoingBitrate: {
    unit: 'bit/s',
    description: 'To all viewers together, on the mean of the interval, or of what has passed of it',
    value: ({ bytes_out }, spanMs) => ratio(bytes_out * 8_000, spanMs),
  },
  viewers: counted('viewers', 'viewers', 'Viewers, the most at once, as counted every five seconds'),
  averageViewers: {
    unit: 'viewers',
    description: 'Viewers on the mean of the interval, or of what has passed of it',
    value: ({ viewer_ms }, spanMs) => ratio(viewer_ms, spanMs, 2),
  },
  playTime: {
    unit: 's',
    description: 'How long viewers watched, added up',
    value: ({ viewer_ms }) => viewer_ms / 1_000,
  },
  starts: counted('starts', 'viewers', 'Viewers who came'),
  startupTime: {
    unit: 's',
    description: 'From a viewer’s coming to the first media sent, on the mean',
    value: ({ startup_ms, startups }) => ratio(startup_ms / 1_000, startups, 3),
  },
  droppedFrames: counted('dropped', 'frames', 'Pictures kept from viewers who were too slow for them'),
  refusedLocked: counted('refused_locked', 'refusals', 'Publishers and viewers refused because the stream is locked'),
  refusedToken: counted('refused_token', 'refusals', 'Refused for want of a valid token'),
  refusedBlocked: counted('refused_blocked', 'refusals', 'Refused because their address or their page is blocked'),
  refusedOther: counted('refused_other', 'refusals', 'Refused for another reason'),
} as const satisfies Record<string, Series>;

export type SeriesName = keyof typeof SERIES;

export const SERIES_NAMES = Object.keys(SERIES) as readonly SeriesName[];

/** What a range comes to as a whole. Times are seconds, traffic is bytes. */
export const totalsOf = (sum: Readonly<Figures>) => ({
  bytesIn: sum.bytes_in,
  bytesOut: sum.bytes_out,
  liveTime: sum.live_ms / 1_000,
  playTime: sum.viewer_ms / 1_000,
  starts: sum.starts,
  startupTime: SERIES.startupTime.value(sum),
  droppedFrames: sum.dropped,
  peakViewers: sum.viewers,
  peakStreams: sum.streams,
  refused: {
    locked: sum.refused_locked,
    token: sum.refused_token,
    blocked: sum.refused_blocked,
    other: sum.refused_other,
  },
});
