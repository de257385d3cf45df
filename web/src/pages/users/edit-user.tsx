import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { oneWords } from './one-messages.ts';
import type { User } from './user.ts';

function Fields({ user, onClose }: { user: User; onClose(): void }) {
  const words = useMessages(oneWords);
  const shared = useMessages(common);
  const [email, setEmail] = useState(user.email);
  const [name, setName] = useState(user.name ?? '');
  const edit = useChange({
    call: () => {
      const body = { id: user.id, name: name.trim() || null, ...(email.trim() !== user.email && { email }) };
      return api.put('/user', { body });
    },
    of: ['user', 'token', 'audit', 'access'],
    done: (after) => words.edited(after.email),
    onDone: onClose,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        edit.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={words.name}
          value={name}
          maxLength={100}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={words.email}
          description={words.editHint}
          type="email"
          required
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shared.cancel}
          </Button>
          <Button type="submit" loading={edit.isPending}>
            {shared.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Somebody's name and address. */
export function EditUser({ user, opened, onClose }: { user: User | null; opened: boolean; onClose(): void }) {
  const words = useMessages(oneWords);
  const shared = useMessages(common);
  return (
    <Modal opened={opened} onClose={onClose} title={words.edit} closeButtonProps={{ 'aria-label': shared.close }}>
      {user && <Fields user={user} onClose={onClose} />}
    </Modal>
  );
}
