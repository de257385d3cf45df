import { Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDraft } from '../draft.ts';
import { Confirm } from './confirm.tsx';
import { CopyField } from './copy.tsx';
import { GuardedButton } from './guarded-button.tsx';

/** A change as `useChange` gives it. */
interface Changing<Input> {
  isPending: boolean;
  mutate(input: Input, options: { onSuccess(): void }): void;
}

interface AddressProps {
  /** The one that is called now, or null. */
  current: string | null;
  example: string;
  words: Readonly<Record<'url' | 'save' | 'clear' | 'clearLead', string>>;
  needs: string;
  /** Null: nowhere. */
  set: Changing<string | null>;
}

/** Where a webhook leads to; it is removed after a question. */
export function WebhookAddress({ current, example, words, needs, set }: AddressProps) {
  const [url, setUrl] = useDraft(current ?? '');
  const [clearing, setClearing] = useState(false);
  const close = () => setClearing(false);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (url.trim() !== '') set.mutate(url.trim(), { onSuccess: close });
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={words.url}
          type="url"
          placeholder={example}
          value={url}
          onChange={({ currentTarget }) => setUrl(currentTarget.value)}
          maxLength={2_048}
          flex="1 1 300px"
        />
        <GuardedButton needs={needs} type="submit" variant="default" loading={set.isPending}>
          {words.save}
        </GuardedButton>
        {current !== null && (
          <GuardedButton needs={needs} variant="light" color="red" onClick={() => setClearing(true)}>
            {words.clear}
          </GuardedButton>
        )}
      </Group>
      <Confirm
        opened={clearing}
        title={words.clear}
        action={words.clear}
        busy={set.isPending}
        onConfirm={() => set.mutate(null, { onSuccess: close })}
        onClose={close}
      >
        {words.clearLead}
      </Confirm>
    </form>
  );
}

interface SecretProps {
  secret: string;
  words: Readonly<Record<'secret' | 'secretHint' | 'rotate' | 'rotateLead', string>>;
  needs: string;
  rotate: Changing<void>;
}

/** What the calls of a webhook are signed with; a new one is made after a question. */
export function SigningSecret({ secret, words, needs, rotate }: SecretProps) {
  const [asked, setAsked] = useState(false);
  const close = () => setAsked(false);
  return (
    <Stack gap="xs" align="flex-start">
      <CopyField label={words.secret} value={secret} secret />
      <Text size="sm" c="dimmed">
        {words.secretHint}
      </Text>
      <GuardedButton needs={needs} variant="default" size="xs" onClick={() => setAsked(true)}>
        {words.rotate}
      </GuardedButton>
      <Confirm
        opened={asked}
        title={words.rotate}
        action={words.rotate}
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate(undefined, { onSuccess: close })}
        onClose={close}
      >
        {words.rotateLead}
      </Confirm>
    </Stack>
  );
}
