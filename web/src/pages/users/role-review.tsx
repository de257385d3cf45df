import { Alert, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type Answer, api } from '../../api.ts';
import { useCapabilityText } from '../../capabilities.ts';
import { useSayWhy } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { useMe } from '../../session.tsx';
import { Loading } from '../../ui/loading.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { actionTitle } from '../audit/entry-words.ts';
import { oneWords } from './one-messages.ts';
import { roleWords } from './role-messages.ts';
import type { User } from './user.ts';

type RoleChange = Answer<'/user/{id}/role-change', 'get'>;

/** Rights that come or go, in words. */
function Rights({ title, rights }: { title: string; rights: RoleChange['gains'] }) {
  const text = useCapabilityText();
  return (
    <div>
      <Title order={4} size="h6">
        {title}
      </Title>
      <List size="sm" withPadding>
        {rights.map(({ capability, sentence }) => {
          const told = text(capability, sentence);
          return (
            <List.Item key={capability}>
              {told.title}{' '}
              <Text span inherit c="dimmed">
                ({told.sentence})
              </Text>
            </List.Item>
          );
        })}
      </List>
    </div>
  );
}

function Used({ used, role }: { used: RoleChange['used']; role: string }) {
  const words = useMessages(roleWords);
  const text = useCapabilityText();
  const { language } = useLanguage();
  if (used.length === 0) return <Text size="sm">{words.usedNothing(role)}</Text>;
  return (
    <Alert color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={words.used(role)}>
      <List size="sm" withPadding>
        {used.map(({ capability, actions }) => (
          <List.Item key={capability}>
            {text(capability).title}
            {actions.length === 0 && `, ${words.usedReading}`}
            <List size="sm" withPadding listStyleType="none">
              {actions.map(({ action, count, lastAt }) => (
                <List.Item key={action}>
                  {words.usedTimes(`${actionTitle(action, language)} (${action})`, count)} <Time at={lastAt} />
                </List.Item>
              ))}
            </List>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Differences({ user, to }: { user: User; to: string }) {
  const words = useMessages(roleWords);
  const sayWhy = useSayWhy();
  const { data, error } = useQuery({
    queryKey: ['user', user.id, 'role-change', to],
    queryFn: () => api.get('/user/{id}/role-change', { params: { path: { id: user.id }, query: { permission: to } } }),
  });
  if (error) return <Alert color="red">{sayWhy(error)}</Alert>;
  if (!data) return <Loading rows={4} />;
  const { loses, gains, used } = data;
  return (
    <>
      <Rights title={loses.length > 0 ? words.loses(loses.length) : words.losesNothing} rights={loses} />
      <Rights title={gains.length > 0 ? words.gains(gains.length) : words.gainsNothing} rights={gains} />
      <Used used={used} role={to} />
    </>
  );
}

interface ReviewProps {
  user: User;
  to: string;
  busy: boolean;
  onBack(): void;
  onConfirm(): void;
}

/** What another role means for somebody, before it is given. */
export function RoleReview({ user, to, busy, onBack, onConfirm }: ReviewProps) {
  const words = useMessages(roleWords);
  const { livesOn, self } = useMessages(oneWords);
  const isSelf = useMe().user?.id === user.id;
  const head = useRef<HTMLHeadingElement>(null);
  // The button that led here is gone, and with it the place of whoever works by keyboard.
  useEffect(() => head.current?.focus(), []);
  return (
    <Stack>
      <Title order={3} size="h5" ref={head} tabIndex={-1}>
        {words.review}
      </Title>
      <Group gap="xs" role="group" aria-label={words.fromTo(user.permission, to)}>
        <RoleBadge role={user.permission} />
        <IconArrowRight size={18} aria-hidden />
        <RoleBadge role={to} />
      </Group>
      <Differences user={user} to={to} />
      <Alert color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={words.tokensEnd}>
        {livesOn}
        {isSelf && (
          <Text size="sm" fw={600} mt="xs">
            {self}
          </Text>
        )}
      </Alert>
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          {words.back}
        </Button>
        <Button color="red" loading={busy} onClick={onConfirm}>
          {words.confirmRole(to)}
        </Button>
      </Group>
    </Stack>
  );
}
