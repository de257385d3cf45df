import { Alert, Button, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useCan, useMe, useRefusal } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { CreateToken } from './create-token.tsx';
import { userWords } from './messages.ts';
import { oneWords } from './one-messages.ts';
import type { User } from './user.ts';

type Token = Answer<'/bintu/token', 'get'>[number];

function Row({ token, onRevoke }: { token: Token; onRevoke(): void }) {
  const words = useMessages(oneWords);
  const kinds: Record<string, string> = { api: words.kindApi, login: words.kindLogin, session: words.kindSession };
  const { name, kind, permission, lastUsedAt, lastUsedIp, expiresAt } = token;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw="normal" className="breakable">
        {name}
      </Table.Th>
      <Table.Td>{kinds[kind] ?? kind}</Table.Td>
      <Table.Td>{permission ? <RoleBadge role={permission} /> : words.notNarrowed}</Table.Td>
      <Table.Td>
        <Time at={lastUsedAt} /> {lastUsedIp}
      </Table.Td>
      <Table.Td>
        <Time at={expiresAt} />
      </Table.Td>
      <Table.Td ta="right">
        <Button size="compact-sm" variant="default" aria-label={words.revokeToken(name)} onClick={onRevoke}>
          {words.revoke}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function Open({ user }: { user: User }) {
  const words = useMessages(oneWords);
  const { actions } = useMessages(userWords);
  const [revoking, setRevoking] = useState<Token | null>(null);
  const [asking, setAsking] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['token', 'list'],
    queryFn: () => api.get('/bintu/token'),
    select: (tokens) => tokens.filter(({ userId }) => userId === user.id),
  });
  const revoke = useChange({
    call: ({ id }: Token) => api.delete('/bintu/token/{id}', { params: { path: { id } } }),
    of: ['token', 'user', 'audit', 'access'],
    done: (_, { name }) => words.revoked(name),
    onDone: () => setAsking(false),
  });
  if (!data) return error ? <PageFailed error={error} /> : <Loading rows={2} />;
  const heads = [words.tokenName, words.tokenKind, words.tokenRole, words.tokenLastUsed, words.tokenEnds, actions];
  return (
    <>
      {data.length === 0 ? (
        <Empty title={words.noTokens} hint={words.noTokensHint} />
      ) : (
        <WideTable label={words.tokens} heads={heads} minWidth={760}>
          {data.map((token) => (
            <Row
              key={token.id}
              token={token}
              onRevoke={() => {
                setRevoking(token);
                setAsking(true);
              }}
            />
          ))}
        </WideTable>
      )}
      <Confirm
        opened={asking}
        title={words.revokeToken(revoking?.name ?? '')}
        action={words.revoke}
        busy={revoke.isPending}
        onConfirm={() => revoking && revoke.mutate(revoking)}
        onClose={() => setAsking(false)}
      >
        {words.revokeWhat}
      </Confirm>
    </>
  );
}

/** Somebody's tokens: one's own, or anybody's for who may make tokens for others. */
export function UserTokens({ user }: { user: User }) {
  const words = useMessages(oneWords);
  const refusal = useRefusal();
  const isSelf = useMe().user?.id === user.id;
  const may = useCan();
  const why = isSelf && may('token:own') ? null : refusal('token:create');
  const [creating, { open, close }] = useDisclosure();
  const create = (
    <GuardedButton needs="token:create" size="compact-sm" onClick={open}>
      {words.createToken}
    </GuardedButton>
  );
  return (
    <Section title={words.tokens} actions={create}>
      {why === null ? <Open user={user} /> : <Alert color="gray">{why}</Alert>}
      <CreateToken user={user} opened={creating} onClose={close} />
    </Section>
  );
}
