import { Badge } from '@mantine/core';

const COLOURS: Readonly<Record<string, string>> = { nanoAdmin: 'violet', nanoUser: 'blue', nanoReadOnly: 'gray' };

/** A role by its name, in a colour that is the same on every page. Custom roles share one. */
export const RoleBadge = ({ role }: { role: string }) => (
  <Badge variant="light" color={COLOURS[role] ?? 'cyan'} tt="none">
    {role}
  </Badge>
);
