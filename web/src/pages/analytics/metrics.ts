import { useQuery } from '@tanstack/react-query';
import { type Answer, api } from '../../api.ts';
import { SERVER } from '../../place.ts';
import { type IntervalName, intervalNamed, momentsOf, type Range } from './ranges.ts';

export type Metrics = Answer<'/organisation/metrics', 'get'>;
export type SeriesName = keyof Metrics['series'];
export type Totals = Metrics['totals'];

interface Asked {
  from: string;
  to: string;
  interval?: IntervalName | undefined;
  series: readonly SeriesName[];
}

const queryOf = ({ from, to, interval, series }: Asked) => ({
  from,
  to,
  ...(interval && { interval }),
  series: series.join(','),
});

/** What was measured of a stream, or of all of the organisation's together (null). */
export function readMetrics(stream: string | null, asked: Asked): Promise<Metrics> {
  const query = queryOf(asked);
  if (stream === null) return api.get('/organisation/metrics', { params: { query } });
  return api.get('/stream/{id}/metrics', { params: { path: { id: stream }, query } });
}

/** Where the same is to be had as a table for a spreadsheet. */
export function metricsCsv(
  stream: string | null,
  { from, to, interval }: Metrics,
  series: readonly SeriesName[],
): string {
  const query = queryOf({ from, to, interval: intervalNamed(interval), series });
  const path = stream === null ? 'organisation' : `stream/${stream}`;
  return `${SERVER}/${path}/metrics?${new URLSearchParams({ ...query, format: 'csv' })}`;
}

/** Milliseconds between two looks at what goes on; many points are looked at less often. */
const EVERY_MS = 5_000;
const SELDOM_MS = 30_000;
const MANY = 3_000;

/** The same as long as it is looked at, and followed when it ends now. */
export function useMetrics(stream: string | null, range: Range, series: readonly SeriesName[]) {
  return useQuery({
    queryKey: ['metrics', stream, range, series],
    queryFn: () => readMetrics(stream, { ...momentsOf(range), interval: range.interval ?? undefined, series }),
    placeholderData: (before, query) => (query?.queryKey[1] === stream ? before : undefined),
    refetchInterval: ({ state: { data } }) =>
      range.span !== null && ((Object.values(data?.series ?? {})[0]?.length ?? 0) > MANY ? SELDOM_MS : EVERY_MS),
  });
}
