import { SimpleGrid } from '@mantine/core';
import { useMemo } from 'react';
import { useMessages } from '../../language.tsx';
import { Chart } from '../../ui/chart.tsx';
import type { Curve } from '../../ui/curve.ts';
import { useNumbers } from '../../ui/numbers.ts';
import { analyticsWords } from './messages.ts';
import { type Metrics, metricsCsv } from './metrics.ts';
import { type ChartPlan, sayIn } from './plans.ts';

interface Zoom {
  /** Unix seconds. */
  onRange(from: number, to: number): void;
  onBack: (() => void) | null;
}

interface ChartsProps extends Zoom {
  stream: string | null;
  plans: readonly ChartPlan[];
  metrics: Metrics;
}

/** Charts under one crosshair. */
const TOGETHER = 'analytics';

interface OneProps extends Zoom {
  plan: ChartPlan;
  metrics: Metrics;
  times: readonly number[];
  stream: string | null;
}

function One({ plan, metrics, times, stream, ...zoom }: OneProps) {
  const words = useMessages(analyticsWords);
  const numbers = useNumbers();
  const says = useMemo(() => sayIn(numbers), [numbers]);
  const lines = useMemo(
    () => plan.lines.map(({ name, label, over }) => ({ name, label: words[label] as string, over })),
    [plan, words],
  );
  const curve = useMemo(
    (): Curve => ({
      from: times[0] ?? 0,
      interval: metrics.interval,
      data: [times, ...plan.lines.map(({ name }) => metrics.series[name] ?? times.map(() => null))],
    }),
    [metrics, times, plan],
  );
  const names = plan.lines.map(({ name }) => name);
  return (
    <Chart
      title={words[plan.title] as string}
      {...(plan.lead && { lead: words[plan.lead] as string })}
      lines={lines}
      curve={curve}
      say={says[plan.unit]}
      whole={plan.unit === 'count'}
      exportHref={metricsCsv(stream, metrics, names)}
      sync={TOGETHER}
      {...zoom}
    />
  );
}

/** Everything that was measured, a picture for each kind of it. */
export function Charts({ plans, metrics, ...rest }: ChartsProps) {
  const { from, interval, series } = metrics;
  const times = useMemo(() => {
    const first = Date.parse(from) / 1_000;
    return Array.from({ length: Object.values(series)[0]?.length ?? 0 }, (_, at) => first + at * interval);
  }, [from, interval, series]);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      {plans.map((plan) => (
        <One key={plan.title} plan={plan} metrics={metrics} times={times} {...rest} />
      ))}
    </SimpleGrid>
  );
}
