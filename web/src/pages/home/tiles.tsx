import './home.css';
import { Group, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { useNumbers } from '../../ui/numbers.ts';
import { readMetrics } from '../analytics/metrics.ts';
import { STATES } from '../streams/types.ts';
import { homeWords } from './messages.ts';

const EVERY_MS = 5_000;
/** Seconds looked back for the latest sample. */
const LATEST_S = 60;

/** As measured last; none when nothing was. */
async function readViewers(): Promise<number> {
  const now = Date.now();
  const asked = { from: new Date(now - LATEST_S * 1_000).toISOString(), to: new Date(now).toISOString() };
  const { series } = await readMetrics(null, { ...asked, interval: '5s', series: ['viewers'] });
  return series.viewers?.findLast((value) => value !== null) ?? 0;
}

function Tile({ name, value, to, search }: { name: ReactNode; value: string; to: string; search?: object }) {
  return (
    <Paper withBorder component={Link} to={to} search={search as never} className="tile mantine-focus-auto">
      <Text size="sm" c="dimmed" component="span" display="block">
        {name}
      </Text>
      <Text size="xl" fw={700} component="span" display="block" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
    </Paper>
  );
}

/** How many streams are in each state, each number a way to them, and how many watch. */
export function Tiles() {
  const words = useMessages(homeWords);
  const { say } = useNumbers();
  const seesStreams = useCan()('stream:read');
  const { data: counts } = useQuery({
    queryKey: ['stream', 'count', []],
    queryFn: () => api.get('/stream/count', { params: { query: { tags: [] } } }),
    refetchInterval: EVERY_MS,
    enabled: seesStreams,
  });
  const { data: viewers } = useQuery({
    queryKey: ['metrics', 'viewers'],
    queryFn: readViewers,
    refetchInterval: EVERY_MS,
  });
  return (
    <Group align="stretch" mb="md" role="group" aria-label={words.states}>
      {seesStreams &&
        STATES.map((state) => (
          <Tile
            key={state}
            name={words[state]}
            value={counts ? say(counts[state]) : '…'}
            to="/streams"
            search={{ state }}
          />
        ))}
      <Tile name={words.viewers} value={viewers === undefined ? '…' : say(viewers)} to="/analytics" />
    </Group>
  );
}
