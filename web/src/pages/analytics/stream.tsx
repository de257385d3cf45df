import { Anchor, Group } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, LockkeeperError } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useCan } from '../../session.tsx';
import { Empty } from '../../ui/empty.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { oneWords } from '../streams/messages-one.ts';
import { StateBadge } from '../streams/state-badge.tsx';
import { nameOf } from '../streams/types.ts';
import { Measured } from './measured.tsx';
import { analyticsWords } from './messages.ts';
import { Sessions } from './sessions.tsx';

function OfStream({ id }: { id: string }) {
  const words = useMessages(analyticsWords);
  const { gone } = useMessages(oneWords);
  const { analytics, toStreams } = useMessages(common);
  const seesStreams = useCan()('stream:read');
  const { data: stream, error } = useQuery({
    queryKey: ['stream', id],
    queryFn: () => api.get('/stream/{id}', { params: { path: { id } } }),
    enabled: seesStreams,
  });
  if (error instanceof LockkeeperError && error.status === 404)
    return (
      <>
        <PageTitle title={analytics} />
        <Empty title={gone} hint={id}>
          <Anchor component={Link} to="/streams">
            {toStreams}
          </Anchor>
        </Empty>
      </>
    );
  if (seesStreams && !stream) return error ? <PageFailed error={error} /> : <Loading rows={12} />;
  return (
    <>
      <Anchor component={Link} to="/streams/$id" params={{ id } as never} size="sm">
        <Group gap={4} mb="xs" component="span">
          <IconArrowLeft size={16} aria-hidden />
          {words.toStream}
        </Group>
      </Anchor>
      <PageTitle
        title={words.ofStream(stream ? nameOf(stream) : id)}
        lead={stream && <StateBadge state={stream.state} />}
      />
      <Measured stream={id} />
      <Sessions stream={id} />
    </>
  );
}

export function StreamAnalytics() {
  const { analytics } = useMessages(common);
  const { id } = useParams({ strict: false }) as { id: string };
  return (
    <GuardedPage needs="metrics:read" title={analytics}>
      <OfStream key={id} id={id} />
    </GuardedPage>
  );
}
