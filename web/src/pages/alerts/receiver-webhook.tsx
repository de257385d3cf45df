import { Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../language.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Section } from '../../ui/section.tsx';
import { useDraft } from '../organisation/reading.ts';
import { type Receivers, useSetReceivers } from './receivers-api.ts';
import { receiverWords } from './receivers-messages.ts';

const NEEDS = 'alerts:configure';

function Address({ receivers }: { receivers: Receivers }) {
  const words = useMessages(receiverWords);
  const { webhook } = receivers;
  const [url, setUrl] = useDraft(webhook ?? '');
  const [clearing, setClearing] = useState(false);
  const set = useSetReceivers<string | null>(receivers, {
    change: (next) => ({ webhook: next }),
    done: (next) => (next === null ? words.cleared : words.saved),
    onDone: () => setClearing(false),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (url.trim() !== '') set.mutate(url.trim());
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={words.url}
          type="url"
          placeholder="https://example.org/alerts"
          value={url}
          onChange={({ currentTarget }) => setUrl(currentTarget.value)}
          maxLength={2_048}
          flex="1 1 300px"
        />
        <GuardedButton needs={NEEDS} type="submit" variant="default" loading={set.isPending}>
          {words.save}
        </GuardedButton>
        {webhook !== null && (
          <GuardedButton needs={NEEDS} variant="light" color="red" onClick={() => setClearing(true)}>
            {words.clear}
          </GuardedButton>
        )}
      </Group>
      <Confirm
        opened={clearing}
        title={words.clear}
        action={words.clear}
        busy={set.isPending}
        onConfirm={() => set.mutate(null)}
        onClose={() => setClearing(false)}
      >
        {words.clearLead}
      </Confirm>
    </form>
  );
}

function Secret({ receivers, secret }: { receivers: Receivers; secret: string }) {
  const words = useMessages(receiverWords);
  const [asked, setAsked] = useState(false);
  const rotate = useSetReceivers<void>(receivers, {
    change: () => ({ rotateSecret: true }),
    done: () => words.rotated,
    onDone: () => setAsked(false),
  });
  return (
    <Stack gap="xs" align="flex-start">
      <CopyField label={words.secret} value={secret} secret />
      <Text size="sm" c="dimmed">
        {words.secretHint}
      </Text>
      <GuardedButton needs={NEEDS} variant="default" size="xs" onClick={() => setAsked(true)}>
        {words.rotate}
      </GuardedButton>
      <Confirm
        opened={asked}
        title={words.rotate}
        action={words.rotate}
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate()}
        onClose={() => setAsked(false)}
      >
        {words.rotateLead}
      </Confirm>
    </Stack>
  );
}

/** The server that is told. */
export function AlertWebhook({ receivers }: { receivers: Receivers }) {
  const words = useMessages(receiverWords);
  const { webhook, webhookSecret } = receivers;
  return (
    <Section title={words.webhook} lead={words.webhookLead}>
      <Address receivers={receivers} />
      {webhook !== null && webhookSecret !== null && <Secret receivers={receivers} secret={webhookSecret} />}
    </Section>
  );
}
