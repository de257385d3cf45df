import { ApiError } from '../errors.ts';
import type { ExpectedWindowTable } from './schema-alerts.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Prepared, Store } from './store.ts';
import { lockRow } from './tx.ts';

/** When a stream should be on air, in unix milliseconds. */
export type ExpectedWindow = Pick<ExpectedWindowTable, 'from_at' | 'to_at'>;

/** Those of a stream that are not over, earliest first; none for another organisation's. */
export const expectedWindows = (scope: Scope, stream: string): Promise<ExpectedWindow[]> =>
  readerOf(scope)
    .selectFrom('expected_window')
    .select(['from_at', 'to_at'])
    .where('stream_id', '=', stream)
    .where('organisation_id', '=', scope.organisation)
    .where('to_at', '>', Date.now())
    .orderBy('from_at')
    .execute();

/** Puts these in the place of all that a stream has. @throws ApiError notFound, also for another organisation's */
export async function setExpectedWindows(
  tx: ScopedTx,
  stream: string,
  windows: readonly ExpectedWindow[],
): Promise<void> {
  await lockRow(tx, 'stream', stream);
  const { organisation } = tx;
  const found = await tx.db
    .selectFrom('stream')
    .select('id')
    .where('id', '=', stream)
    .where('organisation_id', '=', organisation)
    .executeTakeFirst();
  if (!found) throw new ApiError('notFound', { reason: 'There is no such stream in your organisation' });
  await tx.db.deleteFrom('expected_window').where('stream_id', '=', stream).execute();
  if (windows.length === 0) return;
  const rows = windows.map((window) => ({ ...window, stream_id: stream, organisation_id: organisation }));
  await tx.db.insertInto('expected_window').values(rows).execute();
}

/** Which streams are expected at a moment, of all organisations. */
export type ExpectedLookup = Prepared<{ at: number }, Pick<ExpectedWindowTable, 'stream_id'>>;

export const expectedLookup = (store: Store): ExpectedLookup =>
  store.prepare((db, p) =>
    db.selectFrom('expected_window').select('stream_id').where('to_at', '>', p('at')).where('from_at', '<=', p('at')),
  );
