import { Button, Group, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useCan } from '../../session.tsx';
import { LifeSelect } from '../../ui/life-select.tsx';
import { type ListedUser, UserSelect } from '../../ui/user-select.tsx';
import { createToken as catalogue } from './messages.ts';

export interface TokenWish {
  userId: string;
  name: string;
  expiresIn: number;
  permission?: string;
  allowedIps?: string[];
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
const LIVES = [HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY];

/** The user's whole role; what is not narrower the server would refuse. */
const WHOLE = '';

type Profile = Answer<'/permission/list', 'get'>[number];

function narrower(roles: readonly Profile[], own: string | undefined): Profile[] {
  const held = roles.find(({ name }) => name === own)?.capabilities ?? [];
  return roles.filter(({ name, capabilities }) => name !== own && capabilities.every((one) => held.includes(one)));
}

interface FormProps {
  /** Whose it will be; null for whoever is chosen. */
  of: ListedUser | null;
  busy: boolean;
  onSubmit(wish: TokenWish): void;
  onCancel(): void;
}

export function TokenForm({ of, busy, onSubmit, onCancel }: FormProps) {
  const words = useMessages(catalogue);
  const { cancel } = useMessages(common);
  const [user, setUser] = useState<ListedUser | null>(of);
  const [name, setName] = useState('');
  const [expiresIn, setLife] = useState(30 * DAY);
  const [role, setRole] = useState<string>(WHOLE);
  const [networks, setNetworks] = useState<string[]>([]);
  const readsRoles = useCan()('role:read');
  const { data: roles = [] } = useQuery({
    queryKey: ['role'],
    queryFn: () => api.get('/permission/list'),
    enabled: readsRoles,
  });
  const whole = user ? words.whole(user.permission) : words.wholeUnknown;
  const choices = [
    { value: WHOLE, label: whole },
    ...narrower(roles, user?.permission).map((one) => ({ value: one.name, label: words.narrowed(one.name) })),
  ];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!user) return;
        const wish = { userId: user.id, name: name.trim(), expiresIn };
        const narrowed = role === WHOLE ? {} : { permission: role };
        onSubmit({ ...wish, ...narrowed, ...(networks.length > 0 && { allowedIps: networks }) });
      }}
    >
      <Stack>
        {of === null && (
          <UserSelect
            label={words.user}
            placeholder={words.userHint}
            required
            first
            value={user?.id ?? null}
            onChange={(_, chosen) => {
              setUser(chosen);
              setRole(WHOLE);
            }}
          />
        )}
        <TextInput
          label={words.name}
          data-autofocus={of !== null || undefined}
          description={words.nameHint}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <LifeSelect label={words.life} lives={LIVES} value={expiresIn} onChange={setLife} />
        <Select
          label={words.role}
          description={words.roleHint}
          data={choices}
          value={role}
          onChange={(chosen) => setRole(chosen ?? WHOLE)}
          allowDeselect={false}
        />
        <TagsInput
          label={words.addresses}
          description={words.addressesHint}
          splitChars={[',', ' ']}
          maxTags={50}
          value={networks}
          onChange={(given) => setNetworks(given.map((one) => one.trim()))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {cancel}
          </Button>
          <Button type="submit" loading={busy} disabled={!user || name.trim() === ''}>
            {words.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
