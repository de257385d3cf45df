import { type Kysely, sql } from 'kysely';
import type { Dialect } from './index.ts';

/** A partial index serves a query that spells the same condition, so these are made of what takes no parameter. */
const CREATED = sql<boolean>`live_session is null and first_live_at is null`;
const ENDED = sql<boolean>`live_session is null and first_live_at is not null`;
const LIVE = sql<boolean>`live_session is not null`;
const LOCKED = sql<boolean>`locked = 1`;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await people(db, dialect);
  await streams(db, dialect);
  await indexes(db);
  await streamIndexes(db);
}

async function people(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('organisation')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull().unique())
    .addColumn('settings', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('key')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('kind', text, (c) => c.notNull().check(sql`kind in ('api', 'player')`))
    .addColumn('key_hash', text, (c) => c.notNull().unique())
    .addColumn('key_cipher', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('disabled_at', integer)
    .addColumn('last_used_at', integer)
    .addColumn('last_used_ip', text)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('user')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('email', text, (c) => c.notNull())
    .addColumn('email_key', text, (c) => c.notNull().unique())
    .addColumn('name', text)
    .addColumn('password_hash', text)
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('token_key', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('last_seen_at', integer)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('token')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('user_id', text, (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addColumn('token_hash', text, (c) => c.notNull().unique())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('token_key', text, (c) => c.notNull())
    .addColumn('narrowed_to', text)
    .addColumn('allowed_ips', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('revoked_at', integer)
    .addColumn('last_used_at', integer)
    .addColumn('last_used_ip', text)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('password_ticket')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('user_id', text, (c) => c.notNull().references('user.id').onDelete('cascade'))
    .addColumn('ticket_hash', text, (c) => c.notNull().unique())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('used_at', integer)
    .modifyEnd(tableEnd)
    .execute();
}

async function streams(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('stream')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('streamgroup', text, (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('ingest_hash', text, (c) => c.notNull().unique())
    .addColumn('playout_name', text, (c) => c.notNull().unique())
    .addColumn('locked', integer, (c) => c.notNull().check(sql`locked in (0, 1)`))
    .addColumn('epoch', integer, (c) => c.notNull())
    .addColumn('live_session', text)
    .addColumn('first_live_at', integer)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('tag')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addUniqueConstraint('tag_name_unique', ['organisation_id', 'name'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('stream_tag')
    .addColumn('stream_id', text, (c) => c.notNull().references('stream.id').onDelete('cascade'))
    .addColumn('tag_id', text, (c) => c.notNull().references('tag.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('stream_tag_pkey', ['stream_id', 'tag_id'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('audit')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('actor_type', text, (c) => c.notNull())
    .addColumn('actor_id', text, (c) => c.notNull())
    .addColumn('actor_email', text)
    .addColumn('credential_type', text, (c) => c.notNull())
    .addColumn('credential_id', text, (c) => c.notNull())
    .addColumn('ip', text)
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('target_type', text, (c) => c.notNull())
    .addColumn('target_id', text)
    .addColumn('outcome', text, (c) => c.notNull().check(sql`outcome in ('allowed', 'refused')`))
    .addColumn('count', integer, (c) => c.notNull().check(sql`count >= 1`))
    .addColumn('detail', text, (c) => c.notNull())
    .addColumn('request_id', text)
    .modifyEnd(tableEnd)
    .execute();
}

/** Each index ends in what its list is ordered by; both engines read it backwards for the newest first. */
async function indexes(db: Kysely<unknown>): Promise<void> {
  const index = (name: string, table: string, columns: string[]) =>
    db.schema.createIndex(name).on(table).columns(columns).execute();
  await index('key_by_organisation', 'key', ['organisation_id', 'kind']);
  await db.schema
    .createIndex('key_current')
    .unique()
    .on('key')
    .columns(['organisation_id', 'kind'])
    .where(sql<boolean>`disabled_at is null`)
    .execute();
  await index('user_by_organisation', 'user', ['organisation_id', 'created_at', 'id']);
  await index('user_by_role', 'user', ['organisation_id', 'role', 'created_at', 'id']);
  await index('token_by_user', 'token', ['user_id', 'created_at', 'id']);
  await index('token_by_organisation', 'token', ['organisation_id', 'created_at', 'id']);
  await index('token_by_expiry', 'token', ['expires_at']);
  await index('password_ticket_by_user', 'password_ticket', ['user_id']);
  await index('stream_tag_by_tag', 'stream_tag', ['tag_id', 'stream_id']);
  await index('audit_by_organisation', 'audit', ['organisation_id', 'id']);
  await index('audit_by_actor', 'audit', ['organisation_id', 'actor_id', 'id']);
  await index('audit_by_target', 'audit', ['organisation_id', 'target_id', 'id']);
  await index('audit_by_action', 'audit', ['organisation_id', 'action', 'id']);
}

/**
 * One index per state, so that the few live streams of an organisation with a million are found without the rest. Each
 * has `locked` among what is compared for equality: SQLite, which has no statistics, then takes it before the index of
 * all streams, and counting a state reads the index alone.
 */
async function streamIndexes(db: Kysely<unknown>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(name).on('stream');
  const inState = ['organisation_id', 'locked', 'created_at', 'id'];
  await index('stream_by_organisation').columns(['organisation_id', 'created_at', 'id']).execute();
  await index('stream_by_group').columns(['streamgroup']).execute();
  await index('stream_created').columns(inState).where(CREATED).execute();
  await index('stream_live').columns(inState).where(LIVE).execute();
  await index('stream_ended').columns(inState).where(ENDED).execute();
  await index('stream_locked').columns(inState).where(LOCKED).execute();
}
