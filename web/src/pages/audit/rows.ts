import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { type Answer, api, queries } from '../../api.ts';
import { SERVER } from '../../place.ts';

export type AuditRow = Answer<'/audit', 'get'>[number];

/** As in the address; `from` and `to` are what a date-time field holds, in UTC. */
export type AuditFilters = {
  actor?: string;
  action?: string;
  target?: string;
  outcome?: string;
  from?: string;
  to?: string;
};

const LIMIT = 100;
/** Pixels from the top within which new entries come in by themselves. */
const AT_TOP = 160;

/** Whether it is what a date-time field holds. */
export const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(`${text}Z`));

const FITS: Readonly<Record<keyof AuditFilters, (text: string) => boolean>> = {
  actor: (text) => text.length <= 254,
  action: (text) => text.length <= 64,
  target: (text) => text.length <= 64,
  outcome: (text) => text === 'allowed' || text === 'refused',
  from: isMoment,
  to: isMoment,
};

/** Filters from an address that anybody may have written. What looks like a number there comes as one. */
export const readFilters = (search: AuditFilters): AuditFilters =>
  Object.fromEntries(
    (Object.keys(FITS) as (keyof AuditFilters)[]).flatMap((name) => {
      const text = String(search[name] ?? '');
      return text !== '' && FITS[name](text) ? [[name, text]] : [];
    }),
  );

const moment = (text: string | undefined) => (text ? `${text}Z` : undefined);

/** What the API is asked for, by filters as the address has them. */
function queryOf({ actor, action, target, outcome, from, to }: AuditFilters) {
  const asked = { actor, action, target, outcome, from: moment(from), to: moment(to) };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value)) as Record<string, string>;
}

/** Where the same entries are to be had as a table for a spreadsheet. */
export const csvOf = (filters: AuditFilters): string =>
  `${SERVER}/audit?${new URLSearchParams({ ...queryOf(filters), format: 'csv' })}`;

/**
 * Entries newest first, a page at a time. Nothing of the log ever changes but how often a refusal was repeated, so of
 * all that has been read only the newest page is read again when something happens; what is new waits in `fresh` while
 * somebody reads further down.
 */
export function useAuditRows(filters: AuditFilters) {
  const asked = queryOf(filters);
  const read = (cursor?: string): Promise<AuditRow[]> =>
    api.get('/audit', { params: { query: { ...asked, limit: LIMIT, ...(cursor && { cursor }) } } });
  const newest = useQuery({ queryKey: ['audit', 'newest', asked], queryFn: () => read() });
  const first = newest.data;
  const name = JSON.stringify(asked);
  const log = useInfiniteQuery({
    queryKey: ['audit-log', name],
    queryFn: ({ pageParam }) => (pageParam === undefined ? first! : read(pageParam)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length < LIMIT ? undefined : page.at(-1)!.id),
    enabled: first !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const again = new Map(first?.map((row) => [row.id, row]));
  const rows = (log.data?.pages ?? []).flat().map((row) => again.get(row.id) ?? row);
  const head = rows[0]?.id ?? '';
  const fresh = log.data ? (first ?? []).filter(({ id }) => id > head).length : 0;

  const showFresh = useCallback(() => {
    queries.setQueryData<typeof log.data>(['audit-log', name], (known) => {
      if (!known || !first) return known;
      const [top = [], ...rest] = known.pages;
      const added = first.filter(({ id }) => id > (top[0]?.id ?? ''));
      // More than a page is new: what lies between is not known, so the log begins anew.
      if (top.length > 0 && added.length === LIMIT) return { pages: [first], pageParams: [undefined] };
      return { ...known, pages: [[...added, ...top], ...rest] };
    });
  }, [first, name]);

  useEffect(() => {
    if (fresh > 0 && window.scrollY < AT_TOP) showFresh();
  }, [fresh, showFresh]);

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = log;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    rows,
    fresh,
    showFresh,
    more,
    hasMore: hasNextPage,
    known: log.data !== undefined,
    error: newest.error ?? log.error,
  };
}
