import { Stack, Text } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { forget, useMe } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { apiTokens } from './messages.ts';

interface RevokeProps {
  /** Null while none was asked about. */
  token: { id: string; name: string; email: string } | null;
  opened: boolean;
  onClose(): void;
}

/** Revoking the session in hand is signing out. */
export function RevokeToken({ token, opened, onClose }: RevokeProps) {
  const { id = '', name = '', email = '' } = token ?? {};
  const words = useMessages(apiTokens);
  const router = useRouter();
  const { credential } = useMe();
  const current = id === credential.id;
  const revoke = useChange({
    call: () => api.delete('/bintu/token/{id}', { params: { path: { id } } }),
    of: current ? [] : ['token', 'user'],
    done: () => words.revoked(name),
    onDone() {
      onClose();
      if (!current) return;
      forget();
      void router.navigate({ to: '/sign-in' });
    },
  });
  return (
    <Confirm
      opened={opened}
      title={words.revokeOne(name)}
      action={words.revoke}
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <Stack gap="xs">
        <Text className="breakable">{words.revokeLead(name, email)}</Text>
        {current && <Text fw={600}>{words.revokeCurrent}</Text>}
      </Stack>
    </Confirm>
  );
}
