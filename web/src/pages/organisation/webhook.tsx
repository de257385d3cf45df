import { Alert, Text } from '@mantine/core';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { sayReason } from '../../messages/refusals.ts';
import { useRefusal } from '../../session.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Section } from '../../ui/section.tsx';
import { SigningSecret, WebhookAddress } from '../../ui/webhook-form.tsx';
import { Deliveries } from './deliveries.tsx';
import type { OwnOrganisation } from './reading.ts';
import { webhook as catalogue } from './webhook-messages.ts';

const NEEDS = 'webhook:set';

function Address({ current }: { current: string | null }) {
  const words = useMessages(catalogue);
  const set = useChange({
    call: (webhook: string | null) => api.put('/organisation/webhook', { body: { webhook } }),
    of: ['organisation'],
    done: (_, webhook) => (webhook === null ? words.cleared : words.saved),
  });
  const shared = { words, needs: NEEDS, set };
  return <WebhookAddress {...shared} current={current} example="https://example.org/hook" />;
}

function Secret({ secret, webhook }: { secret: string; webhook: string | null }) {
  const words = useMessages(catalogue);
  const rotate = useChange({
    call: () => api.put('/organisation/webhook', { body: { webhook, rotateSecret: true } }),
    of: ['organisation'],
    done: () => words.rotated,
  });
  return <SigningSecret words={words} needs={NEEDS} secret={secret} rotate={rotate} />;
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
