import { Chip, Group } from '@mantine/core';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { userWords } from './messages.ts';
import { useRoles } from './roles.ts';

interface Props {
  role: string | undefined;
  /** Of what the counts are. */
  search: string | undefined;
  onRole(role: string | undefined): void;
}

/** How many users there are in each role, and the choice of one. */
export function RoleFilter({ role, search, onRole }: Props) {
  const words = useMessages(userWords);
  const named = useRoles().map(({ name }) => name);
  // A role that is in the address stays to be taken away again, be it there or not.
  const roles = [undefined, ...named, ...(role && !named.includes(role) ? [role] : [])];
  const counts = useQueries({
    queries: roles.map((one) => ({
      queryKey: ['user', 'count', one ?? null, search ?? null],
      queryFn: () => {
        const query = { quantity: 1, ...(one && { role: one }), ...(search && { search }) };
        return api.getPage('/user', { params: { query } });
      },
      placeholderData: keepPreviousData,
    })),
  });
  return (
    <Chip.Group value={role ?? ''} onChange={(chosen) => onRole((chosen as string) || undefined)}>
      <Group gap="xs" role="radiogroup" aria-label={words.filterRole}>
        {roles.map((one, index) => {
          const total = counts[index]?.data?.total;
          return (
            <Chip key={one ?? ''} value={one ?? ''} size="sm" variant="outline">
              {one ?? words.all}
              {typeof total === 'number' && ` (${words.count(total)})`}
            </Chip>
          );
        })}
      </Group>
    </Chip.Group>
  );
}
