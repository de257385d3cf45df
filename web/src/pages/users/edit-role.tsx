import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { RoleCards } from './role-cards.tsx';
import { roleWords } from './role-messages.ts';
import { RoleReview } from './role-review.tsx';
import type { User } from './user.ts';

interface DialogProps {
  user: User | null;
  opened: boolean;
  onClose(): void;
}

function Steps({ user, onClose }: { user: User; onClose(): void }) {
  const words = useMessages(roleWords);
  const shared = useMessages(common);
  const [role, setRole] = useState(user.permission);
  const [reviewing, setReviewing] = useState(false);
  const change = useChange({
    call: () => api.put('/user/permission', { body: { id: user.id, permission: role } }),
    of: ['user', 'token', 'audit', 'access'],
    done: ({ email, permission }) => words.changed(email, permission),
    onDone: onClose,
  });
  if (reviewing) {
    return (
      <RoleReview
        user={user}
        to={role}
        busy={change.isPending}
        onBack={() => setReviewing(false)}
        onConfirm={() => change.mutate()}
      />
    );
  }
  const same = role === user.permission;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!same) setReviewing(true);
      }}
    >
      <Stack>
        <RoleCards label={words.choose} value={role} current={user.permission} onChange={setRole} />
        <Group justify="flex-end">
          {same && (
            <Text size="sm" c="dimmed">
              {words.chooseAnother}
            </Text>
          )}
          <Button variant="default" onClick={onClose}>
            {shared.cancel}
          </Button>
          <Button type="submit" disabled={same}>
            {shared.continue}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Another role for somebody: chosen, then shown with all that it means, then confirmed. */
export function EditRole({ user, opened, onClose }: DialogProps) {
  const words = useMessages(roleWords);
  const shared = useMessages(common);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={user && words.editRoleOf(user.email)}
      closeButtonProps={{ 'aria-label': shared.close }}
    >
      {user && <Steps user={user} onClose={onClose} />}
    </Modal>
  );
}
