import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Janitor, KEPT_MS } from '../../src/janitor.ts';
import { createLog } from '../../src/log.ts';
import { newId } from '../../src/store/ids.ts';
import { purge } from '../../src/store/purge.ts';
import type { Store } from '../../src/store/store.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addOrganisation, addStream, addToken, addUser } from './fixtures.ts';

const TABLES = [
  'token',
  'password_ticket',
  'invitation',
  'sign_up',
  'playback_token',
  'ingest_token',
  'expected_window',
  'webhook_delivery',
  'alert_delivery',
] as const;

for (const engine of engines) {
  describe(`What is long over on ${engine.name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    before(async () => {
      opened = await engine.open();
      store = opened.store;
    });
    after(() => opened[Symbol.asyncDispose]());

    /** One row of every kind that ended at `at`. */
    async function addOver(at: number): Promise<void> {
      const { id: organisation_id } = await addOrganisation(store);
      const user = await addUser(store, { organisation_id });
      const stream = await addStream(store, { organisation_id });
      await addToken(store, user, { expires_at: at });
      const common = { created_at: 0, expires_at: at };
      const made = { ...common, created_by: user.id, created_by_type: 'user' };
      await store.transaction(async ({ db }) => {
        const ticket = { id: newId(), ticket_hash: newId() };
        await db
          .insertInto('password_ticket')
          .values({ ...ticket, ...common, user_id: user.id, used_at: null })
          .execute();
        const invitation = {
          ...ticket,
          ...made,
          organisation_id,
          role: 'nanoUser',
          email: null,
          used_at: null,
          revoked_at: null,
        };
        await db.insertInto('invitation').values(invitation).execute();
        const signUp = { ...ticket, ...common, organisation: 'One', email: 'a@example.test', password_hash: 'none' };
        await db.insertInto('sign_up').values(signUp).execute();
        const token = { id: newId(), organisation_id, token_hash: newId(), created_by_email: null };
        const playback = { kid: 'one', claims: '{}', not_before: null, revocable: 0, revoked_at: null };
        await db
          .insertInto('playback_token')
          .values({ ...token, ...made, ...playback })
          .execute();
        await db
          .insertInto('ingest_token')
          .values({ ...token, ...made, stream_id: stream.id })
          .execute();
        const rule = { kind: 'ip', value: newId(), type: 'deny', note: null, created_by_email: null };
        await db
          .insertInto('guardian_rule')
          .values({ id: newId(), organisation_id, ...rule, ...common, created_by: user.id })
          .execute();
        const window = { stream_id: stream.id, organisation_id, from_at: 0, to_at: at };
        await db.insertInto('expected_window').values(window).execute();
        const delivery = { stream_id: null, call: 'publish', body_cipher: null, attempts: 1, next_at: null };
        const outcome = { finished_at: at, status: 200, outcome: 'allowed', took_ms: 1 };
        const row = { id: newId(), organisation_id, created_at: 0, ...delivery, ...outcome };
        await db.insertInto('webhook_delivery').values(row).execute();
        const about = { organisation_id, code: 91005, subject_type: 'user', subject_id: user.id, detail: '{}' };
        const alert = { id: newId(), ...about, first_at: at, last_at: at, resolved_at: at, remind_at: null };
        await db.insertInto('alert').values(alert).execute();
        const told = { alert_id: alert.id, kind: 'new', channel: 'email', receiver: 'a@example.test', attempts: 1 };
        await db
          .insertInto('alert_delivery')
          .values({ id: newId(), organisation_id, created_at: 0, ...told, next_at: null, finished_at: at })
          .execute();
      });
    }

    const counts = async () => {
      const found: Record<string, number> = {};
      for (const table of TABLES) found[table] = (await store.db.selectFrom(table).selectAll().execute()).length;
      return found;
    };
    const each = (count: number) => Object.fromEntries(TABLES.map((table) => [table, count]));

    it('goes after thirty days, at the start, and what ended since then stays', async () => {
      const now = Date.now();
      await addOver(now - KEPT_MS - 60_000);
      await addOver(now - KEPT_MS + 60_000);
      await addOver(now + 60_000);
      const janitor = new Janitor(store, createLog('test', 'silent'));
      for (let i = 0; i < 200 && (await counts())['alert_delivery'] === 3; i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      await janitor[Symbol.asyncDispose]();
      assert.deepEqual(await counts(), each(2));
    });

    it('goes whole, however much there is, and a round that finds nothing takes nothing', async () => {
      const { id: organisation_id } = await addOrganisation(store);
      const user = await addUser(store, { organisation_id });
      await store.transaction(async (tx) => {
        for (let i = 0; i < 1_201; i++) await addToken(tx, user, { expires_at: 1 });
      });
      const signal = new AbortController().signal;
      assert.deepEqual(await purge(store, 1_000, signal), { token: 1_201 });
      assert.deepEqual(await purge(store, 1_000, signal), {});
      assert.deepEqual(await counts(), each(2));
    });

    it('waits when the server is stopping', async () => {
      await addOver(1);
      assert.deepEqual(await purge(store, 1_000, AbortSignal.abort()), {});
      assert.deepEqual(await counts(), each(3));
    });

    it('leaves what was wrong readable for a year after it was over', async () => {
      const [now, year] = [Date.now(), 365 * 24 * 3_600_000];
      const ended = () => store.db.selectFrom('alert').select('resolved_at').orderBy('resolved_at').execute();
      await addOver(now - year - 60_000);
      await addOver(now - year + 60_000);
      const isOver = ({ resolved_at: at }: { resolved_at: number | null }) => at === now - year - 60_000;
      assert.equal((await ended()).some(isOver), true);
      await purge(store, now - KEPT_MS, new AbortController().signal);
      assert.equal((await ended())[0]?.resolved_at, now - year + 60_000);
    });
  });
}
