import { Group, NativeSelect, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Time } from '../../ui/time.tsx';
import { ingestWords } from './messages-ingest.ts';

export type MadeToken = Answer<'/stream/{id}/ingest-token', 'post'>;
type Listed = Answer<'/stream/{id}/ingest-token', 'get'>[number];

const HOUR_S = 3_600;
const LIVES = {
  hour: HOUR_S,
  day: 24 * HOUR_S,
  week: 168 * HOUR_S,
  month: 720 * HOUR_S,
  year: 8_760 * HOUR_S,
} as const;

/** What a stream's encoder shows besides its name: made, and handed to whoever made it this once. */
export function MakeToken({ stream, onMade }: { stream: string; onMade(made: MadeToken): void }) {
  const words = useMessages(ingestWords);
  const [life, setLife] = useState<keyof typeof LIVES>('day');
  const make = useChange({
    call: () =>
      api.post('/stream/{id}/ingest-token', { params: { path: { id: stream } }, body: { expiresIn: LIVES[life] } }),
    of: ['ingest-token'],
    onDone: onMade,
  });
  return (
    <Group align="flex-end" gap="sm">
      <NativeSelect
        label={words.life}
        value={life}
        onChange={(event) => setLife(event.currentTarget.value as keyof typeof LIVES)}
        data={(Object.keys(LIVES) as (keyof typeof LIVES)[]).map((value) => ({ value, label: words[value] }))}
      />
      <GuardedButton needs="ingest:read" variant="default" loading={make.isPending} onClick={() => make.mutate()}>
        {words.makeToken}
      </GuardedButton>
    </Group>
  );
}

/** Those that open something now, and their end. */
export function IngestTokens({ stream }: { stream: string }) {
  const words = useMessages(ingestWords);
  const [asked, setAsked] = useState<Listed | null>(null);
  const { data } = useQuery({
    queryKey: ['ingest-token', stream],
    queryFn: () => api.get('/stream/{id}/ingest-token', { params: { path: { id: stream } } }),
  });
  const revoke = useChange({
    call: (tokenId: string) =>
      api.delete('/stream/{id}/ingest-token/{tokenId}', { params: { path: { id: stream, tokenId } } }),
    of: ['ingest-token', 'stream'],
    done: () => words.revoked,
    onDone: () => setAsked(null),
  });
  if (!data) return null;
  if (data.length === 0) return <Text c="dimmed">{words.noTokens}</Text>;
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={520} type="native">
        <Table aria-label={words.tokens}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{words.madeBy}</Table.Th>
              <Table.Th scope="col">{words.madeAt}</Table.Th>
              <Table.Th scope="col">{words.until}</Table.Th>
              <Table.Th scope="col">{words.actions}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((token) => (
              <Table.Tr key={token.id}>
                <Table.Td className="breakable">{token.createdBy.email ?? token.createdBy.type}</Table.Td>
                <Table.Td>
                  <Time at={token.createdAt} />
                </Table.Td>
                <Table.Td>
                  <Time at={token.expiresAt} />
                </Table.Td>
                <Table.Td>
                  <GuardedButton
                    needs="stream:stop"
                    size="compact-sm"
                    variant="default"
                    onClick={() => setAsked(token)}
                  >
                    {words.revoke}
                  </GuardedButton>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Confirm
        opened={asked !== null}
        title={words.revokeTitle}
        action={words.revoke}
        busy={revoke.isPending}
        onConfirm={() => asked && revoke.mutate(asked.id)}
        onClose={() => setAsked(null)}
      >
        {words.revokeText}
      </Confirm>
    </Stack>
  );
}
