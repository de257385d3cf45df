import { type Kysely, sql } from 'kysely';
import type { Dialect } from './index.ts';

/** One integer column per figure. */
const COLUMNS = [
  ...['streams', 'live_ms', 'bytes_in', 'bytes_video', 'bytes_audio', 'frames', 'key_frames', 'key_frame_ms'],
  ...['media_ms', 'gaps', 'gap_ms', 'width', 'height', 'bytes_out', 'viewers', 'viewer_ms', 'starts', 'startups'],
  ...['startup_ms', 'dropped', 'refused_locked', 'refused_token', 'refused_blocked', 'refused_other'],
];

/** Figures by time: what was sampled, and its sums by the minute, the hour and the day. */
const LEVELS = ['metric_minute', 'metric_hour', 'metric_day'] as const;

export async function up(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await samples(db, dialect);
  await levels(db, dialect);
  await sessions(db, dialect);
  await alerts(db, dialect);
  await guardian(db, dialect);
}

async function samples(db: Kysely<unknown>, { text, integer, keyed, tableEnd }: Dialect): Promise<void> {
  let sample = db.schema
    .createTable('metric_sample')
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('subject_id', text, (c) => c.notNull())
    .addColumn('source', integer, (c) => c.notNull())
    .addColumn('organisation_id', text, (c) => c.notNull());
  for (const column of COLUMNS) sample = sample.addColumn(column, integer, (c) => c.notNull());
  await sample.addPrimaryKeyConstraint('metric_sample_pkey', ['at', 'subject_id', 'source']).modifyEnd(keyed).execute();
  await db.schema
    .createTable('metric_batch')
    .addColumn('source', integer, (c) => c.notNull())
    .addColumn('seq', integer, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('metric_batch_pkey', ['source', 'seq'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema.createIndex('metric_batch_by_time').on('metric_batch').column('at').execute();
  await db.schema
    .createTable('metric_block')
    .addColumn('subject_id', text, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('organisation_id', text, (c) => c.notNull())
    .addColumn('data', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('metric_block_pkey', ['subject_id', 'at'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema.createIndex('metric_block_by_time').on('metric_block').column('at').execute();
}

async function levels(db: Kysely<unknown>, { text, integer, keyed }: Dialect): Promise<void> {
  for (const level of LEVELS) {
    let table = db.schema
      .createTable(level)
      .addColumn('subject_id', text, (c) => c.notNull())
      .addColumn('at', integer, (c) => c.notNull())
      .addColumn('organisation_id', text, (c) => c.notNull());
    for (const column of COLUMNS) table = table.addColumn(column, integer, (c) => c.notNull());
    await table.addPrimaryKeyConstraint(`${level}_pkey`, ['subject_id', 'at']).modifyEnd(keyed).execute();
    await db.schema.createIndex(`${level}_by_time`).on(level).column('at').execute();
  }
  for (const level of ['metric_hour', 'metric_day'])
    await db.schema.createIndex(`${level}_by_organisation`).on(level).columns(['organisation_id', 'at']).execute();
  await db.schema
    .createTable('metric_audience')
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('dimension', text, (c) => c.notNull())
    .addColumn('stream_id', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addColumn('sessions', integer, (c) => c.notNull())
    .addColumn('viewer_ms', integer, (c) => c.notNull())
    .addColumn('bytes_out', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('metric_audience_pkey', ['organisation_id', 'dimension', 'at', 'stream_id', 'value'])
    .modifyEnd(keyed)
    .execute();
  await db.schema.createIndex('metric_audience_by_time').on('metric_audience').column('at').execute();
}

async function sessions(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('ingest_session')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('stream_id', text, (c) => c.notNull())
    .addColumn('protocol', text, (c) => c.notNull())
    .addColumn('started_at', integer, (c) => c.notNull())
    .addColumn('ended_at', integer)
    .addColumn('reason', text)
    .addColumn('bytes_in', integer)
    .addColumn('bytes_out', integer)
    .addColumn('frames', integer)
    .addColumn('video_codec', text)
    .addColumn('audio_codec', text)
    .addColumn('width', integer)
    .addColumn('height', integer)
    .modifyEnd(tableEnd)
    .execute();
  const by = db.schema.createIndex('ingest_session_by_stream').on('ingest_session');
  await by.columns(['organisation_id', 'stream_id', 'started_at', 'id']).execute();
  await db.schema.createIndex('ingest_session_by_time').on('ingest_session').column('started_at').execute();
}

async function alerts(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { text, integer, tableEnd } = dialect;
  // Whoever comes with a token of an older tokenKey long after that was renewed is worth an alert.
  await db.schema.alterTable('user').addColumn('token_key_at', integer).execute();
  await db.schema
    .createTable('alert')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('code', integer, (c) => c.notNull())
    .addColumn('subject_type', text, (c) => c.notNull())
    .addColumn('subject_id', text, (c) => c.notNull())
    .addColumn('detail', text, (c) => c.notNull())
    .addColumn('first_at', integer, (c) => c.notNull())
    .addColumn('last_at', integer, (c) => c.notNull())
    .addColumn('resolved_at', integer)
    .addColumn('remind_at', integer)
    .modifyEnd(tableEnd)
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('alert');
  await index('alert_open')
    .unique()
    .columns(['organisation_id', 'code', 'subject_id'])
    .where(sql<boolean>`resolved_at is null`)
    .execute();
  await index('alert_by_organisation').columns(['organisation_id', 'first_at', 'id']).execute();
  await index('alert_by_subject').columns(['organisation_id', 'subject_id', 'first_at', 'id']).execute();
  await index('alert_due').column('remind_at').where(sql<boolean>`remind_at is not null`).execute();
  await index('alert_resolved').column('resolved_at').where(sql<boolean>`resolved_at is not null`).execute();
  await db.schema
    .createTable('expected_window')
    .addColumn('stream_id', text, (c) => c.notNull().references('stream.id').onDelete('cascade'))
    .addColumn('from_at', integer, (c) => c.notNull())
    .addColumn('to_at', integer, (c) => c.notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addPrimaryKeyConstraint('expected_window_pkey', ['stream_id', 'from_at'])
    .modifyEnd(tableEnd)
    .execute();
  await db.schema.createIndex('expected_window_by_end').on('expected_window').columns(['to_at', 'from_at']).execute();
  await receivers(db, dialect);
}

async function receivers(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  await db.schema
    .createTable('alert_receivers')
    .addColumn('organisation_id', text, (c) => c.primaryKey().notNull().references('organisation.id'))
    .addColumn('emails', text, (c) => c.notNull())
    .addColumn('severity', text, (c) => c.notNull())
    .addColumn('webhook_cipher', text)
    .addColumn('webhook_secret_cipher', text)
    .addColumn('updated_at', integer, (c) => c.notNull())
    .modifyEnd(tableEnd)
    .execute();
  await db.schema
    .createTable('alert_delivery')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('alert_id', text, (c) => c.notNull().references('alert.id').onDelete('cascade'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('channel', text, (c) => c.notNull())
    .addColumn('receiver', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('attempts', integer, (c) => c.notNull())
    .addColumn('next_at', integer)
    .addColumn('finished_at', integer)
    .addColumn('outcome', text)
    .modifyEnd(tableEnd)
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('alert_delivery');
  await index('alert_delivery_due').columns(['channel', 'next_at']).where(sql<boolean>`next_at is not null`).execute();
  await index('alert_delivery_waiting')
    .columns(['organisation_id', 'channel', 'receiver'])
    .where(sql<boolean>`next_at is not null`)
    .execute();
  await index('alert_delivery_by_alert').columns(['alert_id', 'id']).execute();
  await index('alert_delivery_by_end').column('finished_at').where(sql<boolean>`finished_at is not null`).execute();
}

async function guardian(db: Kysely<unknown>, { text, integer, tableEnd }: Dialect): Promise<void> {
  // Raised by every change of the rules: a verdict that was read under an older one is dead.
  const epoch = db.schema
    .alterTable('organisation')
    .addColumn('guardian_epoch', integer, (c) => c.notNull().defaultTo(0));
  await epoch.execute();
  await db.schema
    .createTable('guardian_rule')
    .addColumn('id', text, (c) => c.primaryKey().notNull())
    .addColumn('organisation_id', text, (c) => c.notNull().references('organisation.id'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('note', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('created_by', text, (c) => c.notNull())
    .addColumn('created_by_email', text)
    .addColumn('expires_at', integer)
    .addUniqueConstraint('guardian_rule_value', ['organisation_id', 'kind', 'value'])
    .modifyEnd(tableEnd)
    .execute();
  const byType = db.schema.createIndex('guardian_rule_by_type').on('guardian_rule');
  await byType.columns(['organisation_id', 'type']).execute();
  await db.schema
    .createIndex('guardian_rule_by_expiry')
    .on('guardian_rule')
    .column('expires_at')
    .where(sql<boolean>`expires_at is not null`)
    .execute();
}
