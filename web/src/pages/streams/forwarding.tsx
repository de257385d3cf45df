import { Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useCan, useRefusal } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Time } from '../../ui/time.tsx';
import { ingestWords } from './messages-ingest.ts';
import type { Stream } from './types.ts';

/** Where the stream goes besides: shown to who may see it, set by who may change it. */
export function Forwarding({ stream }: { stream: Stream }) {
  const words = useMessages(ingestWords);
  const refusal = useRefusal();
  const can = useCan();
  const [url, setUrl] = useState('');
  const [asked, setAsked] = useState(false);
  const set = useChange({
    call: (target: string | null) =>
      api.put('/stream/{id}/push_url', { params: { path: { id: stream.id } }, body: { url: target } }),
    of: ['stream'],
    done: (_stream, target) => (target === null ? words.pushCleared : words.pushSet),
    onDone() {
      setUrl('');
      setAsked(false);
    },
  });
  const { push_url: current, push } = stream;
  return (
    <Stack gap="sm">
      <Text c="dimmed" size="sm">
        {words.forwardLead}
      </Text>
      {current === undefined && <Text c="dimmed">{refusal('ingest:read')}</Text>}
      {current === null && <Text>{words.notForwarded}</Text>}
      {current && <CopyField label={words.forwardedTo} value={current} secret />}
      {push && (
        <Text size="sm" role="status">
          {words.pushState}: <strong>{words[push.state]}</strong> (<Time at={push.since} />)
          {push.error !== null && <span> · {push.error}</span>}
        </Text>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (can('stream:edit')) set.mutate(url.trim());
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={words.pushUrl}
            description={words.pushHint}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            disabled={!can('stream:edit')}
            autoComplete="off"
            spellCheck={false}
            maxLength={2_048}
            required
            withAsterisk={false}
          />
          <Group>
            <GuardedButton needs="stream:edit" type="submit" variant="default" loading={set.isPending}>
              {words.setPush}
            </GuardedButton>
            {current !== null && (
              <GuardedButton needs="stream:edit" variant="default" onClick={() => setAsked(true)}>
                {words.clearPush}
              </GuardedButton>
            )}
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={asked}
        title={words.clearTitle}
        action={words.clearPush}
        busy={set.isPending}
        onConfirm={() => set.mutate(null)}
        onClose={() => setAsked(false)}
      >
        {words.clearText}
      </Confirm>
    </Stack>
  );
}
