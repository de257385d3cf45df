import { DatabaseSync } from 'node:sqlite';

const ROLES = ['nanoAdmin', 'nanoUser', 'nanoReadOnly'];
const HOUR_MS = 3_600_000;

const id = (kind: number, n: number) =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Gives an organisation many people and streams, straight into the tables: so many requests would measure something else. */
export function fillCrowd(
  file: string,
  organisation: string,
  { users, streams }: { users: number; streams: number },
): void {
  using database = new DatabaseSync(file);
  database.exec('PRAGMA busy_timeout = 10000; PRAGMA synchronous = OFF; BEGIN');
  const insert = (table: string, columns: string) =>
    database.prepare(`insert into ${table} (${columns}) values (${columns.replaceAll(/\w+/g, '?')})`);
  const now = Date.now();
  const user = insert('user', 'id, organisation_id, email, email_key, role, token_key, created_at, last_seen_at');
  for (let n = 0; n < users; n++) {
    const email = `person${String(n).padStart(6, '0')}@example.test`;
    user.run(
      id(2, n),
      organisation,
      email,
      email,
      ROLES[n % 3]!,
      'bench00',
      now - n * HOUR_MS,
      n % 5 ? now - n * 1_000 : null,
    );
  }
  const stream = insert(
    'stream',
    'id, organisation_id, streamgroup, type, ingest_hash, playout_name, locked, epoch, first_live_at, created_at, updated_at',
  );
  for (let n = 0; n < streams; n++) {
    const at = now - n * 1_000;
    const locked = n % 10 === 0 ? 1 : 0;
    stream.run(
      id(3, n),
      organisation,
      id(4, n),
      'live',
      `hash-${n}`,
      `crowd-${n}`,
      locked,
      0,
      n % 2 ? at : null,
      at,
      at,
    );
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
}
