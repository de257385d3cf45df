import { Anchor, Badge, Code, Group, Stack, Table } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api, LockkeeperError } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useMe } from '../../session.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { NEEDS, useUserActions } from './actions.tsx';
import { Activity } from './activity.tsx';
import { userWords } from './messages.ts';
import { oneWords } from './one-messages.ts';
import { roleWords } from './role-messages.ts';
import { RolePermissions } from './role-permissions.tsx';
import { useRoles } from './roles.ts';
import type { User } from './user.ts';
import { UserTokens } from './user-tokens.tsx';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <Table.Tr>
    <Table.Th scope="row" fw={500} w="38%" style={{ verticalAlign: 'top' }}>
      {name}
    </Table.Th>
    <Table.Td className="breakable">{children}</Table.Td>
  </Table.Tr>
);

function Details({ user }: { user: User }) {
  const words = useMessages(oneWords);
  const { role, status, createdAt, lastSeenAt, tokenKey, openTokens, ...states } = useMessages(userWords);
  const held = useRoles().find(({ name }) => name === user.permission);
  return (
    <Section title={words.details}>
      <Table aria-label={words.details} layout="fixed" maw={640}>
        <Table.Tbody>
          <Fact name={words.name}>{user.name ?? words.noName}</Fact>
          <Fact name={words.email}>{user.email}</Fact>
          <Fact name={role}>
            <RoleBadge role={user.permission} />
          </Fact>
          <Fact name={status}>{states[user.status]}</Fact>
          {user.tokenKey !== undefined && (
            <Fact name={tokenKey}>
              <Code>{user.tokenKey}</Code>
            </Fact>
          )}
          {user.openTokens !== undefined && <Fact name={openTokens}>{user.openTokens}</Fact>}
          <Fact name={createdAt}>
            <Time at={user.createdAt} />
          </Fact>
          <Fact name={lastSeenAt}>
            <Time at={user.lastSeenAt} />
          </Fact>
          <Fact name={words.id}>
            <Group gap={4}>
              <Code className="breakable">{user.id}</Code>
              <Copy text={user.id} what={words.id} />
            </Group>
          </Fact>
        </Table.Tbody>
      </Table>
      {held && (
        <Disclosure title={words.mayDo(held.name)}>
          <RolePermissions capabilities={held.capabilities} />
        </Disclosure>
      )}
    </Section>
  );
}

function Found({ user }: { user: User }) {
  const words = useMessages(oneWords);
  const { editRole } = useMessages(roleWords);
  const { you } = useMessages(userWords);
  const navigate = useNavigate();
  const isSelf = useMe().user?.id === user.id;
  const { act, dialogs } = useUserActions(() => void navigate({ to: '/users' }));
  return (
    <>
      <PageTitle
        title={user.email}
        lead={
          <Group gap="xs" component="span">
            <RoleBadge role={user.permission} />
            {user.name}
            {isSelf && (
              <Badge variant="outline" color="gray" tt="none">
                {you}
              </Badge>
            )}
          </Group>
        }
      >
        <GuardedButton needs={NEEDS.role} onClick={() => act(user, 'role')}>
          {editRole}
        </GuardedButton>
        <GuardedButton needs={NEEDS.edit} variant="default" onClick={() => act(user, 'edit')}>
          {words.edit}
        </GuardedButton>
        <GuardedButton needs={NEEDS.renew} variant="default" onClick={() => act(user, 'renew')}>
          {words.renew}
        </GuardedButton>
        <GuardedButton needs={NEEDS.remove} color="red" variant="outline" onClick={() => act(user, 'remove')}>
          {words.remove}
        </GuardedButton>
      </PageTitle>
      <Details user={user} />
      <UserTokens user={user} />
      <Activity user={user} />
      {dialogs}
    </>
  );
}

function ById({ id }: { id: string }) {
  const words = useMessages(oneWords);
  const { data, error } = useQuery({
    queryKey: ['user', id],
    queryFn: () => api.get('/user/{id}', { params: { path: { id } } }),
  });
  if (error instanceof LockkeeperError && (error.status === 404 || error.status === 400)) {
    return <PageTitle title={words.gone} lead={words.goneHint} />;
  }
  if (data) return <Found user={data} />;
  return error ? <PageFailed error={error} /> : <Loading rows={8} />;
}

/** One user: who they are, what they hold, what they did. */
export function OneUser() {
  const words = useMessages(oneWords);
  const { users } = useMessages(common);
  const { id = '' } = useParams({ strict: false });
  return (
    <GuardedPage needs="user:read" title={users}>
      <Stack>
        <Anchor component={Link} to="/users" size="sm">
          <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: 'text-bottom' }} /> {words.back}
        </Anchor>
        <ById key={id} id={id} />
      </Stack>
    </GuardedPage>
  );
}
