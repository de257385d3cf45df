import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Answer, api } from '../../api.ts';
import { SERVER } from '../../place.ts';
import { useCan } from '../../session.tsx';
import { type Role, useRoles } from '../roles/roles.ts';

export type Report = Answer<'/audit/access', 'get'>;
type Listed = Report['users'][number];

export interface Person extends Listed {
  /** A smaller role that covers what was used, or null when theirs is the smallest. */
  smaller: string | null;
}

/** As in the address; `at` is what a date-time field holds, in UTC. */
export type AccessFilters = { at?: string; search?: string; show?: string };

const queryOf = (at: string | undefined): { at?: string } => (at ? { at: `${at}Z` } : {});

/** Who had access to what at a moment; now, without one. */
export const useReport = (at: string | undefined) =>
  useQuery({
    queryKey: ['access', 'report', at ?? 'now'],
    queryFn: () => api.get('/audit/access', { params: { query: queryOf(at) } }),
    placeholderData: keepPreviousData,
  });

export const accessCsvOf = (at: string | undefined): string =>
  `${SERVER}/audit/access?${new URLSearchParams({ ...(at && { at: `${at}Z` }), format: 'csv' })}`;

/** Nobody is given rights they do not have by a suggestion to take some away. */
function smallerRole({ permission, capabilities, smallestRole }: Listed, roles: readonly Role[] | undefined) {
  const found = roles?.find(({ name }) => name === smallestRole);
  const isWithin = found?.capabilities.every((id) => capabilities.includes(id)) ?? true;
  return smallestRole !== permission && isWithin ? smallestRole : null;
}

/** The people of a report, each with the role that would do. */
export function usePeople(report: Report | undefined): readonly Person[] {
  const { data: roles } = useRoles(useCan()('role:read'));
  return useMemo(
    () => report?.users.map((user) => ({ ...user, smaller: smallerRole(user, roles) })) ?? [],
    [report, roles],
  );
}

export const isIdle = ({ unused, capabilities }: Person): boolean => unused.length === capabilities.length;

/** Which people to look at. */
export const SHOWN = {
  everybody: () => true,
  idle: isIdle,
  smaller: ({ smaller }: Person) => smaller !== null,
  unreviewed: ({ reviewedAt }: Person) => reviewedAt === null,
} as const satisfies Record<string, (person: Person) => boolean>;

export type Shown = keyof typeof SHOWN;
export const isShown = (name: string | undefined): name is Shown => name !== undefined && Object.hasOwn(SHOWN, name);
