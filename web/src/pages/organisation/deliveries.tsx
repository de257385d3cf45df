import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { type Answer, api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { usePages } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { Empty } from '../../ui/empty.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { deliveries as catalogue } from './webhook-messages.ts';

type Delivery = Answer<'/organisation/webhook/deliveries', 'get'>[number];

const LIMIT = 20;

async function read(cursor: string | undefined) {
  const query = { limit: LIMIT, ...(cursor && { cursor }) };
  const rows = await api.get('/organisation/webhook/deliveries', { params: { query } });
  return { rows, total: null, next: rows.length < LIMIT ? null : (rows.at(-1)?.id ?? null) };
}

const GOOD = ['allowed', 'delivered'];

function Outcome({ of: { outcome } }: { of: Delivery }) {
  const words = useMessages(catalogue);
  if (outcome === null) return <>{words.pending}</>;
  const Icon = GOOD.includes(outcome) ? IconCheck : IconX;
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={16} aria-hidden />
      {outcome in words ? words[outcome as keyof typeof words] : outcome}
    </Group>
  );
}

function Row({ of }: { of: Delivery }) {
  const words = useMessages(catalogue);
  return (
    <Table.Tr>
      <Table.Td>
        <Time at={of.createdAt} />
      </Table.Td>
      <Table.Th scope="row" fw={400}>
        {of.call}
      </Table.Th>
      <Table.Td className="breakable">{of.stream ?? '–'}</Table.Td>
      <Table.Td>
        <Outcome of={of} />
      </Table.Td>
      <Table.Td>
        {of.status ?? '–'}
        {of.tookMs !== null && ` · ${of.tookMs} ms`}
      </Table.Td>
      <Table.Td>
        {of.attempts}
        {of.nextAt && (
          <Text size="xs">
            {words.next} <Time at={of.nextAt} />
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** What the webhook was called for, and what came of it. */
export function Deliveries() {
  const words = useMessages(catalogue);
  const { more } = useMessages(common);
  const { rows, data, hasNextPage, fetchNextPage, isFetchingNextPage } = usePages(['organisation', 'deliveries'], read);
  const heads = [words.at, words.call, words.stream, words.outcome, words.status, words.attempts];
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {words.title}
      </Title>
      {!data && <Loading rows={3} />}
      {data && rows.length === 0 && <Empty title={words.empty} hint={words.emptyHint} />}
      {rows.length > 0 && (
        <WideTable label={words.title} heads={heads} minWidth={720}>
          {rows.map((row) => (
            <Row key={row.id} of={row} />
          ))}
        </WideTable>
      )}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {more}
        </Button>
      )}
    </Stack>
  );
}
