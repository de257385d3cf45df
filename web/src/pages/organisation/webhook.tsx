import { Alert, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { sayReason } from '../../messages/refusals.ts';
import { useRefusal } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Section } from '../../ui/section.tsx';
import { Deliveries } from './deliveries.tsx';
import { type OwnOrganisation, useDraft } from './reading.ts';
import { webhook as catalogue } from './webhook-messages.ts';

const NEEDS = 'webhook:set';

function Address({ current }: { current: string | null }) {
  const words = useMessages(catalogue);
  const [url, setUrl] = useDraft(current ?? '');
  const [clearing, setClearing] = useState(false);
  const set = useChange({
    call: (webhook: string | null) => api.put('/organisation/webhook', { body: { webhook } }),
    of: ['organisation'],
    done: (_, webhook) => (webhook === null ? words.cleared : words.saved),
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
          placeholder="https://example.org/hook"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          maxLength={2_048}
          flex="1 1 300px"
        />
        <GuardedButton needs={NEEDS} type="submit" variant="default" loading={set.isPending}>
          {words.save}
        </GuardedButton>
        {current !== null && (
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

function Secret({ secret, webhook }: { secret: string; webhook: string | null }) {
  const words = useMessages(catalogue);
  const [open, setOpen] = useState(false);
  const rotate = useChange({
    call: () => api.put('/organisation/webhook', { body: { webhook, rotateSecret: true } }),
    of: ['organisation'],
    done: () => words.rotated,
    onDone: () => setOpen(false),
  });
  return (
    <Stack gap="xs" align="flex-start">
      <CopyField label={words.secret} value={secret} secret />
      <Text size="sm" c="dimmed">
        {words.secretHint}
      </Text>
      <GuardedButton needs={NEEDS} variant="default" size="xs" onClick={() => setOpen(true)}>
        {words.rotate}
      </GuardedButton>
      <Confirm
        opened={open}
        title={words.rotate}
        action={words.rotate}
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate()}
        onClose={() => setOpen(false)}
      >
        {words.rotateLead}
      </Confirm>
    </Stack>
  );
}

type Result = Answer<'/organisation/webhook/test', 'post'>;

const Verdict = ({ of: { allowed, status, tookMs, error } }: { of: Result }) => {
  const words = useMessages(catalogue);
  const { language } = useLanguage();
  return (
    <Alert role="status" color={allowed ? 'green' : 'red'} title={allowed ? words.admits : words.refuses}>
      {status === null ? words.silent(tookMs) : words.answered(status, tookMs)}{' '}
      {status === null && `${sayReason(error ?? '', language)}.`}
    </Alert>
  );
};

/** Where the organisation is asked about every publish. `webhook` is not sent to who may not set it. */
export function Webhook({ organisation: { webhook, webhookSecret } }: { organisation: OwnOrganisation }) {
  const words = useMessages(catalogue);
  const why = useRefusal()(NEEDS);
  const test = useChange<string | null | undefined, Result>({
    // What was tested: of another address it says nothing.
    call: (_webhook) => api.post('/organisation/webhook/test'),
    of: ['organisation'],
  });
  return (
    <Section
      title={words.title}
      lead={words.lead}
      actions={
        (why !== null || webhook) && (
          <GuardedButton needs={NEEDS} variant="default" loading={test.isPending} onClick={() => test.mutate(webhook)}>
            {words.test}
          </GuardedButton>
        )
      }
    >
      {why !== null && <Text size="sm">{why}</Text>}
      {webhook !== undefined && <Address current={webhook} />}
      {test.data && test.variables === webhook && <Verdict of={test.data} />}
      {webhookSecret && <Secret secret={webhookSecret} webhook={webhook ?? null} />}
      {why === null && <Deliveries />}
    </Section>
  );
}
