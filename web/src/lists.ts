import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';

/** What the address says of how a list is filtered, so that it can be sent to a colleague; undefined takes one away. */
export function useFilters<F extends Record<string, string | undefined>>(): [F, (change: Partial<F>) => void] {
  const filters = useSearch({ strict: false } as never) as F;
  const navigate = useNavigate();
  const set = (change: Partial<F>) => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...change }).filter(([, value]) => value));
    void navigate({ to: '.', search: next as never, replace: true });
  };
  return [filters, set];
}

interface Page<Row> {
  rows: readonly Row[];
  total: number | null;
  next: string | null;
}

/**
 * A long list, a page at a time. `read` is asked with the cursor of the page before, none for the first; again after as
 * many milliseconds as `again` says of the rows, where it says any.
 */
export function usePages<Row>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<Page<Row>>,
  again?: (rows: readonly Row[]) => number | false,
) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => again?.(data?.pages.flatMap(({ rows }) => rows) ?? []) ?? false,
  });
  const pages = query.data?.pages ?? [];
  return { ...query, rows: pages.flatMap(({ rows }) => rows), total: pages.at(-1)?.total ?? null };
}
