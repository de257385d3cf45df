import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { IngestGuide } from './ingest-guide.tsx';
import { streamWords } from './messages.ts';
import { TagsField } from './tags-field.tsx';
import type { Stream } from './types.ts';

interface Props {
  opened: boolean;
  onClose(): void;
}

function Wishes({ onMade, onClose }: { onMade(stream: Stream): void; onClose(): void }) {
  const words = useMessages(streamWords);
  const { cancel } = useMessages(common);
  const [tags, setTags] = useState<string[]>([]);
  const create = useChange({
    call: () => api.post('/stream', { body: { tags } }),
    of: ['stream', 'tag'],
    onDone: onMade,
  });
  return (
    <Stack>
      <TagsField value={tags} onChange={setTags} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {cancel}
        </Button>
        <Button loading={create.isPending} onClick={() => create.mutate()} data-autofocus>
          {words.create}
        </Button>
      </Group>
    </Stack>
  );
}

function Made({ stream, onClose }: { stream: Stream; onClose(): void }) {
  const words = useMessages(streamWords);
  const { close } = useMessages(common);
  return (
    <Stack>
      <Text>{words.madeHint}</Text>
      <IngestGuide stream={stream} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {close}
        </Button>
        <Button component={Link} to="/streams/$id" params={{ id: stream.id } as never}>
          {words.open}
        </Button>
      </Group>
    </Stack>
  );
}

/** Tags, and then at once what goes into the encoder. */
export function CreateStream({ opened, onClose }: Props) {
  const words = useMessages(streamWords);
  const { close } = useMessages(common);
  const [made, setMade] = useState<Stream | null>(null);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setMade(null)}
      title={made ? words.made : words.create}
      size="lg"
      closeButtonProps={{ 'aria-label': close }}
    >
      {made ? <Made stream={made} onClose={onClose} /> : <Wishes onMade={setMade} onClose={onClose} />}
    </Modal>
  );
}
