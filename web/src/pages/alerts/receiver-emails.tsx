import { Alert, Group, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../language.tsx';
import { FocusKept } from '../../ui/focus-kept.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Section } from '../../ui/section.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { type Receivers, useSetReceivers } from './receivers-api.ts';
import { receiverWords } from './receivers-messages.ts';

const NEEDS = 'alerts:configure';
const MOST = 20;
/** The server decides; this is for seeing a slip of the hand. */
const looksRight = (email: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);

function Add({ receivers }: { receivers: Receivers }) {
  const words = useMessages(receiverWords);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const email = typed.trim();
  const add = useSetReceivers<string>(receivers, {
    change: (fresh) => ({ emails: [...receivers.emails, fresh] }),
    done: words.added,
    onDone: () => setTyped(''),
  });
  const problem = () => {
    if (!looksRight(email)) return words.addressWrong;
    const isKnown = receivers.emails.some((known) => known.toLowerCase() === email.toLowerCase());
    return isKnown ? words.addressTwice : null;
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = problem();
        setWrong(found);
        if (found === null) add.mutate(email);
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={words.address}
          type="email"
          autoComplete="off"
          value={typed}
          error={wrong}
          inputWrapperOrder={['label', 'error', 'input']}
          maxLength={254}
          flex="1 1 240px"
          onChange={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setWrong(null);
          }}
        />
        <GuardedButton
          needs={NEEDS}
          unless={receivers.emails.length < MOST ? null : words.most(MOST)}
          type="submit"
          variant="default"
          loading={add.isPending}
        >
          {words.add}
        </GuardedButton>
      </Group>
    </form>
  );
}

/** Who is told by mail. */
export function Emails({ receivers }: { receivers: Receivers }) {
  const words = useMessages(receiverWords);
  const remove = useSetReceivers<string>(receivers, {
    change: (gone) => ({ emails: receivers.emails.filter((email) => email !== gone) }),
    done: words.removed,
  });
  return (
    <FocusKept rows={receivers.emails}>
      <Section title={words.emails} lead={words.emailsLead}>
        {!receivers.mail && (
          <Alert color="yellow" title={words.noMail}>
            {words.noMailHint}
          </Alert>
        )}
        <Add receivers={receivers} />
        {receivers.emails.length === 0 ? (
          <Text size="sm">{words.nobody}</Text>
        ) : (
          <WideTable label={words.list} heads={[words.address, words.actions]} minWidth={240}>
            {receivers.emails.map((email) => (
              <Table.Tr key={email}>
                <Table.Th scope="row" fw={400} className="breakable">
                  {email}
                </Table.Th>
                <Table.Td>
                  <GuardedButton
                    needs={NEEDS}
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    aria-label={words.removeOne(email)}
                    onClick={() => remove.mutate(email)}
                  >
                    {words.remove}
                  </GuardedButton>
                </Table.Td>
              </Table.Tr>
            ))}
          </WideTable>
        )}
      </Section>
    </FocusKept>
  );
}
