import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { tags as catalogue } from './messages.ts';

interface DialogProps {
  tag: { name: string; streams: number };
  onClose(): void;
}

export function RenameTag({ tag, onClose }: DialogProps) {
  const words = useMessages(catalogue);
  const { cancel, close } = useMessages(common);
  const [name, setName] = useState(tag.name);
  const wanted = name.trim();
  const rename = useChange({
    call: () => api.put('/tag/{name}', { params: { path: { name: tag.name } }, body: { name: wanted } }),
    of: ['tag', 'stream'],
    done: () => words.renamed(tag.name, wanted),
    onDone: onClose,
  });
  return (
    <Modal opened onClose={onClose} title={words.renameOne(tag.name)} closeButtonProps={{ 'aria-label': close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '' && wanted !== tag.name) rename.mutate();
        }}
      >
        <Stack>
          <Text>{words.renameLead(tag.streams)}</Text>
          <TextInput
            label={words.newName}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {cancel}
            </Button>
            <Button type="submit" loading={rename.isPending} disabled={wanted === '' || wanted === tag.name}>
              {words.rename}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

export function DeleteTag({ tag, onClose }: DialogProps) {
  const words = useMessages(catalogue);
  const remove = useChange({
    call: () => api.delete('/tag/{name}', { params: { path: { name: tag.name } } }),
    of: ['tag', 'stream'],
    done: () => words.removed(tag.name),
    onDone: onClose,
  });
  return (
    <Confirm
      opened
      title={words.removeOne(tag.name)}
      action={words.remove}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {words.removeLead(tag.streams)}
    </Confirm>
  );
}
