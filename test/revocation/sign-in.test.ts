import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD, type Person, type Running } from '../harness.ts';
import { engines } from './engines.ts';

const OTHER = 'another horse entirely';
const ROUNDS = 12;

const signIn = ({ call }: Running, { email }: Person, password = PASSWORD) =>
  call('POST', '/user/validate', { body: { email, password } });

/** How long a sign-in takes here: most of it is the password's hash. */
async function signInMs(running: Running, person: Person): Promise<number> {
  await signIn(running, person);
  const start = performance.now();
  await signIn(running, person);
  return performance.now() - start;
}

for (const engine of engines) {
  test(`signing in while the user is deleted gives nothing that works afterwards (${engine.name})`, {
    timeout: 60_000,
  }, async () => {
    await using started = await engine.start();
    const { running } = started;
    const { admin, join } = await running.tenant();
    const takes = await signInMs(running, admin);
    for (let round = 0; round < ROUNDS; round++) {
      const victim = await join('nanoUser');
      const entering = signIn(running, victim);
      await sleep((takes * (round + 1)) / ROUNDS);
      const deleted = await running.call('DELETE', `/user/${victim.id}`, { token: admin.token });
      assert.equal(deleted.status, 200);
      const { status, body } = await entering;
      assert.ok(status === 200 || status === 401, `round ${round}: ${status}`);
      if (status === 200) assert.equal((await running.call('GET', '/user/me', { token: body.token })).status, 401);
    }
  });

  test(`a sign-in with the old password does not outlive the change of password (${engine.name})`, {
    timeout: 60_000,
  }, async () => {
    await using started = await engine.start();
    const { running } = started;
    const { join } = await running.tenant();
    for (let round = 0; round < ROUNDS; round++) {
      const victim = await join('nanoUser');
      const body = { oldPassword: PASSWORD, password: OTHER };
      const changing = running.call('PUT', '/user/password', { token: victim.token, body });
      const entering = Promise.all([signIn(running, victim), signIn(running, victim)]);
      assert.equal((await changing).status, 200);
      for (const { status, body } of await entering) {
        assert.ok(status === 200 || status === 401, `round ${round}: ${status}`);
        if (status === 200) assert.equal((await running.call('GET', '/user/me', { token: body.token })).status, 401);
      }
      assert.equal((await signIn(running, victim, OTHER)).status, 200);
    }
  });
}
