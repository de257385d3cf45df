import { type Expression, type SqlBool, sql } from 'kysely';
import { decodeCursor, type Page, type Place, pageOf } from './cursor.ts';
import type { UserTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';

/** Every user of the organisation, oldest first. */
export function listUsers(scope: Scope): Promise<UserTable[]> {
  return readerOf(scope)
    .selectFrom('user')
    .selectAll()
    .where('organisation_id', '=', scope.organisation)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Both engines fold ASCII alone here: SQLite always, PostgreSQL because the columns compare by byte. */
const EMAIL = sql<string>`lower(email)`;
/** They disagree about where nulls stand. */
const SEEN = sql<number>`coalesce(last_seen_at, 0)`;

interface Order {
  /** What comes before the id. */
  by: Expression<string | number>[];
  types: ('string' | 'number')[];
  place(row: UserTable): Place;
}

const asciiLower = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const ORDERS = {
  email: { by: [EMAIL], types: ['string'], place: (row) => [asciiLower(row.email)] },
  permission: {
    by: [sql.ref('role'), sql.ref('created_at')],
    types: ['string', 'number'],
    place: (row) => [row.role, row.created_at],
  },
  createdAt: { by: [sql.ref('created_at')], types: ['number'], place: (row) => [row.created_at] },
  lastSeenAt: { by: [SEEN], types: ['number'], place: (row) => [row.last_seen_at ?? 0] },
} as const satisfies Record<string, Order>;

export type UserOrder = keyof typeof ORDERS;
export const USER_ORDERS = Object.keys(ORDERS) as readonly UserOrder[];

export interface UserFilter {
  quantity: number;
  cursor?: string;
  role?: string;
  /** Part of an address or a name, in whichever case. */
  search?: string;
  order: UserOrder;
  descending: boolean;
}

const capitalised = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/(^|[^\p{L}\p{N}])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());

/**
 * Patterns one of which a text holds that says this in another case. The engines fold ASCII; what else has two cases is
 * looked for as it is usually written.
 */
function patternsOf(search: string): string[] {
  const spelt = [search, search.toLowerCase(), search.toUpperCase(), capitalised(search)].map(asciiLower);
  return [...new Set(spelt)].map((text) => `%${text.replaceAll(/[!%_]/g, '!$&')}%`);
}

const anyOf = (conditions: readonly Expression<SqlBool>[]) => sql<SqlBool>`(${sql.join(conditions, sql` or `)})`;

const mentions = (search: string) =>
  anyOf(
    patternsOf(search).flatMap((pattern) => [
      sql<SqlBool>`lower(email) like ${pattern} escape '!'`,
      sql<SqlBool>`lower(name) like ${pattern} escape '!'`,
    ]),
  );

function matching(scope: Scope, { role, search }: UserFilter) {
  let query = readerOf(scope).selectFrom('user').where('organisation_id', '=', scope.organisation);
  if (role !== undefined) query = query.where('role', '=', role);
  if (search !== undefined) query = query.where(mentions(search));
  return query;
}

async function count(scope: Scope, filter: UserFilter): Promise<number> {
  const counted = matching(scope, filter).select((eb) => eb.fn.countAll().as('n'));
  return Number((await counted.executeTakeFirstOrThrow()).n);
}

/** One page of users. @throws ApiError invalid for a cursor of another list */
export async function pageUsers(scope: Scope, filter: UserFilter): Promise<Page<UserTable>> {
  const { quantity, cursor, descending } = filter;
  const order: Order = ORDERS[filter.order];
  const direction = descending ? 'desc' : 'asc';
  const keys = [...order.by, sql.ref('id')];
  let page = matching(scope, filter).selectAll();
  if (cursor !== undefined) {
    const place = decodeCursor(cursor, [...order.types, 'string']);
    const than = descending ? sql`<` : sql`>`;
    page = page.where(sql<SqlBool>`(${sql.join(keys)}) ${than} (${sql.join(place)})`);
  }
  for (const key of keys) page = page.orderBy(key, direction);
  const rows = await page.limit(quantity + 1).execute();
  // Whoever searches has mostly found all there is, and need not have it looked for twice.
  const all = cursor === undefined && rows.length <= quantity;
  const total = all ? rows.length : await count(scope, filter);
  return pageOf(rows, { quantity, total }, (row) => [...order.place(row), row.id]);
}

/** How many tokens of each user can be used now; who has none is left out. `users` null: of the whole organisation. */
export async function countOpenTokens(scope: Scope, users: readonly string[] | null): Promise<Map<string, number>> {
  if (users?.length === 0) return new Map();
  let query = readerOf(scope)
    .selectFrom('token')
    .innerJoin('user', (join) =>
      join.onRef('user.id', '=', 'token.user_id').onRef('user.token_key', '=', 'token.token_key'),
    )
    .select((eb) => ['token.user_id', eb.fn.countAll().as('n')])
    .where('token.organisation_id', '=', scope.organisation)
    .where('token.revoked_at', 'is', null)
    .where('token.expires_at', '>', Date.now());
  if (users !== null) query = query.where('token.user_id', 'in', users);
  const rows = await query.groupBy('token.user_id').execute();
  return new Map(rows.map(({ user_id, n }) => [user_id, Number(n)]));
}
