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

function Dialog({ onClose }: { onClose(): void }) {
  const words = useMessages(catalogue);
  const { close } = useMessages(common);
  const create = useChange({
    call: ({ wish }: { wish: PlaybackWish; streams: readonly Stream[] }) => api.post('/api/v1/splay', { body: wish }),
    of: ['playback-token'],
  });
  const made = create.data?.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.open}
      size="lg"
      closeButtonProps={{ 'aria-label': close }}
      // What cannot be read again does not go by a click beside it.
      closeOnClickOutside={!made}
      closeOnEscape={!made}
    >
      {made ? (
        <Made made={made} streams={create.variables?.streams ?? []} onClose={onClose} />
      ) : (
        <PlaybackForm
          busy={create.isPending}
          onSubmit={(wish, streams) => create.mutate({ wish, streams })}
          onCancel={onClose}
        />
      )}
    </Modal>
  );
}

export function CreatePlayback() {
  const words = useMessages(catalogue);
  const [open, setOpen] = useState(false);
  return (
    <>
      <GuardedButton needs="playback-token:create" onClick={() => setOpen(true)}>
        {words.open}
      </GuardedButton>
      {open && <Dialog onClose={() => setOpen(false)} />}
    </>
  );
}
