import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { hashPassword } from '../src/people/passwords.ts';
import { ticketHash } from '../src/people/tickets.ts';
import { loadSecrets, readSecretsFile, type Secrets } from '../src/secrets.ts';
import { SCHEMA, takeSteps } from '../src/store/migrations/index.ts';
import type { EngineName } from '../src/store/store.ts';
import { tokenHash } from '../src/tokens.ts';

/**
 * Writes `test/fixtures/schema-0001.*`: the first release's tables as SQL for either engine, with rows in each, and the
 * secrets that belong to them. A released fixture is never written again; the next release gets rows of its own here.
 */
const STEPS = SCHEMA.slice(0, 1);
const [NAME] = STEPS[0]!.split('-');
const FOLDER = `${import.meta.dirname}/../test/fixtures`;

/** What the rows were made from: what people of that release hold, and must still open something. */
const HELD = {
  apiKey: 'schema-0001-api-key-of-the-first-release',
  playerKey: 'schema-0001-player-key-of-the-first-release',
  token: 'schema.0001.token',
  ticket: 'schema-0001-password-ticket',
  password: 'schema 0001 password',
};

const AT = Date.UTC(2026, 0, 1);
const NEVER = Date.UTC(2100, 0, 1);
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [ORGANISATION, USER, STREAM, TAG] = [uuid(1), uuid(2), uuid(3), uuid(4)];

const key = (secrets: Secrets, n: number, kind: string, text: string) => ({
  id: uuid(n),
  organisation_id: ORGANISATION,
  kind,
  key_hash: secrets.fingerprint(text),
  key_cipher: secrets.encrypt(text),
  created_at: AT,
  disabled_at: null,
  last_used_at: AT + 1,
  last_used_ip: '192.0.2.1',
});

const token = {
  id: uuid(7),
  organisation_id: ORGANISATION,
  user_id: USER,
  token_hash: tokenHash(HELD.token),
  kind: 'api',
  name: "the encoder's",
  token_key: 'abcdefg',
  narrowed_to: null,
  allowed_ips: null,
  created_at: AT,
  created_by: USER,
  expires_at: NEVER,
  revoked_at: null,
  last_used_at: null,
  last_used_ip: null,
};

const stream = (secrets: Secrets) => ({
  id: STREAM,
  organisation_id: ORGANISATION,
  streamgroup: uuid(8),
  type: 'live',
  ingest_hash: secrets.fingerprint(`OLD01-${secrets.ingestName(STREAM)}`),
  playout_name: 'OLD01-playout',
  locked: 0,
  epoch: 3,
  live_session: null,
  first_live_at: AT + 5,
  created_at: AT,
  updated_at: AT + 9,
});

const audit = {
  id: '019b7600-0000-7000-8000-000000000001',
  organisation_id: ORGANISATION,
  at: AT,
  actor_type: 'user',
  actor_id: USER,
  actor_email: 'Boss@example.org',
  credential_type: 'token',
  credential_id: uuid(7),
  ip: '192.0.2.1',
  action: 'createStream',
  target_type: 'stream',
  target_id: STREAM,
  outcome: 'allowed',
  count: 1,
  detail: '{"tags":["news"]}',
  request_id: 'req-1',
};

type Row = Record<string, string | number | null>;

async function rows(secrets: Secrets): Promise<Record<string, Row[]>> {
  const hash = await hashPassword(HELD.password);
  const user = { organisation_id: ORGANISATION, name: 'Zoë', role: 'nanoAdmin', token_key: 'abcdefg', created_at: AT };
  return {
    organisation: [{ id: ORGANISATION, name: "The 'old' house", hash: 'OLD01', settings: '{}', created_at: AT }],
    key: [key(secrets, 5, 'api', HELD.apiKey), key(secrets, 6, 'player', HELD.playerKey)],
    user: [
      {
        ...user,
        id: USER,
        email: 'Boss@example.org',
        email_key: 'boss@example.org',
        password_hash: hash,
        last_seen_at: AT,
      },
      {
        ...user,
        id: uuid(9),
        email: 'new@example.org',
        email_key: 'new@example.org',
        password_hash: null,
        last_seen_at: null,
      },
    ],
    token: [token],
    password_ticket: [
      {
        id: uuid(10),
        user_id: uuid(9),
        ticket_hash: ticketHash(HELD.ticket),
        created_at: AT,
        expires_at: NEVER,
        used_at: null,
      },
    ],
    stream: [stream(secrets)],
    tag: [{ id: TAG, organisation_id: ORGANISATION, name: 'news', created_at: AT }],
    stream_tag: [{ stream_id: STREAM, tag_id: TAG }],
    audit: [audit],
    kysely_migration: STEPS.map((name) => ({ name, timestamp: new Date(AT).toISOString() })),
    kysely_migration_lock: [{ id: 'migration_lock', is_locked: 0 }],
  };
}

const literal = (value: string | number | null) =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

const inserts = (table: string, entries: Row[]) =>
  entries.map(
    (row) =>
      `insert into "${table}" (${Object.keys(row)
        .map((name) => `"${name}"`)
        .join(', ')}) values (${Object.values(row).map(literal).join(', ')})`,
  );

const compilers = {
  sqlite: {
    adapter: () => new SqliteAdapter(),
    compiler: () => new SqliteQueryCompiler(),
    introspector: SqliteIntrospector,
  },
  postgres: {
    adapter: () => new PostgresAdapter(),
    compiler: () => new PostgresQueryCompiler(),
    introspector: PostgresIntrospector,
  },
} as const;

/** The statements that the steps themselves send, written down instead of run. */
async function statements(engine: EngineName): Promise<string[]> {
  const { adapter, compiler, introspector } = compilers[engine];
  const sent: string[] = [];
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: adapter,
      createDriver: () => new DummyDriver(),
      createQueryCompiler: compiler,
      createIntrospector: (inner) => new introspector(inner),
    },
    log: ({ query }) => void sent.push(query.sql),
  });
  await takeSteps(db, engine, STEPS);
  await db.executeQuery(
    CompiledQuery.raw(
      'create table "kysely_migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null)',
    ),
  );
  await db.executeQuery(
    CompiledQuery.raw(
      'create table "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null)',
    ),
  );
  return sent;
}

const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-fixture-'));
try {
  const secrets = await loadSecrets(folder);
  const data = Object.entries(await rows(secrets)).flatMap(([table, entries]) => inserts(table, entries));
  for (const engine of ['sqlite', 'postgres'] as const) {
    const text = [...(await statements(engine)), ...data].map((statement) => `${statement};\n`).join('');
    await writeFile(`${FOLDER}/schema-${NAME}.${engine}.sql`, text);
  }
  await writeFile(`${FOLDER}/schema-${NAME}.secrets.json`, (await readSecretsFile(folder))!);
  await writeFile(`${FOLDER}/schema-${NAME}.held.json`, `${JSON.stringify(HELD, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
