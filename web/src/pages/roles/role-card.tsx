import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { DESCRIPTIONS, roleWords } from './messages.ts';
import { isOwn, type Role, useHolders } from './roles.ts';

/** One role: what it is for, how many have it, and what can be done with it. */
export function RoleCard({ role }: { role: Role }) {
  const words = useMessages(roleWords);
  const { language } = useLanguage();
  const { data: holders } = useHolders(role.name);
  const own = isOwn(role);
  const described = (!own && language === 'de' && DESCRIPTIONS[role.name]) || role.description;
  return (
    <Card withBorder role="listitem" aria-label={role.name}>
      <Stack h="100%" gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4">
            <RoleBadge role={role.name} />
          </Title>
          <Text size="sm" c="dimmed">
            {own ? words.own : words.predefined}
          </Text>
        </Group>
        <Text size="sm" className="breakable" flex={1}>
          {described || words.noDescription}
        </Text>
        <Group gap="lg">
          {holders && (
            <Anchor component={Link} to="/users" search={{ role: role.name } as never} size="sm">
              {words.users(holders.total ?? holders.rows.length)}
            </Anchor>
          )}
          <Anchor component={Link} to="/permissions" size="sm">
            {words.permissions(role.capabilities.length)}
          </Anchor>
        </Group>
        <RoleActions role={role} own={own} users={holders?.total ?? 0} />
      </Stack>
    </Card>
  );
}

function RoleActions({ role, own, users }: { role: Role; own: boolean; users: number }) {
  const words = useMessages(roleWords);
  const can = useCan();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useChange({
    call: () => api.delete('/permission/{name}', { params: { path: { name: role.name } } }),
    of: ['role'],
    done: () => words.removed(role.name),
    onDone: () => setAsking(false),
  });
  const go = (search: object) => void navigate({ to: '/roles', search: search as never });
  const beyond = role.capabilities.filter((id) => !can(id));
  return (
    <Group gap="xs">
      {own && (
        <GuardedButton
          needs="role:manage"
          size="xs"
          variant="default"
          aria-label={words.editNamed(role.name)}
          unless={beyond.length > 0 ? words.beyondYou(beyond.join(', ')) : null}
          onClick={() => go({ edit: role.name })}
        >
          {words.edit}
        </GuardedButton>
      )}
      <GuardedButton
        needs="role:manage"
        size="xs"
        variant="default"
        aria-label={words.copyNamed(role.name)}
        onClick={() => go({ start: role.name })}
      >
        {words.copy}
      </GuardedButton>
      {own && (
        <GuardedButton
          needs="role:manage"
          size="xs"
          variant="light"
          color="red"
          aria-label={words.removeNamed(role.name)}
          unless={users > 0 ? words.inUse(users) : null}
          onClick={() => setAsking(true)}
        >
          {words.remove}
        </GuardedButton>
      )}
      <Confirm
        opened={asking}
        title={words.removeNamed(role.name)}
        action={words.remove}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setAsking(false)}
      >
        {words.removeAsk(role.name)}
      </Confirm>
    </Group>
  );
}
