import { List, Stack, Text } from '@mantine/core';
import { useCapabilityGroups } from '../../capabilities.ts';

/** What a role lets its holder do, by the matrix's groups. */
export const RolePermissions = ({ capabilities }: { capabilities: readonly string[] }) => (
  <Stack gap="xs">
    {useCapabilityGroups(capabilities).map(({ group, title, rows }) => (
      <div key={group}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <List size="sm" spacing={2} withPadding>
          {rows.map(({ id, title, sentence }) => (
            <List.Item key={id}>
              {title}{' '}
              <Text span inherit c="dimmed">
                ({sentence})
              </Text>
            </List.Item>
          ))}
        </List>
      </div>
    ))}
  </Stack>
);
