import { Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useMessages } from '../../language.tsx';
import { useNumbers } from '../../ui/numbers.ts';
import { Plot } from '../../ui/uplot-plot.tsx';
import { type Sample, WINDOW_S } from './live.ts';
import { oneWords } from './messages-one.ts';

const HEIGHT = 130;

interface Props {
  label: string;
  samples: readonly Sample[];
  value(sample: Sample): number | null;
  say(value: number): string;
  /** There are no halves of it. */
  whole?: boolean;
}

/** One figure over the last minutes. For who does not see it, a table says the same. */
function Curve({ label, samples, value, say, whole = false }: Props) {
  const words = useMessages(oneWords);
  const data = useMemo(() => [samples.map(({ at }) => at), samples.map(value)], [samples, value]);
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Plot label={words.curve(label)} data={data} height={HEIGHT} window={WINDOW_S} say={say} whole={whole} />
    </div>
  );
}

const bitrate = (sample: Sample) => sample.bitrate;
const viewers = (sample: Sample) => sample.viewers;

export function Curves({ samples }: { samples: readonly Sample[] }) {
  const words = useMessages(oneWords);
  const { bits, say } = useNumbers();
  return (
    <Stack gap="xs">
      <Curve label={words.bitrate} samples={samples} value={bitrate} say={bits} />
      <Curve label={words.viewers} samples={samples} value={viewers} say={say} whole />
      <Text size="xs" c="dimmed" ta="center">
        {words.minutes}
      </Text>
    </Stack>
  );
}
