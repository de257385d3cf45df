import './one.css';
import { Alert, Anchor, Button, Group, Paper, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconChartLine } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useId, useState } from 'react';
import { api, LockkeeperError } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useCan } from '../../session.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Control } from './control.tsx';
import { Expected } from './expected.tsx';
import { Figures } from './figures.tsx';
import { Forwarding } from './forwarding.tsx';
import { IngestGuide, useSettings } from './ingest-guide.tsx';
import { IngestTokens } from './ingest-tokens.tsx';
import { streamWords } from './messages.ts';
import { expectedWords } from './messages-expected.ts';
import { ingestWords } from './messages-ingest.ts';
import { oneWords } from './messages-one.ts';
import { type Ended, useOutcome, type Verb } from './outcome.ts';
import { Player } from './player.tsx';
import { Playout } from './playout.tsx';
import { StateBadge } from './state-badge.tsx';
import { StreamTags } from './tags.tsx';
import { nameOf, type Stream } from './types.ts';

function Part({ title, className, children }: { title: string; className?: string; children: ReactNode }) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id} className={className}>
      <Title order={2} size="h4" mb="sm" id={id}>
        {title}
      </Title>
      {children}
    </Paper>
  );
}

/** What was done here last, until it is put away. */
function Outcome({ last, onClose }: { last: { verb: Verb; ended: Ended } | null; onClose(): void }) {
  const tell = useOutcome();
  const { close } = useMessages(common);
  return (
    <div role="status">
      {last && (
        <Alert
          mb="md"
          role="presentation"
          color={last.ended.enforced ? 'green' : 'yellow'}
          withCloseButton
          closeButtonLabel={close}
          onClose={onClose}
        >
          {tell(last.verb, last.ended)}
        </Alert>
      )}
    </div>
  );
}

function Parts({ stream }: { stream: Stream }) {
  const words = useMessages(oneWords);
  const ingest = useMessages(ingestWords);
  const expected = useMessages(expectedWords);
  const { tags } = useMessages(streamWords);
  const can = useCan();
  const asksTokens = useSettings()?.ingestTokens === true;
  return (
    <div className="stream-parts">
      <div>
        <Part title={words.picture} className="stream-first">
          <Player key={stream.id} stream={stream} />
        </Part>
        <Part title={ingest.title}>
          <IngestGuide key={stream.id} stream={stream} />
        </Part>
        {asksTokens && can('ingest:read') && (
          <Part title={ingest.tokens}>
            <IngestTokens stream={stream.id} />
          </Part>
        )}
        <Part title={words.playout}>
          <Playout stream={stream} />
        </Part>
      </div>
      <div>
        <Part title={words.now} className="stream-first">
          <Figures key={stream.id} stream={stream} />
        </Part>
        <Part title={tags}>
          <StreamTags key={stream.id} stream={stream} />
        </Part>
        <Part title={expected.title}>
          <Expected key={stream.id} stream={stream.id} />
        </Part>
        <Part title={ingest.forward}>
          <Forwarding key={stream.id} stream={stream} />
        </Part>
      </div>
    </div>
  );
}

/** To what was measured of it. */
function ToAnalytics({ id }: { id: string }) {
  const { analytics } = useMessages(common);
  const parts = { variant: 'default', leftSection: <IconChartLine size={18} aria-hidden />, children: analytics };
  if (!useCan()('metrics:read')) return <GuardedButton needs="metrics:read" {...parts} />;
  return <Button component={Link} to="/streams/$id/analytics" params={{ id } as never} {...parts} />;
}

/** Events say what changes; this is for when they do not get through. */
const EVERY_MS = 10_000;

const isGone = (error: unknown) => error instanceof LockkeeperError && error.status === 404;

export function OneStream() {
  const words = useMessages(oneWords);
  const { streams, toStreams } = useMessages(common);
  const { id } = useParams({ strict: false }) as { id: string };
  const [last, setLast] = useState<{ verb: Verb; ended: Ended } | null>(null);
  const [leaving, setLeaving] = useState(false);
  const { data: stream, error } = useQuery({
    queryKey: ['stream', id],
    queryFn: () => api.get('/stream/{id}', { params: { path: { id } } }),
    enabled: !leaving,
    refetchInterval: ({ state }) => !isGone(state.error) && EVERY_MS,
  });
  const back = (
    <Anchor component={Link} to="/streams" size="sm">
      <Group gap={4} mb="xs" component="span">
        <IconArrowLeft size={16} aria-hidden />
        {words.back}
      </Group>
    </Anchor>
  );
  if (isGone(error))
    return (
      <>
        <PageTitle title={streams} />
        <Empty title={words.gone} hint={id}>
          <Anchor component={Link} to="/streams">
            {toStreams}
          </Anchor>
        </Empty>
      </>
    );
  if (!stream) return error ? <PageFailed error={error} /> : <Loading rows={10} />;
  const lead = (
    <Group gap="xs" component="span">
      <StateBadge state={stream.state} />
      <Text component="span" size="sm" ff="monospace" className="breakable">
        {stream.id}
      </Text>
      <Copy text={stream.id} what={words.id} />
    </Group>
  );
  return (
    <>
      {back}
      <PageTitle title={nameOf(stream)} lead={lead}>
        <ToAnalytics id={stream.id} />
        <Control stream={stream} onOutcome={(verb, ended) => setLast({ verb, ended })} onLeaving={setLeaving} />
      </PageTitle>
      <Outcome last={last} onClose={() => setLast(null)} />
      {!leaving && <Parts stream={stream} />}
    </>
  );
}
