import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '../../src/store/ids.ts';
import { playbackLookup } from '../../src/store/playback-token.ts';
import {
  currentKey,
  listKeys,
  type NewSigningKey,
  rotateKey,
  signingKeyLookup,
  verifyingKeys,
} from '../../src/store/signing-key.ts';
import type { Store } from '../../src/store/store.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addOrganisation } from './fixtures.ts';

let made = 0;
const newKey = (): NewSigningKey => {
  const kid = `kid-${++made}`;
  return { kid, private_cipher: `cipher of ${kid}`, public_jwk: JSON.stringify({ kid }) };
};

/** A playback token under a key, put straight into its table. */
async function addPlaybackToken(store: Store, kid: string, expiresAt: number): Promise<string> {
  const { id: organisation_id } = await addOrganisation(store);
  const id = newId();
  const row = { id, organisation_id, token_hash: `hash of ${id}`, kid, claims: '{}', not_before: null };
  const maker = { created_by: 'somebody', created_by_type: 'user', created_by_email: null };
  const times = { expires_at: expiresAt, revocable: 0, created_at: 1, revoked_at: null };
  await store.transaction(({ db }) =>
    db
      .insertInto('playback_token')
      .values({ ...row, ...maker, ...times })
      .execute(),
  );
  return row.token_hash;
}

for (const { name, open } of engines) {
  describe(`Signing keys on ${name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    before(async () => {
      opened = await open();
      store = opened.store;
    });
    after(() => opened[Symbol.asyncDispose]());

    const kids = async (now: number) =>
      (await verifyingKeys(store.db, now)).map(({ public_jwk }) => JSON.parse(public_jwk).kid as string);
    const current = () => store.transaction((tx) => currentKey(tx, newKey, Date.now()));

    it('the first is made when it is needed, once, however many need it at the same moment', async () => {
      const found = await Promise.all(Array.from({ length: 8 }, current));
      assert.equal(new Set(found.map(({ kid }) => kid)).size, 1);
      assert.equal((await listKeys(store.db)).length, 1);
    });

    it('a rotation lets another one sign, and the last one verifies until its last token has expired', async () => {
      const { kid: old } = await current();
      await addPlaybackToken(store, old, 5_000);
      const { kid, retired } = await store.transaction((tx) => rotateKey(tx, newKey(), Date.now()));
      assert.equal(retired, old);
      assert.equal((await current()).kid, kid);
      assert.deepEqual(await kids(4_999), [kid, old]);
      assert.deepEqual(await kids(5_000), [kid]);
      const [first, second] = await listKeys(store.db);
      assert.deepEqual([first?.kid, first?.last_expiry, second?.kid, second?.last_expiry], [kid, null, old, 5_000]);
    });

    it('of several rotations at once each leaves exactly one that signs', async () => {
      const done = await Promise.all(
        Array.from({ length: 5 }, () => store.transaction((tx) => rotateKey(tx, newKey(), Date.now()))),
      );
      const signing = (await listKeys(store.db)).filter(({ retired_at }) => retired_at === null);
      assert.equal(signing.length, 1);
      assert.ok(done.some(({ kid }) => kid === signing[0]!.kid));
    });

    it('a token whose key is gone is gone with it', async () => {
      const { kid } = await current();
      const hash = await addPlaybackToken(store, kid, 5_000);
      const { byHash } = playbackLookup(store);
      assert.equal((await byHash({ hash })).length, 1);
      assert.equal((await byHash({ hash: 'another' })).length, 0);
      await store.transaction(({ db }) => db.deleteFrom('signing_key').where('kid', '=', kid).execute());
      assert.equal((await byHash({ hash })).length, 0);
      assert.deepEqual(await signingKeyLookup(store).byKid({ kid }), []);
    });

    it('the revocations of a time are found, and no others', async () => {
      const { kid } = await current();
      const { revokedSince, byHash } = playbackLookup(store);
      const [early, late] = [await addPlaybackToken(store, kid, 5_000), await addPlaybackToken(store, kid, 5_000)];
      for (const [hash, at] of [
        [early, 100],
        [late, 200],
      ] as const) {
        const set = { revoked_at: at };
        await store.transaction(({ db }) =>
          db.updateTable('playback_token').set(set).where('token_hash', '=', hash).execute(),
        );
      }
      const found = async (since: number) => (await revokedSince({ since })).map(({ revoked_at }) => revoked_at).sort();
      assert.deepEqual([await found(100), await found(101), await found(201)], [[100, 200], [200], []]);
      assert.equal((await byHash({ hash: late }))[0]?.revoked_at, 200);
    });
  });
}
