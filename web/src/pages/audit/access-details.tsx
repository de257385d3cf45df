import { List, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useCapabilityGroups } from '../../capabilities.ts';
import { useMessages } from '../../language.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { accessWords } from './access-messages.ts';
import type { Person } from './report.ts';

/** What somebody may do, what of it was used, and every token that counts. */
export function PersonDetails({ person }: { person: Person }) {
  const words = useMessages(accessWords);
  const { email, createdAt, capabilities, unused, tokens, permission } = person;
  return (
    <Stack gap="sm" pt="sm">
      <Text size="sm">
        {words.memberSince}: <Time at={createdAt} />
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Capabilities title={words.may} ids={capabilities.filter((id) => !unused.includes(id))} />
        <Capabilities title={words.mayUnused} ids={unused} />
      </SimpleGrid>
      {tokens.length === 0 ? (
        <Text size="sm">{words.noTokens}</Text>
      ) : (
        <WideTable
          label={`${words.tokens(tokens.length)}: ${email}`}
          heads={[words.tokenName, words.kind, words.role, words.created, words.expires, words.lastUsed]}
          minWidth={760}
        >
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Th scope="row" fw="normal" className="breakable">
                {token.name}
              </Table.Th>
              <Table.Td>{token.kind}</Table.Td>
              <Table.Td>
                <RoleBadge role={token.permission ?? permission} />
              </Table.Td>
              <Table.Td>
                <Time at={token.createdAt} />
              </Table.Td>
              <Table.Td>
                <Time at={token.expiresAt} />
              </Table.Td>
              <Table.Td>
                <Time at={token.lastUsedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
    </Stack>
  );
}

function Capabilities({ title, ids }: { title: string; ids: readonly string[] }) {
  const rows = useCapabilityGroups(ids).flatMap((group) => group.rows);
  return (
    <div>
      <Text size="sm" fw={600}>
        {title} ({rows.length})
      </Text>
      {rows.length > 0 && (
        <List size="sm" aria-label={title}>
          {rows.map((row) => (
            <List.Item key={row.id}>{row.title}</List.Item>
          ))}
        </List>
      )}
    </div>
  );
}
