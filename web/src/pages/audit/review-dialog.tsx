import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { accessWords } from './access-messages.ts';

interface Props {
  /** The moment that was looked at, in ISO 8601. */
  at: string;
  /** An e-mail address; null is everybody. */
  user: string | null;
  onClose(): void;
}

/** Puts on record that somebody has looked at the access of one person, or of all. */
export function ReviewDialog({ at, user, onClose }: Props) {
  const words = useMessages(accessWords);
  const { cancel, close } = useMessages(common);
  const [note, setNote] = useState('');
  const review = useChange({
    call: () =>
      api.post('/audit/access/review', {
        body: { at, ...(user === null ? { all: true as const } : { user }), ...(note.trim() && { note: note.trim() }) },
      }),
    of: ['access', 'audit'],
    done: () => words.marked,
    onDone: onClose,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={user === null ? words.markAll : words.markNamed(user)}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack>
        <Text className="breakable">
          {words.markLead(user ?? words.allPeople, `${at.slice(0, 16).replace('T', ' ')} UTC`)}
        </Text>
        <Textarea
          label={words.note}
          value={note}
          maxLength={500}
          data-autofocus
          onChange={({ currentTarget }) => setNote(currentTarget.value.replaceAll('\n', ' '))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel}
          </Button>
          <GuardedButton needs="audit:read" loading={review.isPending} onClick={() => review.mutate()}>
            {words.mark}
          </GuardedButton>
        </Group>
      </Stack>
    </Modal>
  );
}
