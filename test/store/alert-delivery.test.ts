import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, it } from 'node:test';
import { AlertDeliveries } from '../../src/alerts/deliveries.ts';
import { notify } from '../../src/alerts/notices.ts';
import { ownAt } from '../../src/egress.ts';
import { createLog } from '../../src/log.ts';
import { createMailer, type Mailer } from '../../src/mail/mailer.ts';
import { secretsFrom } from '../../src/secrets.ts';
import { newId } from '../../src/store/ids.ts';
import type { AlertTable } from '../../src/store/schema-alerts.ts';
import type { Store, Tx } from '../../src/store/store.ts';
import { type Mailbox, openMailbox } from '../http/mailbox.ts';
import { until } from '../process/lockkeeper.ts';
import { type Receiver, receiver } from '../webhook/receiver.ts';
import { engines, type OpenedStore } from './engines.ts';
import { addOrganisation, addUser } from './fixtures.ts';

const log = createLog('test', 'silent');
const secrets = secretsFrom(readFileSync(new URL('../fixtures/schema-0001.secrets.json', import.meta.url), 'utf8'));
const HOUR_MS = 3_600_000;

for (const engine of engines) {
  describe(`What is to be told of alerts on ${engine.name}`, () => {
    let opened: OpenedStore;
    let store: Store;
    let mailbox: Mailbox;
    let mailer: Mailer;
    let hook: Receiver;
    let organisation: string;
    /** What the mail server says to a letter. */
    let answer: number | undefined;
    before(async () => {
      opened = await engine.open();
      store = opened.store;
      mailbox = await openMailbox(() => answer);
      mailer = createMailer({ smtpUrl: mailbox.url, from: 'alerts@example.test', log });
      hook = await receiver();
    });
    after(async () => {
      for (const part of [mailer, mailbox, hook, opened]) await part[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      answer = undefined;
      organisation = (await addOrganisation(store)).id;
      [mailbox.mails.length, hook.received.length] = [0, 0];
      await store.transaction(({ db }) => db.deleteFrom('alert_delivery').execute());
    });

    const receivers = (emails: readonly string[], webhook: string | null) =>
      store.transaction(({ db }) => {
        const told = { emails: JSON.stringify(emails), severity: 'Advice', updated_at: 0 };
        const webhook_cipher = webhook && secrets.encrypt(webhook);
        const row = { ...told, webhook_cipher, webhook_secret_cipher: secrets.encrypt('whsec_of-a-test') };
        return db
          .insertInto('alert_receivers')
          .values({ organisation_id: organisation, ...row })
          .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(row))
          .execute();
      });
    const raise = async (tx: Tx): Promise<AlertTable> => {
      const at = Date.now();
      const about = { code: 91005, subject_type: 'user', subject_id: newId(), detail: '{}' };
      const times = { first_at: at, last_at: at, resolved_at: null, remind_at: null };
      const alert: AlertTable = { id: newId(), organisation_id: organisation, ...about, ...times };
      await tx.db.insertInto('alert').values(alert).execute();
      await notify(tx, alert, 'new');
      return alert;
    };
    const rows = () => store.db.selectFrom('alert_delivery').selectAll().orderBy('id').execute();
    const outcomes = async () => (await rows()).map(({ outcome }) => outcome);
    const worker = (afterMs = 0) => {
      const policy = () => ({ allow: ['127.0.0.1'], own: ownAt([]) });
      const now = () => Date.now() + afterMs;
      return new AlertDeliveries({
        store,
        secrets,
        mailer,
        log,
        policy,
        base: () => 'http://127.0.0.1',
        now,
        tickMs: 50,
      });
    };

    it('is never there without its alert', async () => {
      await receivers(['a@example.test'], hook.url);
      const failure = new Error('undone');
      const undone = store.transaction(async (tx) => {
        await raise(tx);
        throw failure;
      });
      await assert.rejects(undone, failure);
      assert.deepEqual(await rows(), []);
    });

    it('is sent once by several processes at once, and to nobody who is no receiver any more', async () => {
      await receivers(['a@example.test', 'b@example.test'], hook.url);
      for (let i = 0; i < 20; i++) await store.transaction(raise);
      await receivers(['b@example.test'], hook.url);
      await using _first = worker();
      await using _second = worker();
      await using _third = worker();
      await until(async () => (await rows()).every(({ finished_at }) => finished_at !== null), 10_000, 'the end');
      assert.deepEqual([hook.received.length, mailbox.mails.length], [20, 20]);
      assert.deepEqual(new Set(mailbox.mails.flatMap(({ to }) => to)), new Set(['b@example.test']));
      const found = Object.groupBy(await outcomes(), (outcome) => outcome ?? 'none');
      assert.deepEqual([found['delivered']?.length, found['no-receiver']?.length], [40, 20]);
    });

    it('waits where the mail server does not take it now, and ends where it never will', async () => {
      await receivers(['a@example.test'], null);
      answer = 451;
      const alert = await store.transaction(raise);
      {
        await using _now = worker();
        await until(async () => (await outcomes())[0] === 'not-taken', 5_000, 'the refusal');
      }
      answer = undefined;
      {
        await using _later = worker(HOUR_MS);
        await until(async () => (await outcomes())[0] === 'delivered', 5_000, 'the letter');
      }
      answer = 550;
      await store.transaction((tx) => notify(tx, alert, 'lasting'));
      {
        await using _now = worker();
        await until(async () => (await outcomes())[1] === 'refused', 5_000, 'the end');
      }
      const [, { next_at = 0, attempts = 0 } = {}] = await rows();
      assert.deepEqual([next_at, attempts, mailbox.mails.length], [null, 1, 1]);
    });

    it('reaches a user of the organisation whatever others send to the same address', async () => {
      const address = 'owner@example.test';
      const [stranger, own] = [organisation, (await addOrganisation(store)).id];
      await addUser(store, { organisation_id: own, email: address, email_key: address });
      const letters = async (from: string, count: number) => {
        organisation = from;
        await receivers([address], null);
        await store.transaction(async (tx) => {
          for (let i = 0; i < count; i++) await raise(tx);
        });
      };
      await letters(stranger, 61);
      await using _now = worker();
      await until(async () => (await outcomes()).includes('postponed'), 10_000, 'the last of the others');
      await letters(own, 1);
      const sent = async () => (await rows()).filter(({ outcome }) => outcome === 'delivered');
      await until(async () => (await sent()).some((row) => row.organisation_id === own), 5_000, 'the own one');
      assert.equal((await sent()).length, 61);
    });

    it('does not pile up: a hundred letters wait for an address, and a thousand calls for a webhook', async () => {
      await receivers(['a@example.test', 'b@example.test'], hook.url);
      await store.transaction(async (tx) => {
        for (let i = 0; i < 99; i++) await raise(tx);
      });
      await receivers(['a@example.test', 'c@example.test'], hook.url);
      const [first, , last] = await store.transaction(async (tx) => [
        await raise(tx),
        await raise(tx),
        await raise(tx),
      ]);
      const count = (of: readonly { channel: string; receiver: string }[]) =>
        ['a@example.test', 'b@example.test', 'c@example.test', ''].map(
          (one) => of.filter(({ receiver: to }) => to === one).length,
        );
      assert.deepEqual(count(await rows()), [100, 99, 3, 102]);
      await store.transaction(async (tx) => {
        for (const alert of [first!, last!]) await notify(tx, alert, 'resolved');
      });
      assert.deepEqual(
        count((await rows()).filter(({ kind }) => kind === 'resolved')),
        [1, 0, 2, 2],
        'who was told hears of the end',
      );
    });

    it('does not fill a mailbox: what is over sixty letters an hour waits, and is left out when its alert is over', async () => {
      await receivers(['a@example.test'], null);
      await store.transaction(async (tx) => {
        for (let i = 0; i < 62; i++) await raise(tx);
      });
      let over: readonly string[] = [];
      {
        await using _now = worker();
        await until(async () => !(await outcomes()).includes(null), 10_000, 'all letters');
        const waiting = (await rows()).filter(({ outcome }) => outcome === 'postponed');
        assert.deepEqual([mailbox.mails.length, waiting.length], [60, 2]);
        over = waiting.slice(0, 1).map(({ alert_id }) => alert_id);
      }
      await store.transaction(({ db }) =>
        db.updateTable('alert').set({ resolved_at: 1 }).where('id', 'in', over).execute(),
      );
      await using _later = worker(HOUR_MS + 60_000);
      await until(async () => !(await outcomes()).includes('postponed'), 5_000, 'the rest');
      assert.equal(mailbox.mails.length, 61);
      assert.equal((await outcomes()).filter((outcome) => outcome === 'over').length, 1);
    });
  });
}
