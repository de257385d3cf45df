import { useQuery } from '@tanstack/react-query';
import { type Answer, api } from '../../api.ts';
import { useCan } from '../../session.tsx';

export type Role = Answer<'/permission/list', 'get'>[number];

/** Every role there is to give: the predefined ones, then the organisation's own. */
export const useRoles = (enabled = true) =>
  useQuery({ queryKey: ['role', 'list'], queryFn: () => api.get('/permission/list'), enabled });

/** Predefined roles stand; the others are the organisation's to change. */
export const isOwn = ({ accessLevel }: Role): boolean => accessLevel === 'Custom';

/** The role that holds all that roles can hold: its endpoints are the endpoints there are. */
const EVERYTHING = 'nanoAdmin';

/** The endpoints behind each capability, for who may inspect roles; null for the others. */
export function useEndpoints(): ReadonlyMap<string, readonly string[]> | null {
  const enabled = useCan()('role:inspect');
  const { data } = useQuery({
    queryKey: ['role', 'endpoints'],
    queryFn: () => api.get('/permission', { params: { query: { name: EVERYTHING } } }),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    select: ({ endpoints }) => {
      const byCapability = Map.groupBy(endpoints, ({ capability }) => capability);
      return new Map(
        [...byCapability].map(([id, found]) => [id, found.map(({ method, path }) => `${method} ${path}`)] as const),
      );
    },
  });
  return data ?? null;
}

/** How many users have a role, for who may see users. */
export function useHolders(role: string, quantity = 1) {
  const enabled = useCan()('user:read');
  return useQuery({
    queryKey: ['user', 'of-role', role, quantity],
    queryFn: () => api.getPage('/user', { params: { query: { role, quantity } } }),
    enabled,
  });
}
