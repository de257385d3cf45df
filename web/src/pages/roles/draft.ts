import type { paths } from '@lockkeeper/client';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useCan } from '../../session.tsx';
import type { Role } from './roles.ts';

type Body = NonNullable<paths['/permission/{name}']['put']['requestBody']>['content']['application/json'];
export type Audience = NonNullable<Body['audiences']>[number];

export interface Draft {
  name: string;
  description: string;
  /** Undefined while the API may choose them by what the role may do. */
  audiences: Audience[] | undefined;
  capabilities: string[];
}

export type Findings = Answer<'/permission/{name}', 'put'>;
export type FindingsQuery = UseQueryResult<Findings>;

/** ASCII, as the API asks for it. */
const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

export type NameProblem = 'nameWrong' | 'nameTaken' | null;

/** What is wrong with a new role's name; nothing is said of one that is not there yet. */
export function nameProblem(name: string, roles: readonly Role[]): NameProblem {
  if (name === '') return null;
  if (!NAME.test(name)) return 'nameWrong';
  return roles.some((role) => role.name.toLowerCase() === name.toLowerCase()) ? 'nameTaken' : null;
}

/** No role of one's own may hold it. */
export const ADMINS_ALONE = 'apikey:read';

/** Nobody gives what they do not hold. */
export function useMayGive(): (id: string) => boolean {
  const can = useCan();
  return (id) => id !== ADMINS_ALONE && can(id);
}

export function useDraft(role: Role | null, from: Role | null) {
  const mayGive = useMayGive();
  return useState<Draft>(() => ({
    name: role?.name ?? '',
    description: role?.description ?? '',
    audiences: role?.audiences as Audience[] | undefined,
    capabilities: (from?.capabilities ?? []).filter((id) => role !== null || mayGive(id)),
  }));
}

/** What the API would say if the draft were saved now. Nothing is saved. */
export function useFindings({ name, capabilities }: Draft, role: Role | null): FindingsQuery {
  // A new role is looked at before it has a name: by one that nobody has.
  const [standIn] = useState(() => `draft-${crypto.randomUUID().slice(0, 8)}`);
  const [asked] = useDebouncedValue(capabilities, 250);
  const path = { name: role ? name : standIn };
  return useQuery({
    queryKey: ['role', 'draft', path.name, asked],
    queryFn() {
      const init = { params: { path, query: { dryRun: true } }, body: { description: '', capabilities: asked } };
      return role ? api.put('/permission/{name}', init) : api.post('/permission/{name}', init);
    },
    placeholderData: keepPreviousData,
  });
}
