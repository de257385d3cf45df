import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useId } from 'react';
import { useMessages } from '../../language.tsx';
import { useNumbers } from '../../ui/numbers.ts';
import { analyticsWords } from './messages.ts';
import type { Totals as Figures } from './metrics.ts';

/** The whole time in a few figures. */
export function Totals({ totals, ofStream }: { totals: Figures; ofStream: boolean }) {
  const words = useMessages(analyticsWords);
  const { say, bytes, seconds, duration } = useNumbers();
  const id = useId();
  const { refused } = totals;
  const facts: readonly (readonly [string, string])[] = [
    [words.received, bytes(totals.bytesIn)],
    [words.sent, bytes(totals.bytesOut)],
    [words.liveTime, duration(totals.liveTime)],
    [words.playTime, duration(totals.playTime)],
    [words.starts, say(totals.starts)],
    [words.peakViewers, say(totals.peakViewers)],
    ...(ofStream ? [] : [[words.peakStreams, say(totals.peakStreams)] as const]),
    [words.meanStartup, totals.startupTime === null ? '–' : seconds(totals.startupTime)],
    [words.allDropped, say(totals.droppedFrames)],
    [words.allRefused, say(refused.locked + refused.token + refused.blocked + refused.other)],
  ];
  return (
    <Paper component="section" withBorder p="md" mb="md" aria-labelledby={id}>
      <Text component="h2" size="lg" fw={700} mb="sm" id={id}>
        {words.totals}
      </Text>
      <SimpleGrid component="dl" cols={{ base: 2, sm: 3, lg: 5 }} m={0} spacing="md">
        {facts.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} size="xl" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  );
}
