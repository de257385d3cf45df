import './home.css';
import { Group, SimpleGrid, Table, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLanguage, useMessages } from '../../language.tsx';
import { Figure } from '../../ui/figure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { useNumbers } from '../../ui/numbers.ts';
import { WideTable } from '../../ui/wide-table.tsx';
import { type Metrics, metricsCsv, readMetrics, type SeriesName } from '../analytics/metrics.ts';
import { Failed } from './failed.tsx';
import { homeWords } from './messages.ts';
import { allDays, daysOf, type Months, monthsAt } from './months.ts';

const BYTES: readonly SeriesName[] = ['bytesIn', 'bytesOut'];
const EVERY_MS = 10_000;
/** What was before changes no more, but for how much of it counts. */
const BEFORE_MS = 600_000;

const iso = (at: number) => new Date(at).toISOString();

function useTraffic() {
  const now = useQuery({
    queryKey: ['metrics', 'month'],
    queryFn: async () => {
      const months = monthsAt(Date.now());
      const asked = { from: iso(months.from), to: iso(months.to), interval: '1d' as const, series: BYTES };
      return { months, metrics: await readMetrics(null, asked) };
    },
    refetchInterval: EVERY_MS,
  });
  const before = useQuery({
    queryKey: ['metrics', 'month before'],
    queryFn: async () => {
      const { before } = monthsAt(Date.now());
      // As closely as it is still kept.
      const { totals } = await readMetrics(null, { from: iso(before.from), to: iso(before.to), series: BYTES });
      return { ...before, totals };
    },
    refetchInterval: BEFORE_MS,
  });
  return { now: now.data, before: before.data, error: now.error };
}

type Before = NonNullable<ReturnType<typeof useTraffic>['before']>;

interface SumProps {
  name: string;
  value: number;
  before: { value: number; days: string } | null;
}

/** A sum, and how it compares with as many days of the month before, in words and with a sign. */
function Sum({ name, value, before }: SumProps) {
  const words = useMessages(homeWords);
  const { bytes, percent } = useNumbers();
  const trend = () => {
    if (!before) return null;
    const { days } = before;
    if (before.value === 0) return { icon: IconMinus, text: words.noneBefore(days) };
    const share = value / before.value - 1;
    if (Math.abs(share) < 0.005) return { icon: IconMinus, text: words.same(days) };
    if (share > 0) return { icon: IconArrowUpRight, text: words.more(percent(share), days) };
    return { icon: IconArrowDownRight, text: words.less(percent(-share), days) };
  };
  const told = trend();
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} size="xl" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {bytes(value)}
      </Text>
      {told && (
        <Text component="dd" m={0} size="sm">
          <told.icon size={16} aria-hidden style={{ verticalAlign: 'text-bottom' }} /> {told.text}
        </Text>
      )}
    </div>
  );
}

function useDays(before: Before | undefined): string {
  const words = useMessages(homeWords);
  const { language } = useLanguage();
  if (!before) return '';
  const [first, last] = daysOf(before);
  const month = new Date(before.from).toLocaleString(language, { month: 'long', timeZone: 'UTC' });
  return words.days(String(first), String(last), month);
}

interface Day {
  at: number;
  received: number;
  sent: number;
}

function daysIn(months: Months, { from, interval, series }: Metrics): Day[] {
  const place = (at: number) => Math.round((at - Date.parse(from)) / 1_000 / interval);
  return allDays(months).map((at) => ({
    at,
    received: series.bytesIn?.[place(at)] ?? 0,
    sent: series.bytesOut?.[place(at)] ?? 0,
  }));
}

function Bars({ days, label }: { days: readonly Day[]; label: string }) {
  const words = useMessages(homeWords);
  const { bytes } = useNumbers();
  const most = Math.max(...days.flatMap(({ received, sent }) => [received, sent]));
  const high = (value: number) => ({ blockSize: `${value === 0 ? 0 : Math.max(1, (value / most) * 100)}%` });
  return (
    <div>
      <Group gap="md" fz="sm" aria-hidden>
        <span className="traffic-key">
          <i className="traffic-in" /> {words.received}
        </span>
        <span className="traffic-key">
          <i className="traffic-out" /> {words.sent}
        </span>
        <Text span size="xs" c="dimmed" ml="auto">
          {most > 0 && bytes(most)}
        </Text>
      </Group>
      <div role="img" aria-label={label} className="traffic">
        {days.map(({ at, received, sent }, n) => (
          <div
            key={at}
            title={`${iso(at).slice(0, 10)}: ${words.received} ${bytes(received)}, ${words.sent} ${bytes(sent)}`}
          >
            <i className="traffic-in" style={high(received)} />
            <i className="traffic-out" style={high(sent)} />
            <span>{n === 0 || (n + 1) % 5 === 0 ? n + 1 : ''}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function Rows({ days, until }: { days: readonly Day[]; until: number }) {
  const words = useMessages(homeWords);
  const { bytes } = useNumbers();
  return (
    <WideTable label={words.traffic} heads={[words.day, words.received, words.sent]} minWidth={320}>
      {days
        .filter(({ at }) => at <= until)
        .map(({ at, received, sent }) => (
          <Table.Tr key={at}>
            <Table.Th scope="row" fw={400}>
              {iso(at).slice(0, 10)}
            </Table.Th>
            <Table.Td>{bytes(received)}</Table.Td>
            <Table.Td>{bytes(sent)}</Table.Td>
          </Table.Tr>
        ))}
    </WideTable>
  );
}

/** What went in and out since the month began. */
export function Traffic() {
  const words = useMessages(homeWords);
  const { bytes } = useNumbers();
  const { now, before, error } = useTraffic();
  const days = useDays(before);
  if (!now) return error ? <Failed error={error} /> : <Loading rows={6} />;
  const { months, metrics } = now;
  const { bytesIn, bytesOut } = metrics.totals;
  const than = (value: (totals: Metrics['totals']) => number) =>
    before ? { value: value(before.totals), days } : null;
  const byDay = daysIn(months, metrics);
  return (
    <Figure
      title={words.traffic}
      exportHref={metricsCsv(null, metrics, BYTES)}
      table={<Rows days={byDay} until={months.to} />}
    >
      <SimpleGrid component="dl" cols={{ base: 1, xs: 3 }} m={0} spacing="md">
        <Sum name={words.received} value={bytesIn} before={than((totals) => totals.bytesIn)} />
        <Sum name={words.sent} value={bytesOut} before={than((totals) => totals.bytesOut)} />
        <Sum name={words.both} value={bytesIn + bytesOut} before={than((totals) => totals.bytesIn + totals.bytesOut)} />
      </SimpleGrid>
      <Bars days={byDay} label={words.trafficChart(bytes(bytesIn), bytes(bytesOut))} />
    </Figure>
  );
}
