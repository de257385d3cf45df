import { Alert, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useSayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { Empty } from '../../ui/empty.tsx';
import { FocusKept } from '../../ui/focus-kept.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Section } from '../../ui/section.tsx';
import { AddRule } from './add.tsx';
import { RuleList } from './list.tsx';
import { guardianWords } from './messages.ts';
import { ADDRESSES, type Kind, type Made, REFERRERS, useRules } from './rules.ts';

/** What the last rule did, until it is put away. */
function Outcome({ last, onClose }: { last: Made | null; onClose(): void }) {
  const words = useMessages(guardianWords);
  const { close } = useMessages(common);
  const tell = ({ rule, viewers, tookMs, enforced }: Made) => {
    const done = words.done(rule.value, rule.type);
    if (!enforced) return `${done} ${words.notEnforced}`;
    // Never less than it took.
    return `${done} ${viewers === 0 ? words.nobody : words.takenOff(viewers, String(Math.max(1, Math.ceil(tookMs))))}`;
  };
  return (
    <div role="status">
      {last && (
        <Alert
          mb="md"
          role="presentation"
          color={last.enforced ? 'green' : 'yellow'}
          withCloseButton
          closeButtonLabel={close}
          onClose={onClose}
        >
          {tell(last)}
        </Alert>
      )}
    </div>
  );
}

function Rules({ of, onMade }: { of: Kind; onMade(made: Made): void }) {
  const words = useMessages(guardianWords);
  const sayWhy = useSayWhy();
  const [opened, { open, close }] = useDisclosure();
  const { data, error } = useRules(of);
  const isAddress = of.kind === 'ip';
  const title = isAddress ? words.addresses : words.pages;
  const isAnyAllowed = data?.some(({ type }) => type === 'allow') ?? false;
  return (
    <FocusKept rows={data}>
      <Section
        title={title}
        lead={isAddress ? words.addressesLead : words.pagesLead}
        actions={
          <GuardedButton
            needs="viewer:block"
            leftSection={<IconPlus size={18} aria-hidden />}
            onClick={open}
            disabled={!data}
          >
            {isAddress ? words.block : words.rule}
          </GuardedButton>
        }
      >
        {isAnyAllowed && <Alert color="orange">{words.onlyAllowed}</Alert>}
        {!data && (error ? <Alert color="red">{sayWhy(error)}</Alert> : <Loading rows={3} />)}
        {data?.length === 0 && (
          <Empty
            title={isAddress ? words.noAddresses : words.noPages}
            hint={isAddress ? words.noAddressesHint : words.noPagesHint}
          />
        )}
        {data && data.length > 0 && <RuleList of={of} label={title} rules={data} />}
        <AddRule
          of={of}
          isFirst={!isAnyAllowed}
          opened={opened}
          onClose={close}
          onMade={(made) => {
            close();
            onMade(made);
          }}
        />
      </Section>
    </FocusKept>
  );
}

export function Blocks() {
  const words = useMessages(guardianWords);
  const { guardian } = useMessages(common);
  const [last, setLast] = useState<Made | null>(null);
  return (
    <GuardedPage needs="viewer:block" title={guardian}>
      <PageTitle title={guardian} lead={words.lead} />
      <Outcome last={last} onClose={() => setLast(null)} />
      <Stack>
        <Rules of={ADDRESSES} onMade={setLast} />
        <Rules of={REFERRERS} onMade={setLast} />
      </Stack>
    </GuardedPage>
  );
}
