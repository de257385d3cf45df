import { Box, Code, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import type { CapabilityGroup, CapabilityText } from '../../capabilities.ts';
import { useMessages } from '../../language.tsx';
import { useMe } from '../../session.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { matrix } from './messages.ts';
import type { Role } from './roles.ts';

/** Whether a role holds something: a sign, and a word for who does not see it. */
export function Mark({ holds }: { holds: boolean }) {
  const words = useMessages(matrix);
  return (
    <>
      {holds ? (
        <IconCheck size={20} stroke={2.5} color="var(--mantine-color-green-text)" aria-hidden />
      ) : (
        <IconMinus size={16} color="var(--mantine-color-dimmed)" aria-hidden />
      )}
      <VisuallyHidden>{holds ? words.may : words.mayNot}</VisuallyHidden>
    </>
  );
}

/** A row's name, what it lets somebody do, and the endpoints behind it. */
export function CapabilityName({ row, endpoints }: { row: CapabilityText; endpoints?: readonly string[] | undefined }) {
  const words = useMessages(matrix);
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Text fw={500} span>
          {row.title}
        </Text>
        <Code className="breakable">{row.id}</Code>
      </Group>
      <Text size="sm" c="dimmed">
        {words.letsYou(row.sentence)}
      </Text>
      {endpoints?.map((endpoint) => (
        <Text key={endpoint} size="xs" ff="monospace" className="breakable">
          {endpoint}
        </Text>
      ))}
    </Stack>
  );
}

interface Props {
  roles: readonly Role[];
  groups: readonly CapabilityGroup[];
  endpoints: ReadonlyMap<string, readonly string[]> | null;
}

/** Capabilities by group as rows, roles as columns. */
export function MatrixTable({ roles, groups, endpoints }: Props) {
  const words = useMessages(matrix);
  const own = useMe().user?.permission;
  const all = groups.flatMap(({ rows }) => rows);
  return (
    <Box className="matrix-scroll" tabIndex={0} role="region" aria-label={words.caption}>
      <Table aria-label={words.caption} withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" className="matrix-row-name">
              {words.capability}
            </Table.Th>
            {roles.map(({ name, capabilities }) => (
              <Table.Th key={name} scope="col" className="matrix-mark matrix-role">
                <Stack gap={2} align="center">
                  <RoleBadge role={name} />
                  <Text size="xs" c="dimmed">
                    {words.count(all.filter(({ id }) => capabilities.includes(id)).length, all.length)}
                  </Text>
                  {name === own && <Text size="xs">{words.yours}</Text>}
                </Stack>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {groups.map(({ group, title, rows }) => (
          <Table.Tbody key={group}>
            <Table.Tr bg="var(--mantine-color-default-hover)">
              <Table.Th scope="rowgroup" colSpan={roles.length + 1}>
                <span className="matrix-group">{title}</span>
              </Table.Th>
            </Table.Tr>
            {rows.map((row) => (
              <Table.Tr key={row.id}>
                <Table.Th scope="row" className="matrix-row-name">
                  <CapabilityName row={row} endpoints={endpoints?.get(row.id)} />
                </Table.Th>
                {roles.map(({ name, capabilities }) => (
                  <Table.Td key={name} className="matrix-mark">
                    <Mark holds={capabilities.includes(row.id)} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </Box>
  );
}
