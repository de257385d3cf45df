import { notifications } from '@mantine/notifications';
import { IconHandStop, IconLockOpen, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useCan } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { controlWords } from './messages-one.ts';
import { type Ended, useOutcome, type Verb } from './outcome.ts';
import { TakeOff } from './take-off.tsx';
import { nameOf, type Stream } from './types.ts';

interface Props {
  stream: Stream;
  /** What became of it, to be shown where the stream is. */
  onOutcome(verb: Verb, ended: Ended): void;
  /** It is being deleted; or is not, after all. */
  onLeaving(leaving: boolean): void;
}

const CALLS = {
  stop: (id: string) => api.put('/stream/{id}/stop', { params: { path: { id } } }),
  lock: (id: string) => api.put('/stream/{id}/lock', { params: { path: { id } } }),
  unlock: (id: string) => api.put('/stream/{id}/unlock', { params: { path: { id } } }),
} as const;

function Delete({ stream, onLeaving }: Pick<Props, 'stream' | 'onLeaving'>) {
  const words = useMessages(controlWords);
  const { close } = useMessages(common);
  const navigate = useNavigate();
  const tell = useOutcome();
  const [asked, setAsked] = useState(false);
  const remove = useChange({
    call: () => api.delete('/stream/{id}', { params: { path: { id: stream.id } } }),
    of: ['tag'],
    async onDone(ended) {
      notifications.show({
        message: tell('delete', ended),
        color: ended.enforced ? 'green' : 'yellow',
        autoClose: ended.enforced ? 10_000 : false,
        closeButtonProps: { 'aria-label': close },
      });
      await navigate({ to: '/streams' });
    },
  });
  return (
    <>
      <GuardedButton
        needs="stream:delete"
        variant="default"
        leftSection={<IconTrash size={18} aria-hidden />}
        onClick={() => setAsked(true)}
      >
        {words.delete}
      </GuardedButton>
      <Confirm
        opened={asked}
        title={words.deleteTitle}
        action={words.delete}
        again={words.deleteAgain(nameOf(stream))}
        busy={remove.isPending}
        onConfirm={() => {
          // What is gone cannot be read again.
          onLeaving(true);
          remove.mutate(undefined, { onError: () => onLeaving(false) });
        }}
        onClose={() => setAsked(false)}
      >
        {words.deleteText}
      </Confirm>
    </>
  );
}

/** What ends a stream, and what lets it begin again. */
export function Control({ stream, onOutcome, onLeaving }: Props) {
  const words = useMessages(controlWords);
  const can = useCan();
  const [asked, setAsked] = useState(false);
  const control = useChange({
    call: (verb: keyof typeof CALLS) => CALLS[verb](stream.id),
    of: ['stream'],
    onDone(ended, verb) {
      setAsked(false);
      onOutcome(verb, ended);
    },
  });
  // Either right is enough to ask; the dialog offers what is held.
  const needs = can('stream:stop') && !can('stream:lock') ? 'stream:stop' : 'stream:lock';
  return (
    <>
      {stream.state === 'locked' ? (
        <GuardedButton
          needs="stream:unlock"
          leftSection={<IconLockOpen size={18} aria-hidden />}
          loading={control.isPending}
          onClick={() => control.mutate('unlock')}
        >
          {words.unlock}
        </GuardedButton>
      ) : (
        <GuardedButton
          needs={needs}
          color="red"
          leftSection={<IconHandStop size={18} aria-hidden />}
          onClick={() => setAsked(true)}
        >
          {words.stopLock}
        </GuardedButton>
      )}
      <TakeOff
        opened={asked}
        live={stream.state === 'live'}
        busy={control.isPending}
        onConfirm={(verb) => control.mutate(verb)}
        onClose={() => setAsked(false)}
      />
      <Delete stream={stream} onLeaving={onLeaving} />
    </>
  );
}
