import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Running, start, type Tenant } from '../harness.ts';
import { ok } from './helpers.ts';

/** More than a tag may have that leads the way whatever the state. */
const MANY = 20_400;
let running: Running;
let home: Tenant;

interface Made {
  id: string;
  created_at: number;
  locked: number;
  first_live_at: number | null;
  tags: string[];
}

/** Newest first, as the list must be. */
const made: Made[] = Array.from({ length: MANY }, (_, i) => ({
  id: randomUUID(),
  // Some share a moment.
  created_at: 1_700_000_000_000 - (i - (i % 3)) * 1_000,
  locked: i % 1_000 === 7 ? 1 : 0,
  first_live_at: i % 2 === 0 ? 1 : null,
  tags: ['common', ...(i >= MANY - 120 ? ['old'] : []), ...(i % 5_000 === 7 || i === MANY - 1 ? ['rare'] : [])],
})).sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1));

const stateOf = ({ locked, first_live_at }: Made) => (locked ? 'locked' : first_live_at ? 'ended' : 'created');

before(async () => {
  running = await start();
  const { app, tenant } = running;
  home = await tenant();
  const ids = new Map(['common', 'old', 'rare', 'nobody'].map((name) => [name, randomUUID()]));
  await app.store.transaction(async ({ db }) => {
    const tags = Array.from(ids, ([name, id]) => ({ id, organisation_id: home.id, name, created_at: 0 }));
    await db.insertInto('tag').values(tags).execute();
    for (let from = 0; from < MANY; from += 1_000) {
      const some = made.slice(from, from + 1_000);
      const rows = some.map(({ tags: _, ...row }) => ({
        ...row,
        organisation_id: home.id,
        streamgroup: row.id,
        type: 'live',
        ingest_hash: row.id,
        ingest_cipher: null,
        push_cipher: null,
        playout_name: row.id,
        epoch: 0,
        live_session: null,
        updated_at: row.created_at,
      }));
      await db.insertInto('stream').values(rows).execute();
      const links = some.flatMap(({ id, created_at, tags }) =>
        tags.map((name) => ({ stream_id: id, tag_id: ids.get(name)!, created_at })),
      );
      await db.insertInto('stream_tag').values(links).execute();
    }
  });
});

after(() => running[Symbol.asyncDispose]());

describe('a long list narrowed by tags is the same whichever index it is read by', () => {
  for (const tags of [
    [],
    ['common'],
    ['rare'],
    ['old'],
    ['common', 'rare'],
    ['old', 'common'],
    ['rare', 'old'],
    ['nobody'],
  ]) {
    for (const state of ['all', 'live', 'locked', 'ended', 'created']) {
      test(`${tags.join(' and ') || 'no tag'}, ${state}`, async () => {
        const expected = made.filter((one) => tags.every((tag) => one.tags.includes(tag)));
        const inState = expected.filter((one) => state === 'all' || stateOf(one) === state);
        const query = `state=${state}${tags.map((tag) => `&tags[]=${tag}`).join('')}`;
        const call = (more: string) =>
          running.call('GET', `/stream?${query}&quantity=40${more}`, { token: home.observer.token });
        const first = await call('');
        const pages = ok(first).map(({ id }: Made) => id);
        const cursor = first.headers.get('x-next-cursor');
        if (cursor !== null) pages.push(...ok(await call(`&cursor=${cursor}`)).map(({ id }: Made) => id));
        assert.deepEqual(
          pages,
          inState.slice(0, 80).map(({ id }) => id),
        );
        assert.equal(first.headers.get('x-total-count'), String(inState.length));
        assert.equal(cursor === null, inState.length <= 40);
      });
    }
  }
});
