import './home.css';
import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { StateBadge } from '../streams/state-badge.tsx';
import { nameOf } from '../streams/types.ts';
import { Failed } from './failed.tsx';
import { homeWords } from './messages.ts';

const SHOWN = 5;
const EVERY_MS = 10_000;

/** The streams that were made last. */
export function Latest() {
  const words = useMessages(homeWords);
  const { data, error } = useQuery({
    queryKey: ['stream', 'latest'],
    queryFn: () => api.get('/stream', { params: { query: { quantity: SHOWN } } }),
    refetchInterval: EVERY_MS,
  });
  const all = (
    <Anchor component={Link} to="/streams" size="sm">
      {words.allStreams}
    </Anchor>
  );
  return (
    <Section title={words.latest} actions={all}>
      {!data && (error ? <Failed error={error} /> : <Loading rows={SHOWN} />)}
      {data?.length === 0 && <Text c="dimmed">{words.noStreams}</Text>}
      {data && data.length > 0 && (
        <ul className="home-list" aria-label={words.latest}>
          {data.map((stream) => (
            <li key={stream.id}>
              <Group justify="space-between" gap="xs">
                <Anchor component={Link} to="/streams/$id" params={{ id: stream.id } as never} className="breakable">
                  {nameOf(stream)}
                </Anchor>
                <Group gap="sm">
                  <Text size="sm" c="dimmed" component="span">
                    <Time at={stream.created_at} />
                  </Text>
                  <StateBadge state={stream.state} />
                </Group>
              </Group>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
