import { useMessages } from '../../language.tsx';
import { Section } from '../../ui/section.tsx';
import { SigningSecret, WebhookAddress } from '../../ui/webhook-form.tsx';
import { type Receivers, useSetReceivers } from './receivers-api.ts';
import { receiverWords } from './receivers-messages.ts';

/** The server that is told. */
export function AlertWebhook({ receivers }: { receivers: Receivers }) {
  const words = useMessages(receiverWords);
  const { webhook, webhookSecret } = receivers;
  const set = useSetReceivers<string | null>(receivers, {
    change: (next) => ({ webhook: next }),
    done: (next) => (next === null ? words.cleared : words.saved),
  });
  const rotate = useSetReceivers<void>(receivers, {
    change: () => ({ rotateSecret: true }),
    done: () => words.rotated,
  });
  const shared = { words, needs: 'alerts:configure' };
  return (
    <Section title={words.webhook} lead={words.webhookLead}>
      <WebhookAddress {...shared} current={webhook} example="https://example.org/alerts" set={set} />
      {webhook !== null && webhookSecret !== null && (
        <SigningSecret {...shared} secret={webhookSecret} rotate={rotate} />
      )}
    </Section>
  );
}
