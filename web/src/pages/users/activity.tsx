import { Alert, Anchor, Badge, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCheck, IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { useRefusal } from '../../session.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { useEntryWords } from '../audit/entry-words.ts';
import { oneWords } from './one-messages.ts';
import type { User } from './user.ts';

type AuditRow = Answer<'/audit', 'get'>[number];

/** `actor`: what somebody did. `target`: what was done to them. */
type Side = 'actor' | 'target';

const SHOWN = 20;

function Row({ row, side }: { row: AuditRow; side: Side }) {
  const words = useMessages(oneWords);
  const { who, what, about, why } = useEntryWords()(row);
  const isRefused = row.outcome === 'refused';
  return (
    <Table.Tr>
      <Table.Td>
        <Time at={row.at} />
      </Table.Td>
      <Table.Th scope="row" fw="normal">
        {what}
        {row.count > 1 && `, ${words.times(row.count)}`}
        {why && (
          <Text size="xs" c="dimmed">
            {why}
          </Text>
        )}
      </Table.Th>
      <Table.Td className="breakable">{side === 'actor' ? about : who}</Table.Td>
      <Table.Td>
        <Badge
          variant={isRefused ? 'filled' : 'light'}
          color={isRefused ? 'red' : 'gray'}
          tt="none"
          leftSection={isRefused ? <IconLock size={12} aria-hidden /> : <IconCheck size={12} aria-hidden />}
        >
          {words[row.outcome]}
        </Badge>
      </Table.Td>
    </Table.Tr>
  );
}

function Rows({ user, side }: { user: User; side: Side }) {
  const words = useMessages(oneWords);
  const { data, error } = useQuery({
    queryKey: ['audit', 'user', side, user.id],
    queryFn: () => api.get('/audit', { params: { query: { [side]: user.id, limit: SHOWN } } }),
  });
  if (!data) return error ? <PageFailed error={error} /> : <Loading rows={4} />;
  if (data.length === 0) return <Empty title={words.noActivity} hint={words.noActivityHint} />;
  const heads = [words.when, words.what, side === 'actor' ? words.onWhat : words.whoDid, words.outcome];
  return (
    <WideTable label={words.activity} heads={heads} minWidth={640}>
      {data.map((row) => (
        <Row key={row.id} row={row} side={side} />
      ))}
    </WideTable>
  );
}

function Log({ user }: { user: User }) {
  const words = useMessages(oneWords);
  const [side, setSide] = useState<Side>('actor');
  const narrow = useMediaQuery('(max-width: 30em)', false, { getInitialValueInEffect: false });
  return (
    <Stack>
      <SegmentedControl
        aria-label={words.whichActivity}
        style={{ alignSelf: 'flex-start' }}
        orientation={narrow ? 'vertical' : 'horizontal'}
        value={side}
        onChange={(chosen) => setSide(chosen as Side)}
        data={[
          { value: 'actor', label: words.by },
          { value: 'target', label: words.about },
        ]}
      />
      <Rows user={user} side={side} />
      <Anchor component={Link} to="/audit" search={{ [side]: user.id } as never} size="sm">
        {words.wholeLog}
      </Anchor>
    </Stack>
  );
}

/** What the audit log knows of somebody, for who may read it. */
export function Activity({ user }: { user: User }) {
  const { activity } = useMessages(oneWords);
  const why = useRefusal()('audit:read');
  return <Section title={activity}>{why === null ? <Log user={user} /> : <Alert color="gray">{why}</Alert>}</Section>;
}
