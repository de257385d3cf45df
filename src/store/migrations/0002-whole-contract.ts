import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Dialect } from './index.ts';

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await newColumns(db, dialect);
  await people(db, dialect);
  await keys(db, dialect);
  await hooks(db, dialect);
  await mediaTokens(db, dialect);
  await imports(db, dialect);
}

async function newColumns(db: Kysely<unknown>, { text, integer }: Dialect): Promise<void> {
  await db.schema.alterTable('organisation').addColumn('webhook_cipher', text).execute();
  await db.schema.alterTable('organisation').addColumn('webhook_secret_cipher', text).execute();
  await db.schema.alterTable('stream').addColumn('ingest_cipher', text).execute();
  await db.schema.alterTable('stream').addColumn('push_cipher', text).execute();
  // A tag's streams in the order in which they are listed: a page of a rare tag costs no walk past all others.
  const creation = (c: ColumnDefinitionBuilder) => c.notNull().defaultTo(0);
  await db.schema.alterTable('stream_tag').addColumn('created_at', integer, creation).execute();
  await sql`update stream_tag set created_at = (select created_at from stream where id = stream_id)`.execute(db);
  await db.schema.dropIndex('stream_tag_by_tag').execute();
  const ordered = ['tag_id', 'created_at', 'stream_id'];
  await db.schema.createIndex('stream_tag_by_tag').on('stream_tag').columns(ordered).execute();
}

async function people(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, integer, tableEnd } = dialect;
  const byEmail = db.schema.createIndex('user_by_email').on('user').column('organisation_id');
  await byEmail.expression(sql`lower(email)`).column('id').execute();
  await db.schema
    .createTable('invitation')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('email', text)
    .addColumn('ticket_hash', text, (c) => c.notNull().unique())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.notNull())
    .addColumn('created_by_type', text, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('used_at', integer)
    .addColumn('revoked_at', integer)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createIndex('invitation_by_organisation')
    .on('invitation')
    .columns(['organisation_id', 'created_at', 'id'])
    .execute();
  await tickets(db, dialect);
  await db.schema
    .createTable('role')
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('description', text, (c) => c.notNull())
    .addColumn('audiences', text, (c) => c.notNull())
    .addColumn('capabilities', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('role_pkey', ['organisation_id', 'name'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createIndex('token_by_kind')
    .on('token')
    .columns(['organisation_id', 'kind', 'created_at', 'expires_at'])
    .execute();
  await db.schema
    .createTable('capability_use')
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('actor_id', text, (c) => c.notNull())
    .addColumn('capability', text, (c) => c.notNull())
    .addColumn('first_at', integer, (c) => c.notNull())
    .addColumn('last_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('capability_use_pkey', ['organisation_id', 'actor_id', 'capability', 'first_at'])
    .modifyEnd(tableEnd)
    .execute();
}

/** What is confirmed once, and what finds the old ones. */
async function tickets(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('sign_up')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation', text, (c) => c.notNull())
    .addColumn('email', text, (c) => c.notNull())
    .addColumn('password_hash', text, (c) => c.notNull())
    .addColumn('ticket_hash', text, (c) => c.notNull().unique())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .modifyEnd(tableEnd)
    .execute();
  for (const table of ['sign_up', 'invitation', 'password_ticket'])
    await db.schema.createIndex(`${table}_by_expiry`).on(table).columns(['expires_at']).execute();
}

async function keys(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('key_use')
    .addColumn('key_id', text, (c) => c.notNull().references('key.id').onDelete('cascade'))
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('client', text, (c) => c.notNull())
    .addColumn('ip', text, (c) => c.notNull())
    .addColumn('route', text, (c) => c.notNull())
    .addColumn('count', integer, (c) => c.notNull())
    .addColumn('first_at', integer, (c) => c.notNull())
    .addColumn('last_at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('key_use_pkey', ['key_id', 'client', 'ip', 'route'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('signing_key')
    .addColumn('kid', text, (c) => c.primaryKey().notNull())
    .addColumn('private_cipher', text, (c) => c.notNull())
    .addColumn('public_jwk', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('retired_at', integer)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createIndex('signing_key_current')
    .unique()
    .on('signing_key')
    .expression(sql`(retired_at is null)`)
    .where(sql<boolean>`retired_at is null`)
    .execute();
}

async function hooks(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('webhook_delivery')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('stream_id', text)
    .addColumn('call', text, (c) => c.notNull())
    .addColumn('body_cipher', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('attempts', integer, (c) => c.notNull())
    .addColumn('next_at', integer)
    .addColumn('finished_at', integer)
    .addColumn('status', integer)
    .addColumn('outcome', text)
    .addColumn('took_ms', integer)
    .modifyEnd(tableEnd)
    .execute();
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('webhook_delivery').columns(columns);
  await db.schema
    .createTable('webhook_session')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('stream_id', text, (c) => c.notNull())
    .addColumn('publisher_cipher', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('started_at', integer)
    .addColumn('next_update_at', integer)
    .addColumn('bytes_in', integer, (c) => c.notNull())
    .addColumn('bytes_out', integer, (c) => c.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createIndex('webhook_session_due')
    .on('webhook_session')
    .column('next_update_at')
    .where(sql<boolean>`next_update_at is not null`)
    .execute();
  await index('webhook_delivery_by_organisation', ['organisation_id', 'id']).execute();
  await index('webhook_delivery_finished', ['finished_at']).where(sql<boolean>`finished_at is not null`).execute();
  await index('webhook_delivery_due', ['next_at']).where(sql<boolean>`next_at is not null`).execute();
}

async function mediaTokens(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('playback_token')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('token_hash', text, (c) => c.notNull().unique())
    .addColumn('kid', text, (c) => c.notNull())
    .addColumn('claims', text, (c) => c.notNull())
    .addColumn('not_before', integer)
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('revocable', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.notNull())
    .addColumn('created_by_type', text, (c) => c.notNull())
    .addColumn('created_by_email', text)
    .addColumn('revoked_at', integer)
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('ingest_token')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('stream_id', text, (c) => c.notNull().references('stream.id').onDelete('cascade'))
    .addColumn('token_hash', text, (c) => c.notNull().unique())
    .addColumn('expires_at', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.notNull())
    .addColumn('created_by_type', text, (c) => c.notNull())
    .addColumn('created_by_email', text)
    .addColumn('revoked_at', integer)
    .modifyEnd(tableEnd)
    .execute();
  const index = (name: string, table: string, columns: string[]) =>
    db.schema.createIndex(name).on(table).columns(columns).execute();
  await index('playback_token_by_organisation', 'playback_token', ['organisation_id', 'created_at', 'id']);
  for (const [by, column] of [
    ['maker', 'created_by'],
    ['email', 'created_by_email'],
  ] as const)
    await index(`playback_token_by_${by}`, 'playback_token', ['organisation_id', column, 'created_at', 'id']);
  await index('playback_token_by_key', 'playback_token', ['kid', 'expires_at']);
  await index('playback_token_by_expiry', 'playback_token', ['expires_at']);
  for (const table of ['playback_token', 'ingest_token']) {
    const revoked = db.schema.createIndex(`${table}_revoked`).on(table).column('revoked_at');
    await revoked.where(sql<boolean>`revoked_at is not null`).execute();
  }
  await index('ingest_token_by_stream', 'ingest_token', ['stream_id', 'created_at', 'id']);
  await index('ingest_token_by_expiry', 'ingest_token', ['expires_at']);
}

async function imports(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('import_progress')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('rows_done', integer, (c) => c.notNull())
    .addColumn('rows_refused', integer, (c) => c.notNull())
    .addColumn('started_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addColumn('finished_at', integer)
    .addUniqueConstraint('import_progress_source', ['organisation_id', 'source'])
    .modifyEnd(tableEnd)
    .execute();
}
