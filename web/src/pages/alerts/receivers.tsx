import { Alert, Select, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { SEVERITY_NAMES } from '../../alerts.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { SEVERITIES, type Severity } from '../../messages/alerts.ts';
import { common } from '../../messages/common.ts';
import { sayReason } from '../../messages/refusals.ts';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { Section } from '../../ui/section.tsx';
import { Frame } from './frame.tsx';
import { Emails } from './receiver-emails.tsx';
import { AlertWebhook } from './receiver-webhook.tsx';
import { type Receivers, type Tested, useReceivers, useSetReceivers, useTestReceivers } from './receivers-api.ts';
import { receiverWords } from './receivers-messages.ts';

const NEEDS = 'alerts:configure';

function Level({ receivers }: { receivers: Receivers }) {
  const words = useMessages(receiverWords);
  const { language } = useLanguage();
  const set = useSetReceivers<Severity>(receivers, {
    change: (severity) => ({ severity }),
    done: () => words.levelSaved,
  });
  const labelOf = (severity: Severity, index: number) => {
    const name = SEVERITIES[severity][language];
    if (index === 0) return name;
    return severity === SEVERITY_NAMES.at(-1) ? words.everything : words.orWorse(name);
  };
  return (
    <Section title={words.level} lead={words.levelLead}>
      <Select
        label={words.least}
        data={SEVERITY_NAMES.map((value, index) => ({ value, label: labelOf(value, index) }))}
        value={set.isPending ? set.variables : receivers.severity}
        onChange={(chosen) => set.mutate(chosen as Severity)}
        allowDeselect={false}
        maw={320}
      />
    </Section>
  );
}

function Verdict({ of: { emails, webhook }, among }: { of: Tested; among: Receivers }) {
  const words = useMessages(receiverWords);
  const { language } = useLanguage();
  const leftOut = among.mail ? among.emails.length - emails : 0;
  const isMailed = among.emails.length === 0 || (among.mail && leftOut === 0);
  const isGood = isMailed && (webhook === null || webhook.error === null);
  const told = (hook: NonNullable<Tested['webhook']>) => {
    if (hook.status === null) return `${words.silent(hook.tookMs)} ${sayReason(hook.error ?? '', language)}.`;
    return hook.error === null ? words.took(hook.status, hook.tookMs) : words.notTaken(hook.status, hook.tookMs);
  };
  return (
    <Alert role="status" color={isGood ? 'green' : 'yellow'} title={words.tested}>
      {emails > 0 && <Text size="sm">{words.mailed(emails)}</Text>}
      {leftOut > 0 && <Text size="sm">{words.leftOut(leftOut)}</Text>}
      {!among.mail && among.emails.length > 0 && <Text size="sm">{words.noMail}.</Text>}
      {webhook && <Text size="sm">{told(webhook)}</Text>}
    </Alert>
  );
}

function Told({ receivers }: { receivers: Receivers }) {
  const words = useMessages(receiverWords);
  const test = useTestReceivers();
  const isNobody = receivers.emails.length === 0 && receivers.webhook === null;
  return (
    <Frame
      here="/alerts/receivers"
      actions={
        <GuardedButton
          needs={NEEDS}
          unless={isNobody ? words.noReceiver : null}
          variant="default"
          leftSection={<IconSend size={18} aria-hidden />}
          loading={test.isPending}
          onClick={() => test.mutate(receivers)}
        >
          {words.test}
        </GuardedButton>
      }
    >
      <Stack>
        {test.data && test.variables === receivers && <Verdict of={test.data} among={receivers} />}
        <Emails receivers={receivers} />
        <AlertWebhook receivers={receivers} />
        <Level receivers={receivers} />
      </Stack>
    </Frame>
  );
}

function Page() {
  const { data, error } = useReceivers();
  if (data) return <Told receivers={data} />;
  return <Frame here="/alerts/receivers">{error ? <PageFailed error={error} /> : <Loading rows={8} />}</Frame>;
}

export function AlertReceivers() {
  const { alerts } = useMessages(common);
  return (
    <GuardedPage needs={NEEDS} title={alerts}>
      <Page />
    </GuardedPage>
  );
}
