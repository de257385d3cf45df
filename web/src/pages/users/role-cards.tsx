import { Alert, Badge, Box, Group, Paper, Radio, Stack, Text } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { roleWords } from './role-messages.ts';
import { RolePermissions } from './role-permissions.tsx';
import { type Role, useMayGive, useRoles, useRoleText } from './roles.ts';

interface CardProps {
  role: Role;
  chosen: boolean;
  current: boolean;
  /** Where a dialog begins. */
  first: boolean;
}

function RoleCard({ role, chosen, current, first }: CardProps) {
  const words = useMessages(roleWords);
  const { description, level } = useRoleText()(role);
  const mayGive = useMayGive()(role);
  return (
    <Paper
      withBorder
      p="sm"
      style={chosen ? { borderColor: 'var(--mantine-primary-color-filled)', borderWidth: 2 } : { margin: 1 }}
    >
      <Radio
        value={role.name}
        disabled={!mayGive}
        aria-label={role.name}
        data-autofocus={first || undefined}
        label={
          <Group gap="xs" component="span">
            <RoleBadge role={role.name} />
            <Text span size="sm" c="dimmed">
              {level}
            </Text>
            {current && (
              <Badge variant="outline" color="gray" tt="none">
                {words.current}
              </Badge>
            )}
          </Group>
        }
        description={description}
        error={mayGive ? null : words.mayNotGive}
      />
      <Box pl={28}>
        <Disclosure title={words.permissionsOf(role.name, role.capabilities.length)}>
          <RolePermissions capabilities={role.capabilities} />
        </Disclosure>
      </Box>
    </Paper>
  );
}

interface RoleCardsProps {
  label: string;
  value: string | null;
  /** The role that somebody has now, which is marked. */
  current?: string;
  onChange(name: string): void;
}

/** The organisation's roles to choose one of; each opens to what it may do. */
export function RoleCards({ label, value, current, onChange }: RoleCardsProps) {
  const words = useMessages(roleWords);
  const roles = useRoles();
  const may = useCan()('role:read');
  if (!may) return <Alert color="gray">{words.noRoles}</Alert>;
  if (roles.length === 0) return <Loading rows={3} />;
  return (
    <Radio.Group label={label} value={value} onChange={onChange}>
      <Stack gap="xs" mt="xs">
        {roles.map((role, index) => (
          <RoleCard
            key={role.name}
            role={role}
            chosen={role.name === value}
            current={role.name === current}
            first={value === null ? index === 0 : role.name === value}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
