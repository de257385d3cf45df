import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Person, Running } from '../harness.ts';
import { engines } from './engines.ts';

const ROUNDS = 25;

/** How one administrator takes the role from another, or lays it down. */
const demote = ({ call }: Running, by: Person, { id }: Person): Promise<Answer> =>
  call('PUT', '/user/permission', { token: by.token, body: { id, permission: 'nanoUser' } });
const remove = ({ call }: Running, by: Person, { id }: Person): Promise<Answer> =>
  call('DELETE', `/user/${id}`, { token: by.token });

const DUELS: Record<string, (running: Running, a: Person, b: Person) => [Promise<Answer>, Promise<Answer>]> = {
  'demote each other': (running, a, b) => [demote(running, a, b), demote(running, b, a)],
  'delete each other': (running, a, b) => [remove(running, a, b), remove(running, b, a)],
  'lay the role down': (running, a, b) => [demote(running, a, a), demote(running, b, b)],
  'demote and delete each other': (running, a, b) => [demote(running, a, b), remove(running, b, a)],
};

for (const engine of engines) {
  for (const [what, duel] of Object.entries(DUELS)) {
    test(`when the last two administrators ${what} at once, one of them stays (${engine.name})`, {
      timeout: 60_000,
    }, async () => {
      await using started = await engine.start();
      const { running } = started;
      for (let round = 0; round < ROUNDS; round++) {
        const { id, admin, apiKey, join } = await running.tenant();
        const answers = await Promise.all(duel(running, admin, await join('nanoAdmin')));
        const statuses = answers.map(({ status }) => status).sort();
        // The loser's token has died with the role, or the rule of the last administrator stops it.
        assert.ok(statuses[0] === 200 && [401, 409].includes(statuses[1] ?? 0), `round ${round}: ${statuses}`);
        const conflict = answers.find(({ status }) => status === 409);
        if (conflict) assert.equal(conflict.body.error.userinfo.reason, 'last-admin');
        const people = (await running.call('GET', '/user', { apiKey })).body as { permission: string }[];
        const admins = people.filter(({ permission }) => permission === 'nanoAdmin');
        assert.equal(admins.length, 1, `organisation ${id} in round ${round}`);
      }
    });
  }
}
