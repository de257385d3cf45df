import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { CopyField } from '../../ui/copy.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Time } from '../../ui/time.tsx';
import { createToken as catalogue } from './messages.ts';
import { TokenForm, type TokenWish } from './token-form.tsx';

type Made = Answer<'/bintu/token', 'post'>['data'];

/** The only time that the token is to be seen. */
function Shown({ made, onClose }: { made: Made; onClose(): void }) {
  const words = useMessages(catalogue);
  return (
    <Stack>
      <Alert color="blue" title={words.made}>
        {words.once}
      </Alert>
      <CopyField label={words.token} value={made.token} secret />
      <CopyField label={words.header} value={`X-BINTU-TOKEN: ${made.token}`} secret />
      <Text size="sm" component="div">
        {words.ends}: <Time at={made.expiresAt} />
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>{words.done}</Button>
      </Group>
    </Stack>
  );
}

function Dialog({ onClose }: { onClose(): void }) {
  const words = useMessages(catalogue);
  const { close } = useMessages(common);
  const create = useChange({
    call: (body: TokenWish) => api.post('/bintu/token', { body }),
    of: ['token', 'user'],
  });
  const made = create.data?.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      size="lg"
      closeButtonProps={{ 'aria-label': close }}
      // What cannot be read again does not go by a click beside it.
      closeOnClickOutside={!made}
      closeOnEscape={!made}
    >
      {made ? (
        <Shown made={made} onClose={onClose} />
      ) : (
        <TokenForm busy={create.isPending} onSubmit={(wish) => create.mutate(wish)} onCancel={onClose} />
      )}
    </Modal>
  );
}

export function CreateToken() {
  const words = useMessages(catalogue);
  const [open, setOpen] = useState(false);
  return (
    <>
      <GuardedButton needs="token:create" onClick={() => setOpen(true)}>
        {words.open}
      </GuardedButton>
      {open && <Dialog onClose={() => setOpen(false)} />}
    </>
  );
}
