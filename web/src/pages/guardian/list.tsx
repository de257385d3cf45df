import { Badge, Table, Text, TextInput } from '@mantine/core';
import { IconBan, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useChange } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { useAskedAbout } from '../../ui/asked-about.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { sayDuration, useNow } from '../../ui/duration.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { useShownPart } from '../../ui/shown-part.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { guardianWords } from './messages.ts';
import { type Kind, NOUNS, type Rule } from './rules.ts';

/** From so many on they can be searched. */
const SEARCHED = 20;

/** How long it still counts. */
function Left({ expiresAt }: Pick<Rule, 'expiresAt'>) {
  const words = useMessages(guardianWords);
  const { language } = useLanguage();
  const now = useNow();
  if (expiresAt === null) return <>{words.forGood}</>;
  const left = (Date.parse(expiresAt) - now) / 1_000;
  return <time dateTime={expiresAt}>{left <= 0 ? words.ending : sayDuration(left, language)}</time>;
}

function Type({ type }: Pick<Rule, 'type'>) {
  const words = useMessages(guardianWords);
  const Icon = type === 'deny' ? IconBan : IconCheck;
  return (
    <Badge
      variant="light"
      color={type === 'deny' ? 'red' : 'green'}
      tt="none"
      miw="max-content"
      leftSection={<Icon size={12} aria-hidden />}
    >
      {words[type]}
    </Badge>
  );
}

function Row({ rule, withType, onRemove }: { rule: Rule; withType: boolean; onRemove(): void }) {
  const words = useMessages(guardianWords);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className="breakable">
        {rule.value}
        {withType && (
          <div>
            <Type type={rule.type} />
          </div>
        )}
        {rule.note && (
          <Text size="sm" c="dimmed" fw={400}>
            {rule.note}
          </Text>
        )}
      </Table.Th>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Left expiresAt={rule.expiresAt} />
      </Table.Td>
      <Table.Td>
        <Time at={rule.createdAt} />
        <Text size="sm" c="dimmed" className="breakable">
          {rule.createdBy ?? words.aKey}
        </Text>
      </Table.Td>
      <Table.Td>
        <GuardedButton
          needs="viewer:block"
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={words.removeOne(rule.value)}
          onClick={onRemove}
        >
          {words.remove}
        </GuardedButton>
      </Table.Td>
    </Table.Tr>
  );
}

/** Rules as they are now, and their end. */
export function RuleList({ of, label, rules }: { of: Kind; label: string; rules: readonly Rule[] }) {
  const words = useMessages(guardianWords);
  const [search, setSearch] = useState('');
  const { about, opened, ask, close } = useAskedAbout<Rule>();
  const remove = useChange({
    call: ({ id }: Rule) => of.remove(id),
    of: NOUNS,
    done: (_, { value }) => words.removed(value),
    onDone: close,
  });
  const withType = of.kind === 'referrer';
  const allowed = rules.filter(({ type }) => type === 'allow').length;
  const becomes = () => {
    if (!withType) return words.removeAddress;
    if (about?.type !== 'allow') return words.removeDeny;
    return allowed > 1 ? words.removeAllow : words.removeLastAllow;
  };
  const wanted = search.trim().toLowerCase();
  const { part, more } = useShownPart(
    rules.filter(({ value, note }) => `${value} ${note}`.toLowerCase().includes(wanted)),
  );
  const heads = [withType ? words.domain : words.ip, words.left, words.made, words.actions];
  return (
    <>
      {rules.length > SEARCHED && (
        <TextInput
          type="search"
          label={words.search}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      )}
      <WideTable label={label} heads={heads} minWidth={460}>
        {part.map((rule) => (
          <Row key={rule.id} rule={rule} withType={withType} onRemove={() => ask(rule)} />
        ))}
      </WideTable>
      {more}
      <Confirm
        opened={opened}
        title={words.removeOne(about?.value ?? '')}
        action={words.remove}
        busy={remove.isPending}
        onConfirm={() => about && remove.mutate(about)}
        onClose={close}
      >
        {becomes()}
      </Confirm>
    </>
  );
}
