import { Group, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { api, queries } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useDraft } from '../../draft.ts';
import { useMessages } from '../../language.tsx';
import { ME, type Me, useCan, useMe } from '../../session.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { organisation as catalogue } from './messages.ts';
import type { OwnOrganisation } from './reading.ts';

function Name({ current }: { current: string }) {
  const words = useMessages(catalogue);
  const may = useCan()('organisation:edit');
  const [name, setName] = useDraft(current);
  const rename = useChange({
    call: () => api.put('/organisation', { body: { name: name.trim() } }),
    of: ['organisation', 'me'],
    ahead() {
      const called = { name: name.trim() };
      queries.setQueryData<OwnOrganisation>(['organisation'], (now) => now && { ...now, ...called });
      queries.setQueryData<Me>(ME, (now) => now && { ...now, organisation: { ...now.organisation, ...called } });
    },
    done: () => words.renamed,
  });
  const same = name.trim() === current || name.trim() === '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!same) rename.mutate();
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          readOnly={!may}
          maxLength={100}
          flex="1 1 200px"
        />
        <GuardedButton
          needs="organisation:edit"
          type="submit"
          variant="default"
          disabled={may && same}
          loading={rename.isPending}
        >
          {words.rename}
        </GuardedButton>
      </Group>
    </form>
  );
}

/** A fact under its name. */
const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <Text size="sm" fw={500}>
      {label}
    </Text>
    <Text size="sm" component="div">
      {children}
    </Text>
  </div>
);

export function Facts({ organisation: { id, name, hash, createdAt } }: { organisation: OwnOrganisation }) {
  const words = useMessages(catalogue);
  const { credential } = useMe();
  return (
    <Section title={words.facts}>
      <Name current={name} />
      <CopyField label={words.id} value={id} />
      <Stack gap={0}>
        <CopyField label={words.hash} value={hash} />
        <Text size="sm" c="dimmed">
          {words.hashHint}
        </Text>
      </Stack>
      <Fact label={words.created}>
        <Time at={createdAt} />
      </Fact>
      <Fact label={words.session}>
        <Time at={credential.expiresAt} />
      </Fact>
    </Section>
  );
}
