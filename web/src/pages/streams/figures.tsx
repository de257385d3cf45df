import { SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { CatchBoundary } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { useMessages } from '../../language.tsx';
import { Loading } from '../../ui/loading.tsx';
import { useNumbers } from '../../ui/numbers.ts';
import { Time } from '../../ui/time.tsx';
import { type Sample, useLive } from './live.ts';
import { oneWords } from './messages-one.ts';
import type { LiveNow, Stream } from './types.ts';

const Curves = lazy(() => import('./uplot-curves.tsx').then(({ Curves }) => ({ default: Curves })));

function NoCurves() {
  const words = useMessages(oneWords);
  return <Text c="dimmed">{words.noCurves}</Text>;
}

const Fact = ({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) => (
  <div style={wide ? { gridColumn: '1 / -1' } : undefined}>
    <Text component="dt" size="sm" c="dimmed">
      {name}
    </Text>
    <Text component="dd" m={0} fw={500}>
      {children}
    </Text>
  </div>
);

function Facts({ now }: { now: LiveNow }) {
  const words = useMessages(oneWords);
  const { say, bits, bytes } = useNumbers();
  const { since, viewers, bitrate, width, height, fps, videoCodec, audioCodec, bytesIn, bytesOut } = now;
  const size = width === null || height === null ? null : `${width} × ${height}`;
  return (
    <SimpleGrid component="dl" cols={{ base: 2, sm: 3 }} m={0} spacing="sm">
      <Fact name={words.viewers}>{say(viewers)}</Fact>
      <Fact name={words.bitrate}>{bitrate === null ? words.unknown : bits(bitrate)}</Fact>
      <Fact name={words.resolution}>{size ?? words.unknown}</Fact>
      <Fact name={words.fps}>{fps === null ? words.unknown : say(fps, 2)}</Fact>
      <Fact name={words.videoCodec}>{videoCodec ?? words.unknown}</Fact>
      <Fact name={words.audioCodec}>{audioCodec ?? words.unknown}</Fact>
      <Fact name={words.received}>{bytes(bytesIn)}</Fact>
      <Fact name={words.sent}>{bytes(bytesOut)}</Fact>
      <Fact name={words.since} wide>
        {since === null ? words.unknown : <Time at={since} />}
      </Fact>
    </SimpleGrid>
  );
}

function Row({ name, values, say }: { name: string; values: readonly number[]; say(value: number): string }) {
  const { unknown } = useMessages(oneWords);
  const sum = values.reduce((before, value) => before + value, 0);
  const shown = [values.at(-1), Math.min(...values), sum / values.length, Math.max(...values)];
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      {shown.map((value, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
        <Table.Td key={column}>{value === undefined || values.length === 0 ? unknown : say(value)}</Table.Td>
      ))}
    </Table.Tr>
  );
}

/** What the curves show, in words and numbers. */
function Summary({ samples }: { samples: readonly Sample[] }) {
  const words = useMessages(oneWords);
  const { say, bits } = useNumbers();
  const known = (value: (sample: Sample) => number | null) => samples.map(value).filter((one) => one !== null);
  return (
    <Table aria-label={words.curves} tabularNums fz="sm" horizontalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          {[words.figure, words.current, words.lowest, words.average, words.highest].map((head) => (
            <Table.Th key={head} scope="col">
              {head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Row name={words.bitrate} values={known(({ bitrate }) => bitrate)} say={bits} />
        <Row name={words.viewers} values={known(({ viewers }) => viewers)} say={(value) => say(value, 1)} />
      </Table.Tbody>
    </Table>
  );
}

/** How the stream does on the wire, while it is on air. */
export function Figures({ stream: { id, state } }: { stream: Stream }) {
  const words = useMessages(oneWords);
  const { now, samples } = useLive(id, state === 'live');
  if (state !== 'live') return <Text c="dimmed">{words.notLive}</Text>;
  if (!now) return <Loading rows={4} />;
  return (
    <Stack gap="md">
      <Facts now={now} />
      {/* Without the curves the figures still say it all. */}
      <CatchBoundary getResetKey={() => id} errorComponent={NoCurves}>
        <Suspense fallback={<Loading rows={6} />}>
          <Curves samples={samples} />
        </Suspense>
      </CatchBoundary>
      <Summary samples={samples} />
    </Stack>
  );
}
