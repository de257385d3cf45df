import { Stack, Text } from '@mantine/core';
import { api, queries } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useMe } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { oneWords } from './one-messages.ts';
import type { User } from './user.ts';

interface DialogProps {
  user: User | null;
  opened: boolean;
  onClose(): void;
}

function WhatEnds({ user, what }: { user: User | null; what: string }) {
  const words = useMessages(oneWords);
  const isSelf = useMe().user?.id === user?.id;
  return (
    <Stack gap="xs">
      <Text>{what}</Text>
      <Text>{words.livesOn}</Text>
      {isSelf && <Text fw={600}>{words.self}</Text>}
    </Stack>
  );
}

/** Ends all tokens of somebody, asked twice. */
export function RenewToken({ user, opened, onClose }: DialogProps) {
  const words = useMessages(oneWords);
  const renew = useChange({
    call: () => api.put('/user/tokenkey', { body: { id: user?.id ?? '' } }),
    of: ['user', 'token', 'audit', 'access'],
    done: ({ email }) => words.renewed(email),
    onDone: onClose,
  });
  const email = user?.email ?? '';
  return (
    <Confirm
      opened={opened}
      title={words.renewTitle(email)}
      action={words.renew}
      again={words.renewAgain(email, user?.openTokens)}
      busy={renew.isPending}
      onConfirm={() => renew.mutate()}
      onClose={onClose}
    >
      <WhatEnds user={user} what={words.renewWhat} />
    </Confirm>
  );
}

/** Deletes somebody, asked twice. */
export function DeleteUser({ user, opened, onClose, onDeleted }: DialogProps & { onDeleted?: () => void }) {
  const words = useMessages(oneWords);
  const email = user?.email ?? '';
  const remove = useChange({
    call: (id: string) => api.delete('/user/{id}', { params: { path: { id } } }),
    of: ['user', 'token', 'audit', 'access'],
    done: () => words.removed(email),
    onDone(_, id) {
      onClose();
      onDeleted?.();
      queries.removeQueries({ queryKey: ['user', id] });
    },
  });
  return (
    <Confirm
      opened={opened}
      title={words.removeTitle(email)}
      action={words.remove}
      again={words.removeAgain(email)}
      busy={remove.isPending}
      onConfirm={() => user && remove.mutate(user.id)}
      onClose={onClose}
    >
      <WhatEnds user={user} what={words.removeWhat} />
    </Confirm>
  );
}
