import type { Over } from '../../ui/curve.ts';
import type { Numbers } from '../../ui/numbers.ts';
import type { analyticsWords } from './messages.ts';
import type { SeriesName } from './metrics.ts';

type Word = keyof typeof analyticsWords;

/** A chart as data: what it shows, and in which unit. */
export interface ChartPlan {
  title: Word;
  lead?: Word;
  lines: readonly { name: SeriesName; label: Word; over: Over }[];
  unit: 'bits' | 'seconds' | 'perSecond' | 'count' | 'mean' | 'ratio';
}

export const sayIn = (numbers: Numbers): Record<ChartPlan['unit'], (value: number) => string> => ({
  bits: numbers.bits,
  seconds: numbers.seconds,
  perSecond: numbers.perSecond,
  count: (value) => numbers.say(value),
  mean: (value) => numbers.say(value, 1),
  ratio: (value) => numbers.say(value, 3),
});

const line = (name: SeriesName, label: Word, over: Over = 'mean') => ({ name, label, over });

const VIEWERS: ChartPlan = {
  title: 'viewers',
  lines: [line('viewers', 'mostAtOnce', 'max'), line('averageViewers', 'onAverage')],
  unit: 'mean',
};
const OUTGOING: ChartPlan = {
  title: 'outgoing',
  lead: 'outgoingLead',
  lines: [line('outgoingBitrate', 'outgoing')],
  unit: 'bits',
};
const STARTUP: ChartPlan = {
  title: 'startup',
  lead: 'startupLead',
  lines: [line('startupTime', 'startup')],
  unit: 'seconds',
};
const DROPPED: ChartPlan = {
  title: 'dropped',
  lead: 'droppedLead',
  lines: [line('droppedFrames', 'dropped', 'sum')],
  unit: 'count',
};
const REFUSED: ChartPlan = {
  title: 'refused',
  lead: 'refusedLead',
  lines: [
    line('refusedLocked', 'refusedLocked', 'sum'),
    line('refusedToken', 'refusedToken', 'sum'),
    line('refusedBlocked', 'refusedBlocked', 'sum'),
    line('refusedOther', 'refusedOther', 'sum'),
  ],
  unit: 'count',
};
const BITRATE: ChartPlan = {
  title: 'bitrate',
  lead: 'bitrateLead',
  lines: [line('bitrate', 'total'), line('videoBitrate', 'video'), line('audioBitrate', 'audio')],
  unit: 'bits',
};

export const OF_STREAM: readonly ChartPlan[] = [
  BITRATE,
  { title: 'frameRate', lines: [line('frameRate', 'frameRate')], unit: 'perSecond' },
  VIEWERS,
  OUTGOING,
  STARTUP,
  DROPPED,
  REFUSED,
  {
    title: 'timeRatio',
    lead: 'timeRatioLead',
    lines: [line('timeRatio', 'timeRatio')],
    unit: 'ratio',
  },
  {
    title: 'gaps',
    lead: 'gapsLead',
    lines: [line('timestampGaps', 'gaps', 'sum')],
    unit: 'count',
  },
  {
    title: 'keyFrames',
    lead: 'keyFramesLead',
    lines: [line('keyFrameInterval', 'keyFrames', 'max')],
    unit: 'seconds',
  },
];

export const OF_ORGANISATION: readonly ChartPlan[] = [
  { title: 'streamsOnAir', lines: [line('streams', 'streamsOnAir', 'max')], unit: 'count' },
  VIEWERS,
  { ...BITRATE, lead: 'bitratePerStream' },
  OUTGOING,
  STARTUP,
  DROPPED,
  REFUSED,
];

export const seriesOf = (plans: readonly ChartPlan[]): SeriesName[] =>
  plans.flatMap(({ lines }) => lines.map(({ name }) => name));
