import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Told } from './ledger.ts';

interface Entry {
  action: string;
  target_id: string;
  detail: string;
}

/** The database of a data folder as another process sees it. */
export class Books implements Disposable {
  readonly #database: DatabaseSync;

  constructor(folder: string) {
    this.#database = new DatabaseSync(path.join(folder, 'lockkeeper.sqlite'), { readOnly: true, timeout: 5_000 });
  }

  #all<T>(sql: string, ...values: string[]): T[] {
    return this.#database.prepare(sql).all(...values) as unknown as T[];
  }

  #tagsOf(stream: string): string[] {
    const sql = 'select name from stream_tag join tag on tag.id = tag_id where stream_id = ? order by name';
    return this.#all<{ name: string }>(sql, stream).map(({ name }) => name);
  }

  #exists(table: 'user' | 'stream' | 'token', id: string): boolean {
    return this.#all(`select 1 from "${table}" where id = ?`, id).length === 1;
  }

  #recorded({ action, subject }: Told): number {
    const where = action === 'createTag' ? `json_extract(detail, '$.name') = ?` : 'target_id = ?';
    return this.#all(`select id from audit where outcome = 'allowed' and action = '${action}' and ${where}`, subject)
      .length;
  }

  /** Everything that was answered 200 is there, with its audit row. `all` is what was told of the same things before and since. */
  assertKept(fresh: readonly Told[], all: readonly Told[]): void {
    const deleted = new Set(all.filter(({ action }) => action === 'deleteStream').map(({ subject }) => subject));
    for (const told of fresh) {
      const { action, subject } = told;
      assert.ok(this.#recorded(told) >= 1, `${action} ${subject} was answered 200 and is not in the audit log`);
      if (action === 'createTag') assert.equal(this.#all('select 1 from tag where name = ?', subject).length, 1);
      else if (action === 'createUser') assert.ok(this.#exists('user', subject), `user ${subject} is lost`);
      else if (action === 'createToken') assert.ok(this.#exists('token', subject), `token ${subject} is lost`);
      else if (action === 'deleteStream') assert.ok(!this.#exists('stream', subject), `stream ${subject} is back`);
      // A deletion that was never answered may have happened all the same: the audit log says so then.
      else if (!deleted.has(subject) && !this.#recorded({ action: 'deleteStream', subject }))
        assert.ok(this.#exists('stream', subject), `stream ${subject} is lost`);
    }
  }

  /** The audit log, played from its first row, gives exactly what is there: nothing half done, and nothing without a row. */
  assertBalanced(): void {
    const streams = new Map<string, { tags: readonly string[]; locked: number }>();
    const made = { createUser: new Set<string>(), createToken: new Set<string>(), createTag: new Set<string>() };
    const sql = `select action, target_id, detail from audit where outcome = 'allowed' order by id`;
    for (const { action, target_id: id, detail } of this.#all<Entry>(sql)) {
      const { tags, to } = JSON.parse(detail) as { tags: string[]; to: string[] };
      if (action === 'createStream') streams.set(id, { tags, locked: 0 });
      else if (action === 'setStreamTags') streams.set(id, { ...streams.get(id)!, tags: to });
      else if (action === 'lockStream') streams.set(id, { ...streams.get(id)!, locked: 1 });
      else if (action === 'deleteStream') assert.ok(streams.delete(id), `${id} was deleted twice`);
      else if (action === 'firstRun') made.createUser.add(id);
      else if (action === 'signIn') made.createToken.add(id);
      else if (action in made) made[action as keyof typeof made].add(id);
    }
    const ids = (table: string) =>
      this.#all<{ id: string }>(`select id from "${table}" order by id`).map(({ id }) => id);
    assert.deepEqual(ids('user'), [...made.createUser].sort(), 'users and their rows in the audit log');
    assert.deepEqual(ids('token'), [...made.createToken].sort(), 'tokens and their rows in the audit log');
    assert.deepEqual(ids('stream'), [...streams.keys()].sort(), 'streams and their rows in the audit log');
    for (const { id, locked } of this.#all<{ id: string; locked: number }>('select id, locked from stream'))
      assert.deepEqual({ tags: this.#tagsOf(id), locked }, streams.get(id), `stream ${id}`);
    this.#assertTags(made.createTag);
  }

  /** A tag comes by itself or with a stream; each user without a password has exactly one ticket to set one. */
  #assertTags(created: ReadonlySet<string>): void {
    const known = new Set(this.#all<{ id: string }>('select id from tag').map(({ id }) => id));
    for (const id of created) assert.ok(known.has(id), `tag ${id} is in the audit log only`);
    const tickets = `select u.id from "user" u left join password_ticket t on t.user_id = u.id
      where u.password_hash is null group by u.id having count(t.id) <> 1`;
    assert.deepEqual(this.#all(tickets), [], 'users whose ticket is missing');
  }

  /** The file itself is sound. */
  assertSound(): void {
    assert.deepEqual(
      this.#all('pragma integrity_check').map((row) => ({ ...(row as object) })),
      [{ integrity_check: 'ok' }],
    );
    assert.deepEqual(this.#all('pragma foreign_key_check'), []);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
