import { Code, Table, Text } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { accessWords } from './access-messages.ts';
import type { Report } from './report.ts';

/** The organisation's keys at that moment. */
export function AccessKeys({ keys }: { keys: Report['keys'] }) {
  const words = useMessages(accessWords);
  return (
    <Section title={words.keys} lead={words.keysLead}>
      {keys.length === 0 ? (
        <Text size="sm">{words.noKeys}</Text>
      ) : (
        <WideTable
          label={words.keys}
          heads={[words.kind, words.id, words.rights, words.created, words.lastUsed]}
          minWidth={680}
        >
          {keys.map(({ id, kind, capabilities, createdAt, lastUsedAt }) => (
            <Table.Tr key={id}>
              <Table.Th scope="row" fw="normal">
                {kind === 'api' ? words.apiKey : words.playerKey}
              </Table.Th>
              <Table.Td>
                <Code className="breakable">{id}</Code>
              </Table.Td>
              <Table.Td>{words.permissions(capabilities.length)}</Table.Td>
              <Table.Td>
                <Time at={createdAt} />
              </Table.Td>
              <Table.Td>
                <Time at={lastUsedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
    </Section>
  );
}
