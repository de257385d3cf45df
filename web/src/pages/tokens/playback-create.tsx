import { Modal } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import type { Stream } from '../streams/types.ts';
import { PlaybackForm, type PlaybackWish } from './playback-form.tsx';
import { Made } from './playback-made.tsx';
import { createPlayback as catalogue } from './playback-messages.ts';

interface StepsProps {
  /** Told when there is something to be seen that cannot be seen again. */
  onMade(): void;
  onClose(): void;
}

function Steps({ onMade, onClose }: StepsProps) {
  const create = useChange({
    call: ({ wish }: { wish: PlaybackWish; streams: readonly Stream[] }) => api.post('/api/v1/splay', { body: wish }),
    of: ['playback-token'],
    onDone: onMade,
  });
  const made = create.data?.data;
  if (made) return <Made made={made} streams={create.variables?.streams ?? []} onClose={onClose} />;
  return (
    <PlaybackForm
      busy={create.isPending}
      onSubmit={(wish, streams) => create.mutate({ wish, streams })}
      onCancel={onClose}
    />
  );
}

export function CreatePlayback() {
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
      <GuardedButton needs="playback-token:create" onClick={() => setOpened(true)}>
        {words.open}
      </GuardedButton>
      <Modal
        opened={opened}
        onClose={leave}
        title={words.open}
        size="lg"
        closeButtonProps={{ 'aria-label': close }}
        // What cannot be read again does not go by a slip of the hand.
        closeOnClickOutside={!made}
        closeOnEscape={!made}
      >
        <Steps onMade={() => setMade(true)} onClose={leave} />
      </Modal>
    </>
  );
}
