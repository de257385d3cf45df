import { decodeCursor, encodeCursor } from './cursor.ts';
import type { AlertTable } from './schema-alerts.ts';
import { readerOf, type Scope } from './scope.ts';

/** An alert with the playout name of its stream, where it is about one that is there. */
export type ListedAlert = AlertTable & { stream_name: string | null };

export interface AlertFilter {
  codes: readonly number[];
  /** The id of a stream. */
  stream?: string;
  limit: number;
}

const newestFirst = (scope: Scope, { codes, stream, limit }: AlertFilter) => {
  const query = readerOf(scope)
    .selectFrom('alert')
    .leftJoin('stream', (join) =>
      join.onRef('stream.id', '=', 'alert.subject_id').onRef('stream.organisation_id', '=', 'alert.organisation_id'),
    )
    .selectAll('alert')
    .select('stream.playout_name as stream_name')
    .where('alert.organisation_id', '=', scope.organisation)
    .where('alert.code', 'in', codes)
    .orderBy('alert.first_at', 'desc')
    .orderBy('alert.id', 'desc')
    .limit(limit);
  return stream === undefined ? query : query.where('alert.subject_id', '=', stream);
};

/** What is wrong now, of these codes. */
export const listOpenAlerts = (scope: Scope, filter: AlertFilter): Promise<ListedAlert[]> =>
  newestFirst(scope, filter).where('alert.resolved_at', 'is', null).execute();

export interface HistoryFilter extends AlertFilter {
  /** When it was found out: unix milliseconds, `from` inclusive, `to` exclusive. */
  from?: number;
  to?: number;
  /** What `nextCursor` of the page before said. */
  cursor?: string;
}

/** What is and was wrong. @throws ApiError invalid for a cursor that is none of ours */
export async function listAlerts(
  scope: Scope,
  { from, to, cursor, ...filter }: HistoryFilter,
): Promise<{ rows: ListedAlert[]; nextCursor: string | null }> {
  if (filter.codes.length === 0) return { rows: [], nextCursor: null };
  let query = newestFirst(scope, { ...filter, limit: filter.limit + 1 });
  if (from !== undefined) query = query.where('alert.first_at', '>=', from);
  if (to !== undefined) query = query.where('alert.first_at', '<', to);
  if (cursor !== undefined) {
    const [firstAt, id] = decodeCursor(cursor, ['number', 'string']) as readonly [number, string];
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('alert.first_at', 'alert.id'), '<', tuple(firstAt, id)),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, filter.limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    nextCursor: last && rows.length > shown.length ? encodeCursor([last.first_at, last.id]) : null,
  };
}

/** Whom alerts are about, by the subjects' ids: for who may know people by their addresses. */
export async function subjectsOf(
  scope: Scope,
  alerts: readonly AlertTable[],
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const ids = (type: string) => alerts.flatMap((alert) => (alert.subject_type === type ? alert.subject_id : []));
  const [users, tokens] = [await usersOf(scope, ids('user')), await tokensOf(scope, ids('token'))];
  return new Map([...users, ...tokens].map(({ id, ...words }) => [id, words]));
}

const usersOf = async (scope: Scope, ids: readonly string[]): Promise<{ id: string; email: string }[]> =>
  ids.length === 0
    ? []
    : readerOf(scope)
        .selectFrom('user')
        .select(['id', 'email'])
        .where('organisation_id', '=', scope.organisation)
        .where('id', 'in', ids)
        .execute();

const tokensOf = async (
  scope: Scope,
  ids: readonly string[],
): Promise<{ id: string; name: string; email: string }[]> =>
  ids.length === 0
    ? []
    : readerOf(scope)
        .selectFrom('token')
        .innerJoin('user', 'user.id', 'token.user_id')
        .select(['token.id', 'token.name', 'user.email'])
        .where('token.organisation_id', '=', scope.organisation)
        .where('token.id', 'in', ids)
        .execute();
