import { type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { ApiError } from '../errors.ts';
import type { Schema } from './schema.ts';

/** What a list is ordered by, of one row. */
export type Place = readonly (string | number)[];

/** Where a page ended, as text that its reader hands back and need not understand. */
export const encodeCursor = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

const fits = (value: unknown, like: 'string' | 'number'): boolean =>
  like === 'number'
    ? Number.isSafeInteger(value)
    : typeof value === 'string' && value.isWellFormed() && !value.includes('\u0000');

/** The place that a cursor names, of values of these types. @throws ApiError invalid for what is none of ours */
export function decodeCursor(cursor: string, types: readonly ('string' | 'number')[]): Place {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    // Said below, with what else is no cursor.
  }
  if (Array.isArray(place) && place.length === types.length && types.every((type, i) => fits(place[i], type)))
    return place;
  throw new ApiError('invalid', { parameter: 'cursor', reason: 'Use the cursor of the answer before' });
}

/** One page of a list that was asked for with one row too many. */
export interface Page<R> {
  rows: R[];
  /** How many match, on all pages. */
  total: number;
  nextCursor: string | null;
}

/** Cuts off the row too many, which says that there is a next page. */
export function pageOf<R>(
  rows: R[],
  { quantity, total }: { quantity: number; total: number },
  place: (row: R) => Place,
): Page<R> {
  const shown = rows.slice(0, quantity);
  return { rows: shown, total, nextCursor: rows.length > quantity ? encodeCursor(place(shown.at(-1)!)) : null };
}

/** Which page of a list; without a quantity it is the whole list. */
export interface PageAsked {
  quantity?: number;
  cursor?: string;
}

/** A page of a query over `table`, by when its rows were made. `count` is asked where the page does not say it. */
export async function newestFirst<T extends keyof Schema, R extends { created_at: number; id: string }>(
  query: SelectQueryBuilder<Schema, T, R>,
  { table, quantity, cursor }: PageAsked & { table: T & string },
  count: () => Promise<number>,
): Promise<Page<R>> {
  const [at, id] = [sql.ref<number>(`${table}.created_at`), sql.ref<string>(`${table}.id`)];
  let page = query.orderBy(at, 'desc').orderBy(id, 'desc');
  if (quantity !== undefined) page = page.limit(quantity + 1);
  if (cursor !== undefined) {
    const [createdAt, before] = decodeCursor(cursor, ['number', 'string']);
    page = page.where(sql<SqlBool>`(${at}, ${id}) < (${createdAt}, ${before})`);
  }
  const rows = await page.execute();
  const few = cursor === undefined && rows.length <= (quantity ?? rows.length);
  const total = few ? rows.length : await count();
  return pageOf(rows as R[], { quantity: quantity ?? rows.length, total }, (row) => [row.created_at, row.id]);
}
