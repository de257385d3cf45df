import { DatabaseSync } from 'node:sqlite';

export const USERS = 100_000;
export const STREAMS = 1_000_000;
const ORGANISATIONS = 1_000;

const now = Date.now();
const id = (kind: number, n: number) =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Fills a database that the server has just made. Straight into SQLite: a million requests would measure something else. */
export function fill(file: string): void {
  using database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  const organisation = database.prepare(
    'insert into organisation (id, name, hash, settings, created_at) values (?, ?, ?, ?, ?)',
  );
  const user = database.prepare(
    'insert into user (id, organisation_id, email, email_key, name, password_hash, role, token_key, created_at, last_seen_at) values (?, ?, ?, ?, null, null, ?, ?, ?, null)',
  );
  const stream = database.prepare(
    'insert into stream (id, organisation_id, streamgroup, type, ingest_hash, playout_name, locked, epoch, live_session, first_live_at, created_at, updated_at) values (?, ?, ?, ?, ?, ?, 0, 0, null, null, ?, ?)',
  );
  for (let n = 0; n < ORGANISATIONS; n++) organisation.run(id(1, n), `Organisation ${n}`, `#${n}`, '{}', now);
  for (let n = 0; n < USERS; n++) {
    const email = `user${n}@example.test`;
    user.run(id(2, n), id(1, n % ORGANISATIONS), email, email, 'nanoUser', 'bench00', now);
  }
  for (let n = 0; n < STREAMS; n++) {
    const created = now - (n % 86_400_000);
    stream.run(id(3, n), id(1, n % ORGANISATIONS), id(4, n), 'live', `hash-${n}`, `bench-${n}`, created, created);
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
}
