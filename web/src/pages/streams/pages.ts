import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../api.ts';
import type { Stream, StreamState } from './types.ts';

export interface StreamFilter {
  state: StreamState | 'all';
  /** All must match. */
  tags: string[];
  /** An exact id or name; empty for none. */
  search: string;
}

const SIZE = 100;

/** The pages in sight, from 0. */
export interface Sight {
  first: number;
  last: number;
}

/** Where rows are; the same as before where they are on the same pages, so that nothing is drawn for nothing. */
export function sightOf(before: Sight, firstRow: number, lastRow: number): Sight {
  const [first, last] = [Math.floor(firstRow / SIZE), Math.floor(lastRow / SIZE)];
  return before.first === first && before.last === last ? before : { first, last };
}

interface StreamPage {
  rows: readonly Stream[];
  total: number | null;
  next: string | null;
  /** That by which it was read; undefined for the first. */
  cursor: string | undefined;
}

interface Known {
  /** The filter that these pages were read for. */
  of: string;
  pages: readonly StreamPage[];
}

async function readPage({ state, tags, search }: StreamFilter, cursor: string | undefined): Promise<StreamPage> {
  const query = { quantity: SIZE, state, tags, ...(search && { search }), ...(cursor && { cursor }) };
  return { ...(await api.getPage('/stream', { params: { query } })), cursor };
}

/**
 * What is known after a page was read (again). Pages follow each other by cursors: where one now ends elsewhere, those
 * behind it are forgotten, but for the next, which stands in until it is read anew.
 */
function learn(known: Known, of: string, at: number, page: StreamPage): Known {
  const pages = known.of === of ? known.pages : [];
  if (pages[at] === page || at > pages.length) return known;
  const joins = pages[at + 1]?.cursor === (page.next ?? undefined);
  const behind = page.next === null ? [] : pages.slice(at + 1, joins ? undefined : at + 2);
  return { of, pages: [...pages.slice(0, at), page, ...behind] };
}

/** A list of any length, of which only the pages in sight are read, and read again when something changes. */
export function useStreamPages(filter: StreamFilter, { first, last }: Sight) {
  const of = JSON.stringify(filter);
  const [known, setKnown] = useState<Known>({ of, pages: [] });
  const current = known.of === of ? known.pages : [];
  const [from, to] = current.length === 0 ? [0, 0] : [first, last];
  // As long as it takes to read one, the next is on its way before it is in sight.
  const wanted = Array.from({ length: to - from + 2 }, (_, n) => from + n).filter(
    (at) => at === 0 || (current[at - 1]?.next ?? null) !== null,
  );
  const read = useQueries({
    queries: wanted.map((at) => {
      const cursor = current[at - 1]?.next ?? undefined;
      return { queryKey: ['stream', 'page', of, cursor ?? null], queryFn: () => readPage(filter, cursor) };
    }),
  });
  useEffect(() => {
    for (const [n, { data }] of read.entries()) if (data) setKnown((before) => learn(before, of, wanted[n]!, data));
  });
  // What was shown before stays until there is something else.
  const { pages } = known;
  const rows = useMemo(() => pages.flatMap((page) => page.rows), [pages]);
  const latest = read.findLast(({ data }) => data)?.data ?? pages.at(-1);
  const total = latest?.total ?? null;
  return {
    rows,
    total,
    /** Rows that are there and not read yet, of which some are shown as such. */
    coming: pages.at(-1)?.next ? Math.min(SIZE, Math.max(1, (total ?? 0) - rows.length)) : 0,
    isPending: pages.length === 0 && read.every(({ isPending }) => isPending),
    error: pages.length === 0 ? (read.find(({ error }) => error)?.error ?? null) : null,
  };
}
