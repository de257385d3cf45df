import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { isMoment } from '../audit/rows.ts';

/** Seconds back from now. */
export const SPANS = { hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000 } as const;
export type SpanName = keyof typeof SPANS;

/** Seconds from one point to the next, by the names that the API has for them. */
export const INTERVALS = { '5s': 5, '1m': 60, '5m': 300, '15m': 900, '1h': 3_600, '1d': 86_400 } as const;
export type IntervalName = keyof typeof INTERVALS;

/** Seconds: in less there is nothing to compare. */
const LEAST_S = 60;

/** The API gives no more at once. */
const MOST_POINTS = 20_000;

/** As in the address; `from` and `to` are what a date-time field holds, in UTC. */
type Address = { range?: string; from?: string; to?: string; interval?: string };

/** What is looked at: so far back from now, or from one moment to another. */
export type Range = { interval: IntervalName | null } & ({ span: SpanName } | { span: null; from: string; to: string });

/** A range from an address that anybody may have written. */
function rangeIn({ range, from, to, interval }: Address): Range {
  const step = Object.hasOwn(INTERVALS, String(interval)) ? (interval as IntervalName) : null;
  if (isMoment(String(from)) && isMoment(String(to)) && from! < to!)
    return { interval: step, span: null, from: `${from}Z`, to: `${to}Z` };
  return { interval: step, span: Object.hasOwn(SPANS, String(range)) ? (range as SpanName) : 'hour' };
}

/** The moments that it means now, in ISO 8601. */
export function momentsOf(range: Range): { from: string; to: string } {
  if (range.span === null) return { from: range.from, to: range.to };
  const now = Date.now();
  return { from: new Date(now - SPANS[range.span] * 1_000).toISOString(), to: new Date(now).toISOString() };
}

const secondsOf = (range: Range): number =>
  range.span === null ? (Date.parse(range.to) - Date.parse(range.from)) / 1_000 : SPANS[range.span];

/** The steps that a range can be looked at in: more than one point, and no more than the API gives. */
export const intervalsFor = (range: Range): IntervalName[] =>
  (Object.keys(INTERVALS) as IntervalName[]).filter((name) => {
    const points = secondsOf(range) / INTERVALS[name];
    return points >= 2 && points <= MOST_POINTS;
  });

export const intervalNamed = (seconds: number): IntervalName | undefined =>
  (Object.keys(INTERVALS) as IntervalName[]).find((name) => INTERVALS[name] === seconds);

/** Unix seconds as a date-time field holds them, in UTC. */
export const fieldOf = (at: number): string => new Date(Math.round(at) * 1_000).toISOString().slice(0, 19);

/** What the address says is looked at, ways to another range, and the way back from one that was drawn in a chart. */
export function useRange() {
  const address = useSearch({ strict: false } as never) as Address;
  const navigate = useNavigate();
  const [drawn, setDrawn] = useState<readonly Address[]>([]);
  const go = (search: Address) =>
    void navigate({
      to: '.',
      search: Object.fromEntries(Object.entries(search).filter(([, value]) => value)) as never,
      resetScroll: false,
    });
  const { range: name, from, to, interval } = address;
  const range = useMemo(() => rangeIn({ range: name, from, to, interval } as Address), [name, from, to, interval]);
  return {
    range,
    setSpan(span: SpanName) {
      setDrawn([]);
      go({ range: span });
    },
    setMoments(from: string, to: string) {
      setDrawn([]);
      go({ from, to });
    },
    setInterval: (interval: IntervalName | null) => go({ ...address, interval: interval ?? '' }),
    /** Unix seconds. */
    draw(from: number, to: number) {
      const [middle, half] = [(from + to) / 2, Math.max(LEAST_S, to - from) / 2];
      setDrawn([...drawn, address]);
      go({ from: fieldOf(middle - half), to: fieldOf(middle + half) });
    },
    back:
      drawn.length === 0
        ? null
        : () => {
            setDrawn(drawn.slice(0, -1));
            go(drawn.at(-1)!);
          },
  };
}
