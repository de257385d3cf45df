import { Alert, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { CopyField } from '../../ui/copy.tsx';
import { LifeSelect } from '../../ui/life-select.tsx';
import { Time } from '../../ui/time.tsx';
import { oneWords } from './one-messages.ts';
import { useMayGive, useRoles } from './roles.ts';
import type { User } from './user.ts';

type Made = Answer<'/bintu/token', 'post'>['data'];

const DAY_S = 86_400;
const LIVES = [3_600, ...[1, 7, 30, 90, 365].map((days) => days * DAY_S)];

/** The roles that hold no more than a user's, and that the signed-in person may give. */
function useNarrower(user: User): string[] {
  const roles = useRoles();
  const mayGive = useMayGive();
  const held = roles.find(({ name }) => name === user.permission)?.capabilities ?? [];
  return roles
    .filter((role) => role.name !== user.permission && mayGive(role))
    .filter(({ capabilities }) => capabilities.every((id) => held.includes(id)))
    .map(({ name }) => name);
}

interface FormProps {
  user: User;
  onMade(made: Made): void;
  onClose(): void;
}

function Form({ user, onMade, onClose }: FormProps) {
  const words = useMessages(oneWords);
  const { cancel } = useMessages(common);
  const [name, setName] = useState('');
  const [expiresIn, setExpiresIn] = useState(DAY_S);
  const [permission, setPermission] = useState('');
  const narrower = useNarrower(user);
  const create = useChange({
    call: () => {
      const body = { userId: user.id, name: name.trim(), expiresIn, ...(permission && { permission }) };
      return api.post('/bintu/token', { body });
    },
    of: ['token', 'user', 'audit', 'access'],
    onDone: ({ data }) => onMade(data),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={words.tokenName}
          description={words.tokenNameHint}
          required
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          data-autofocus
        />
        <LifeSelect label={words.life} lives={LIVES} value={expiresIn} onChange={setExpiresIn} />
        <NativeSelect
          label={words.tokenPermission}
          description={words.narrower}
          value={permission}
          onChange={({ currentTarget }) => setPermission(currentTarget.value)}
          data={[{ value: '', label: words.asUser(user.permission) }, ...narrower]}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {words.createToken}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Shown({ made, onClose }: { made: Made; onClose(): void }) {
  const words = useMessages(oneWords);
  return (
    <Stack>
      <Alert color="blue" variant="outline" icon={<IconKey aria-hidden />}>
        {words.onlyNow}
      </Alert>
      <CopyField label={words.tokenMade} value={made.token} />
      <Text size="sm" component="div">
        {words.tokenEnds}: <Time at={made.expiresAt} />
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>{words.finish}</Button>
      </Group>
    </Stack>
  );
}

function Steps({ user, onClose }: { user: User; onClose(): void }) {
  const [made, setMade] = useState<Made | null>(null);
  if (made) return <Shown made={made} onClose={onClose} />;
  return <Form user={user} onMade={setMade} onClose={onClose} />;
}

/** A token for somebody, shown once. */
export function CreateToken({ user, opened, onClose }: { user: User; opened: boolean; onClose(): void }) {
  const words = useMessages(oneWords);
  const { close } = useMessages(common);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.createTokenFor(user.email)}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Steps user={user} onClose={onClose} />
    </Modal>
  );
}
