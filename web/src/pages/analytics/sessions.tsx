import { Button, Table, Text } from '@mantine/core';
import { type Answer, api } from '../../api.ts';
import { useSayWhy } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { usePages } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { Loading } from '../../ui/loading.tsx';
import { useNumbers } from '../../ui/numbers.ts';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { END_REASONS, listWords } from './messages.ts';

type Session = Answer<'/stream/{id}/sessions', 'get'>[number];

const LIMIT = 20;
const EVERY_MS = 5_000;

/** What is on air goes on growing, and at its beginning nothing is known of it. */
const followed = (sessions: readonly Session[]) => sessions.some(({ endedAt }) => endedAt === null) && EVERY_MS;

const useSessions = (stream: string) =>
  usePages(
    ['stream', stream, 'sessions'],
    (cursor) => {
      const query = { limit: LIMIT, ...(cursor && { cursor }) };
      return api.getPage('/stream/{id}/sessions', { params: { path: { id: stream }, query } });
    },
    followed,
  );

function mediaOf({ videoCodec, audioCodec, width, height }: Session): string {
  const size = width && height ? `${width} × ${height}` : null;
  return [[videoCodec, size].filter(Boolean).join(' '), audioCodec].filter(Boolean).join(', ');
}

function Row({ session }: { session: Session }) {
  const words = useMessages(listWords);
  const { language } = useLanguage();
  const { say, bytes, duration } = useNumbers();
  const { startedAt, endedAt, reason, protocol, bytesIn, bytesOut, frames } = session;
  const known = reason !== null && reason in END_REASONS ? END_REASONS[reason as keyof typeof END_REASONS] : null;
  const until = endedAt === null ? Date.now() : Date.parse(endedAt);
  const figure = (value: number | null, say: (value: number) => string) => (value === null ? '–' : say(value));
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <Time at={startedAt} />
      </Table.Th>
      <Table.Td>{endedAt === null ? words.onAir : <Time at={endedAt} />}</Table.Td>
      <Table.Td>{duration(Math.max(0, until - Date.parse(startedAt)) / 1_000)}</Table.Td>
      <Table.Td>{endedAt === null ? '–' : (known?.[language] ?? reason ?? words.unknown)}</Table.Td>
      <Table.Td>{figure(bytesIn, bytes)}</Table.Td>
      <Table.Td>{figure(bytesOut, bytes)}</Table.Td>
      <Table.Td>{figure(frames, (value) => say(value))}</Table.Td>
      <Table.Td>
        {protocol.toUpperCase()} {mediaOf(session)}
      </Table.Td>
    </Table.Tr>
  );
}

/** Who published when, and why it ended. */
export function Sessions({ stream }: { stream: string }) {
  const words = useMessages(listWords);
  const { more } = useMessages(common);
  const sayWhy = useSayWhy();
  const { rows, isPending, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useSessions(stream);
  const heads = [
    ...[words.started, words.ended, words.lasted, words.reason],
    ...[words.received, words.sent, words.frames, words.media],
  ];
  return (
    <Section title={words.published} lead={words.publishedLead}>
      {isPending && <Loading rows={4} />}
      {error && <Text role="alert">{sayWhy(error)}</Text>}
      {!isPending && !error && rows.length === 0 && <Text c="dimmed">{words.neverPublished}</Text>}
      {rows.length > 0 && (
        <WideTable label={words.published} heads={heads} minWidth={980}>
          {rows.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </WideTable>
      )}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {more}
        </Button>
      )}
    </Section>
  );
}
