import { Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { api, queries } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { oneWords } from './messages-one.ts';
import { TagsField } from './tags-field.tsx';
import type { Stream } from './types.ts';

/** A stream's tags, changed together. What was typed and not saved stays while the stream changes elsewhere. */
export function StreamTags({ stream: { id, tags } }: { stream: Stream }) {
  const words = useMessages(oneWords);
  const may = useCan()('tag:edit');
  const [typed, setTyped] = useState<string[] | null>(null);
  const save = useChange({
    call: (wanted: string[]) => api.put('/stream/{id}/tag', { params: { path: { id } }, body: { tags: wanted } }),
    of: ['stream', 'tag'],
    ahead: (wanted) => queries.setQueryData<Stream>(['stream', id], (now) => now && { ...now, tags: wanted }),
    done: () => words.tagsSaved,
    onDone: () => setTyped(null),
  });
  const shown = typed ?? tags;
  return (
    <Stack gap="sm">
      <TagsField value={shown} onChange={setTyped} disabled={!may} />
      <Group>
        <GuardedButton needs="tag:edit" variant="default" loading={save.isPending} onClick={() => save.mutate(shown)}>
          {words.saveTags}
        </GuardedButton>
      </Group>
    </Stack>
  );
}
