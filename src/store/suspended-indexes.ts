import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** With more streams than these it costs more to make the indexes anew than to keep them. */
const FEW = 10_000;

const list = (file: string): string => `${file}.indexes`;

function write(name: string, text: string): void {
  const draft = openSync(name, 'w', 0o600);
  try {
    writeSync(draft, text);
    fsyncSync(draft);
  } finally {
    closeSync(draft);
  }
}

/**
 * Drops the indexes that only make reading of streams fast, because a million rows are sorted into them in a fraction of
 * the time that adding them one by one takes. What was dropped is written beside the database first: whoever opens it
 * next makes them again, if we do not come to it. Unique indexes stay.
 */
export function suspendIndexes(database: DatabaseSync, file: string): void {
  const { n } = database.prepare('select count(*) as n from (select 1 from stream limit ?)').get(FEW) as { n: number };
  if (n === FEW) return;
  const found = database
    .prepare(
      `select name, sql from sqlite_master where type = 'index' and tbl_name in ('stream', 'stream_tag')
        and upper(sql) like 'CREATE INDEX %'`,
    )
    .all() as { name: string; sql: string }[];
  write(list(file), JSON.stringify(found.map(({ sql }) => sql)));
  database.exec(`begin immediate; ${found.map(({ name }) => `drop index "${name}";`).join(' ')} commit`);
}

/** Makes the indexes again that were dropped, by whichever process. Costs one look at the folder when there are none. */
export function resumeIndexes(database: DatabaseSync, file: string): void {
  if (!existsSync(list(file))) return;
  const statements = JSON.parse(readFileSync(list(file), 'utf8')) as string[];
  // What is sorted in memory takes as much of it as the cache may have, besides the cache. And the list goes only when a
  // power cut can take the indexes back no more.
  database.exec(
    'pragma shrink_memory; pragma temp_store = file; pragma cache_size = -16384; pragma synchronous = full',
  );
  database.exec('begin immediate');
  for (const sql of statements) database.exec(sql.replace(/^create index/i, 'create index if not exists'));
  database.exec('commit');
  database.exec('pragma temp_store = memory; pragma cache_size = -32768');
  rmSync(list(file));
}
