import 'uplot/dist/uPlot.min.css';
import { Box, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useMessages } from '../../language.tsx';
import { type Sample, WINDOW_S } from './live.ts';
import { oneWords } from './messages-one.ts';

const HEIGHT = 130;
const MINUTE_S = 60;

interface Props {
  label: string;
  samples: readonly Sample[];
  value(sample: Sample): number | null;
  /** There are no halves of it. */
  whole?: boolean;
}

function options(width: number, dark: boolean, whole: boolean): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--mantine-color-${name}`).trim();
  const ink = colour('dimmed');
  const grid = { stroke: colour(dark ? 'dark-4' : 'gray-3'), width: 1 };
  const line = colour(dark ? 'blue-4' : 'blue-7');
  const axis = { stroke: ink, grid, ticks: grid, font: '12px system-ui' };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: (_plot, _first, last) => [last - WINDOW_S, last] },
      y: { range: (_plot, _low, high) => [0, Math.max(high, 1) * 1.15] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        // Minutes ago, whole ones.
        splits: ({ scales }) => [5, 4, 3, 2, 1, 0].map((ago) => (scales['x']?.max ?? 0) - ago * MINUTE_S),
        values: (_plot, splits) => splits.map((_at, n) => String(splits.length - 1 - n)),
      },
      { ...axis, size: 48, ...(whole && { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] }) },
    ],
    series: [{}, { stroke: line, width: 2, fill: `${line}22`, points: { show: false }, spanGaps: false }],
  };
}

/** One figure over the last minutes. For who does not see it, a table says the same. */
function Curve({ label, samples, value, whole = false }: Props) {
  const words = useMessages(oneWords);
  const dark = useComputedColorScheme('light') === 'dark';
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    if (width === 0 || !place.current) return;
    plot.current = new uPlot(options(width, dark, whole), [[], []], place.current);
    return () => {
      plot.current?.destroy();
      plot.current = null;
    };
  }, [width, dark, whole]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot that was made anew is empty
  useEffect(() => {
    plot.current?.setData([samples.map(({ at }) => at), samples.map(value)]);
  }, [samples, value, width, dark, whole]);
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Box ref={ref} role="img" aria-label={words.curve(label)} mih={HEIGHT}>
        <div ref={place} />
      </Box>
    </div>
  );
}

const megabits = ({ bitrate }: Sample) => (bitrate === null ? null : bitrate / 1e6);
const viewers = ({ viewers }: Sample) => viewers;

export function Curves({ samples }: { samples: readonly Sample[] }) {
  const words = useMessages(oneWords);
  return (
    <Stack gap="xs">
      <Curve label={`${words.bitrate} (Mbit/s)`} samples={samples} value={megabits} />
      <Curve label={words.viewers} samples={samples} value={viewers} whole />
      <Text size="xs" c="dimmed" ta="center">
        {words.minutes}
      </Text>
    </Stack>
  );
}
