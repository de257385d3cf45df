import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { tags as catalogue } from './messages.ts';

interface Named {
  name: string;
  streams: number;
}

interface DialogProps {
  /** Null while none was asked about. */
  tag: Named | null;
  opened: boolean;
  onClose(): void;
}

function NewName({ tag, onClose }: { tag: Named; onClose(): void }) {
  const words = useMessages(catalogue);
  const { cancel } = useMessages(common);
  const [name, setName] = useState(tag.name);
  const wanted = name.trim();
  const rename = useChange({
    call: () => api.put('/tag/{name}', { params: { path: { name: tag.name } }, body: { name: wanted } }),
    of: ['tag', 'stream'],
    done: () => words.renamed(tag.name, wanted),
    onDone: onClose,
  });
  return (
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
  );
}

export function RenameTag({ tag, opened, onClose }: DialogProps) {
  const words = useMessages(catalogue);
  const { close } = useMessages(common);
  const title = words.renameOne(tag?.name ?? '');
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': close }}>
      {tag && <NewName tag={tag} onClose={onClose} />}
    </Modal>
  );
}

export function DeleteTag({ tag, opened, onClose }: DialogProps) {
  const words = useMessages(catalogue);
  const { name = '', streams = 0 } = tag ?? {};
  const remove = useChange({
    call: () => api.delete('/tag/{name}', { params: { path: { name } } }),
    of: ['tag', 'stream'],
    done: () => words.removed(name),
    onDone: onClose,
  });
  return (
    <Confirm
      opened={opened}
      title={words.removeOne(name)}
      action={words.remove}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {words.removeLead(streams)}
    </Confirm>
  );
}
