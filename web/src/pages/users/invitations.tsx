import { Alert, Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { usePages } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { useRefusal } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { Maker } from './maker.tsx';
import { userWords } from './messages.ts';
import { roleWords } from './role-messages.ts';

type Invitation = Answer<'/user/invite', 'get'>[number];

const QUANTITY = 50;

function Row({ invitation, onRevoke }: { invitation: Invitation; onRevoke(): void }) {
  const words = useMessages(roleWords);
  const { permission, email, createdBy, expiresAt, valid } = invitation;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw="normal" className="breakable">
        {email ?? words.anybody}
        {!valid && (
          <Text size="xs" c="dimmed">
            {words.invalid}
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        <RoleBadge role={permission} />
      </Table.Td>
      <Table.Td className="breakable">
        <Maker {...createdBy} />
      </Table.Td>
      <Table.Td>
        <Time at={expiresAt} />
      </Table.Td>
      <Table.Td ta="right">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={words.revokeInvitation(email ?? words.anybody)}
          onClick={onRevoke}
        >
          {words.revoke}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function Open() {
  const words = useMessages(roleWords);
  const { role, actions } = useMessages(userWords);
  const { more } = useMessages(common);
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const [asking, setAsking] = useState(false);
  const list = usePages(['invitation', 'list'], (cursor) => {
    const query = { quantity: QUANTITY, ...(cursor && { cursor }) };
    return api.getPage('/user/invite', { params: { query } });
  });
  const revoke = useChange({
    call: (id: string) => api.delete('/user/invite/{id}', { params: { path: { id } } }),
    of: ['invitation', 'audit'],
    done: () => words.revoked,
    onDone: () => setAsking(false),
  });
  if (!list.data) return list.error ? <PageFailed error={list.error} /> : <Loading rows={2} />;
  const heads = [words.forWhom, role, words.by, words.expires, actions];
  return (
    <>
      {list.rows.length === 0 ? (
        <Empty title={words.noInvitations} hint={words.noInvitationsHint} />
      ) : (
        <WideTable label={words.invitations} heads={heads} minWidth={680}>
          {list.rows.map((invitation) => (
            <Row
              key={invitation.id}
              invitation={invitation}
              onRevoke={() => {
                setRevoking(invitation);
                setAsking(true);
              }}
            />
          ))}
        </WideTable>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {more}
        </Button>
      )}
      <Confirm
        opened={asking}
        title={words.revokeInvitation(revoking?.email ?? words.anybody)}
        action={words.revoke}
        busy={revoke.isPending}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
        onClose={() => setAsking(false)}
      >
        {words.revokeWhat}
      </Confirm>
    </>
  );
}

/** The invitations that somebody can still accept, for who may invite. */
export function Invitations() {
  const { invitations } = useMessages(roleWords);
  const why = useRefusal()('user:invite');
  return <Section title={invitations}>{why === null ? <Open /> : <Alert color="gray">{why}</Alert>}</Section>;
}
