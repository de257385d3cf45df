import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { CopyField } from '../../ui/copy.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Time } from '../../ui/time.tsx';
import type { ListedUser } from '../../ui/user-select.tsx';
import { createToken as catalogue } from './messages.ts';
import { TokenForm, type TokenWish } from './token-form.tsx';

type Made = Answer<'/bintu/token', 'post'>['data'];

/** The only time that the token is to be seen. */
function Shown({ made, onClose }: { made: Made; onClose(): void }) {
  const words = useMessages(catalogue);
  return (
    <Stack>
      <ShownOnce title={words.made}>{words.once}</ShownOnce>
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

interface StepsProps {
  of: ListedUser | null;
  /** Told when there is something to be seen that cannot be seen again. */
  onMade(): void;
  onClose(): void;
}

function Steps({ of, onMade, onClose }: StepsProps) {
  const create = useChange({
    call: (body: TokenWish) => api.post('/bintu/token', { body }),
    of: ['token', 'user'],
    onDone: onMade,
  });
  const made = create.data?.data;
  if (made) return <Shown made={made} onClose={onClose} />;
  return <TokenForm of={of} busy={create.isPending} onSubmit={(wish) => create.mutate(wish)} onCancel={onClose} />;
}

/** Makes a token for `of`, or for whom the form names. */
export function CreateToken({ of = null }: { of?: ListedUser | null }) {
  const words = useMessages(catalogue);
  const { close } = useMessages(common);
  const [opened, setOpened] = useState(false);
  const [made, setMade] = useState(false);
  const leave = () => {
    setOpened(false);
    setMade(false);
  };
  return (
    <>
      <GuardedButton needs="token:create" onClick={() => setOpened(true)}>
        {words.open}
      </GuardedButton>
      <Modal
        opened={opened}
        onClose={leave}
        title={of ? words.titleFor(of.email) : words.title}
        size="lg"
        closeButtonProps={{ 'aria-label': close }}
        // What cannot be read again does not go by a slip of the hand.
        closeOnClickOutside={!made}
        closeOnEscape={!made}
      >
        <Steps of={of} onMade={() => setMade(true)} onClose={leave} />
      </Modal>
    </>
  );
}
