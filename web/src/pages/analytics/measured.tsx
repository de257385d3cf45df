import { Alert } from '@mantine/core';
import { LockkeeperError } from '../../api.ts';
import { useSayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Charts } from './charts.tsx';
import { analyticsWords } from './messages.ts';
import { useMetrics } from './metrics.ts';
import { OF_ORGANISATION, OF_STREAM, seriesOf } from './plans.ts';
import { RangePicker } from './range-picker.tsx';
import { useRange } from './ranges.ts';
import { TopLists } from './top.tsx';
import { Totals } from './totals.tsx';

const STREAM_SERIES = seriesOf(OF_STREAM);
const ORGANISATION_SERIES = seriesOf(OF_ORGANISATION);

/** Points were asked for that are closer together than is kept. */
const isTooFine = (error: unknown): boolean =>
  error instanceof LockkeeperError && (error.userinfo as { parameter?: unknown }).parameter === 'interval';

/** What was measured of a stream, or of all of the organisation's together (null), in the time that is chosen. */
export function Measured({ stream }: { stream: string | null }) {
  const sayWhy = useSayWhy();
  const { notKept } = useMessages(analyticsWords);
  const ways = useRange();
  const series = stream === null ? ORGANISATION_SERIES : STREAM_SERIES;
  const { data, error } = useMetrics(stream, ways.range, series);
  return (
    <>
      <RangePicker ways={ways} metrics={data} />
      {error && (
        <Alert color="red" mb="md" role="alert">
          {isTooFine(error) ? notKept : sayWhy(error)}
        </Alert>
      )}
      {!data && !error && <Loading rows={12} />}
      {data && (
        <>
          <Totals totals={data.totals} ofStream={stream !== null} />
          <Charts
            plans={stream === null ? OF_ORGANISATION : OF_STREAM}
            stream={stream}
            metrics={data}
            onRange={ways.draw}
            onBack={ways.back}
          />
          <TopLists stream={stream} range={ways.range} />
        </>
      )}
    </>
  );
}
