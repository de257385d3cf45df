import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PASSWORD, type Person } from '../harness.ts';
import { dashboardForFile, signIn, type Visit } from './dashboard.ts';
import { disabledBecause, forced } from './forced.ts';

const dashboard = dashboardForFile();

/** A page learns what others did within a second. */
const AT_ONCE_MS = 1_000;

/** Milliseconds from the server's answer to `calls` until this window is at the sign-in, with the reason. */
async function untilSignedOut({ page }: Visit, by: Visit, act: () => Promise<unknown>, path: string): Promise<number> {
  const [answer] = await Promise.all([by.page.waitForResponse((one) => new URL(one.url()).pathname === path), act()]);
  const began = Date.now();
  assert.equal(answer.status(), 200);
  await page.waitForURL(/\/sign-in/);
  const took = Date.now() - began;
  await page.getByText('Your session has ended').waitFor();
  return took;
}

async function openUser(visitor: Visit, { id, email }: Person): Promise<void> {
  await visitor.go(`/users/${id}`);
  await visitor.page.getByRole('heading', { level: 1, name: email }).waitFor();
}

describe('an administrator changes a role', () => {
  test('and the operator’s open page knows within a second, loses the session and, signed in again, the buttons', async () => {
    const { running, visit } = dashboard();
    const { admin, user } = await running.tenant();
    await using operator = await visit(user);
    await operator.go('/streams');
    const create = operator.page.getByRole('button', { name: 'Create a stream' });
    await create.first().waitFor();
    assert.equal((await forced(operator.page, 'POST', '/stream', {})).status, 200);

    await using boss = await visit(admin);
    await openUser(boss, user);
    await boss.page.getByRole('button', { name: 'Edit role' }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'nanoReadOnly' }).check();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog
      .getByText(/createStream/)
      .first()
      .waitFor();
    const review = await dialog.innerText();
    for (const words of [/nanoUser/, /nanoReadOnly/, /Loses \d+/, /Gains nothing/, /tokens .*end at once/, /Playback/])
      assert.match(review, words);
    assert.match(review, /last 30 days[\s\S]*createStream/, 'it says what of the last 30 days is refused');
    const confirm = () => dialog.getByRole('button', { name: 'Change to nanoReadOnly' }).click();
    const took = await untilSignedOut(operator, boss, confirm, '/user/permission');
    assert.ok(took < AT_ONCE_MS, `${took} ms`);
    await boss.page.getByText(`${user.email} is nanoReadOnly now`).waitFor();

    operator.expect(/^POST \/stream 40[13]$/);
    assert.equal((await forced(operator.page, 'POST', '/stream', {})).status, 401);
    await signIn(operator.page, user.email);
    const why = await disabledBecause(create.first(), 'stream:create');
    assert.match(why, /You may not create streams\. nanoAdmin, nanoUser may\./);
    const { status, body } = await forced(operator.page, 'POST', '/stream', {});
    assert.deepEqual([status, body.error.userinfo.reason], [403, 'You may not create streams.']);
  });

  test('with the keyboard alone', async () => {
    const { running, visit } = dashboard();
    const { admin, observer } = await running.tenant();
    await using boss = await visit(admin);
    const { page } = boss;
    await openUser(boss, observer);
    const reach = async (name: string, role: 'button' | 'radio') => {
      const control = page.getByRole(role, { name, exact: true }).first();
      await control.waitFor();
      const handle = await control.elementHandle();
      for (let presses = 0; presses < 60; presses++) {
        if (
          await handle!.evaluate(
            (one) => one === (one as { ownerDocument?: { activeElement: unknown } }).ownerDocument?.activeElement,
          )
        )
          return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`${name} cannot be reached by keyboard`);
    };
    await reach('Edit role', 'button');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await reach('nanoReadOnly', 'radio');
    await page.keyboard.press('ArrowUp');
    assert.ok(await page.getByRole('radio', { name: 'nanoUser' }).isChecked());
    await reach('Continue', 'button');
    await page.keyboard.press('Enter');
    await reach('Change to nanoUser', 'button');
    await page.keyboard.press('Enter');
    await page.getByText(`${observer.email} is nanoUser now`).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Edit role' }).isEnabled());
    const { body } = await running.call('GET', `/user/${observer.id}`, { token: admin.token });
    assert.equal(body.permission, 'nanoUser');
  });

  test('but not that of the last administrator, and is told why', async () => {
    const { running, visit } = dashboard();
    const { admin } = await running.tenant();
    await using boss = await visit(admin);
    boss.expect(/^PUT \/user\/permission 409$/);
    await openUser(boss, admin);
    await boss.page.getByRole('button', { name: 'Edit role' }).click();
    await boss.page.getByRole('radio', { name: 'nanoUser' }).check();
    await boss.page.getByRole('button', { name: 'Continue' }).click();
    await boss.page.getByRole('button', { name: 'Change to nanoUser' }).click();
    const said = await boss.page.getByRole('alert').filter({ hasText: 'That did not work' }).innerText();
    assert.match(said, /last (nanoAdmin|administrator)/i);
    assert.equal((await running.call('GET', '/user/me', { token: admin.token })).status, 200);
  });

  test('of several users at once, with what came of each', async () => {
    const { running, visit } = dashboard();
    const { admin, user, observer } = await running.tenant();
    await using boss = await visit(admin);
    await boss.go('/users');
    for (const { email } of [user, observer])
      await boss.page.getByRole('checkbox', { name: `Select ${email}` }).check();
    await boss.page.getByRole('button', { name: 'Change role of the selected' }).click();
    await boss.page.getByRole('dialog').getByRole('radio', { name: 'nanoReadOnly', exact: true }).check();
    await boss.page.getByRole('button', { name: 'Give nanoReadOnly to 2 users' }).click();
    await boss.page.getByText('2 changed, 0 refused').waitFor();
    for (const { email } of [user, observer]) await boss.page.getByRole('dialog').getByText(email).waitFor();
  });
});

describe('an operator and an observer', () => {
  test('the operator sees who is there, and may change nobody', async () => {
    const { running, visit } = dashboard();
    const { user, observer } = await running.tenant();
    await using operator = await visit(user);
    await operator.go('/users');
    await operator.page.getByRole('link', { name: observer.email }).click();
    await operator.page.getByRole('heading', { level: 1, name: observer.email }).waitFor();
    for (const [name, capability] of [
      ['Edit role', 'user:edit'],
      ['Renew token', 'user:reset-tokens'],
      ['Delete', 'user:delete'],
    ] as const) {
      const control = operator.page.getByRole('button', { name, exact: true });
      assert.match(await disabledBecause(control, capability), /^You may not .*nanoAdmin may\.$/);
    }
    operator.expect(/^(PUT \/user\/permission|PUT \/user\/tokenkey|DELETE \/user\/.*) 403$/);
    const { id } = observer;
    const change = await forced(operator.page, 'PUT', '/user/permission', { id, permission: 'nanoAdmin' });
    const renewal = await forced(operator.page, 'PUT', '/user/tokenkey', { id });
    const deletion = await forced(operator.page, 'DELETE', `/user/${id}`);
    for (const { status, body } of [change, renewal, deletion]) {
      assert.deepEqual([status, body.error.code], [403, 2001]);
      assert.match(body.error.userinfo.reason, /^You may not /);
    }
    assert.equal((await operator.received()).includes('tokenKey"'), false, 'no tokenKey is sent to an operator');
  });

  test('the observer is told why there are no users to see, in the navigation and behind a deep link', async () => {
    const { running, visit } = dashboard();
    const { user, observer } = await running.tenant();
    await using watcher = await visit(observer);
    await watcher.go('/streams');
    const entry = watcher.page.getByRole('navigation').getByRole('button', { name: 'Users' });
    assert.match(await disabledBecause(entry, 'user:read'), /see who belongs to the organisation/);
    watcher.expect(/^GET \/user(\/[\w-]+)? 403$/);
    for (const target of ['/users', `/users/${user.id}`]) {
      await watcher.go(target);
      await watcher.page
        .getByRole('main')
        .getByText(/You may not see who belongs to the organisation/)
        .first()
        .waitFor();
    }
    assert.equal((await forced(watcher.page, 'GET', '/user')).status, 403);
    const received = await watcher.received();
    assert.equal(received.includes(user.email), false);
  });
});

describe('renewing a token', () => {
  test('is asked twice, and signs the other session out at once', async () => {
    const { running, visit } = dashboard();
    const { admin, user } = await running.tenant();
    await using operator = await visit(user);
    await operator.go('/tokens');
    await operator.page.getByRole('heading', { level: 1 }).waitFor();
    await using boss = await visit(admin);
    await openUser(boss, user);
    await boss.page.getByRole('button', { name: 'Renew token' }).click();
    const dialog = boss.page.getByRole('dialog');
    assert.match(await dialog.innerText(), /ends at once[\s\S]*Playback tokens .* live on/);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    assert.equal((await running.call('GET', '/user/me', { token: user.token })).status, 200, 'asked once is not done');
    const again = () => dialog.getByRole('button', { name: 'Renew token' }).click();
    const took = await untilSignedOut(operator, boss, again, '/user/tokenkey');
    assert.ok(took < AT_ONCE_MS, `${took} ms`);
    assert.equal((await running.call('GET', '/user/me', { token: user.token })).status, 401);
  });
});

describe('deleting somebody', () => {
  test('is asked twice, and can be left at both questions', async () => {
    const { running, visit } = dashboard();
    const { admin, observer } = await running.tenant();
    await using boss = await visit(admin);
    await openUser(boss, observer);
    const dialog = boss.page.getByRole('dialog');
    const exists = async () => (await running.call('GET', `/user/${observer.id}`, { token: admin.token })).status;
    for (const questions of [1, 2]) {
      await boss.page.getByRole('button', { name: 'Delete', exact: true }).click();
      if (questions === 2) await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await exists(), 200);
    }
    await boss.page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('Please confirm once more').waitFor();
    assert.match(await dialog.innerText(), /cannot be undone[\s\S]*Playback tokens live on/);
    boss.expect(/^GET \/user\/.* 404$/);
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await boss.page.getByText(`${observer.email} was deleted`).waitFor();
    assert.equal(await exists(), 404);
  });

  test('is never oneself', async () => {
    const { running, visit } = dashboard();
    const { admin } = await running.tenant();
    await using boss = await visit(admin);
    boss.expect(/^DELETE \/user\/.* 409$/);
    await openUser(boss, admin);
    await boss.page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await boss.page
      .getByRole('alert')
      .filter({ hasText: /yourself|themself|own/i })
      .waitFor();
    assert.equal((await running.call('GET', '/user/me', { token: admin.token })).status, 200);
  });
});

describe('an invitation', () => {
  test('leads from its link to the first sign-in, once', async () => {
    const { running, visit } = dashboard();
    const { admin } = await running.tenant('River TV');
    await using boss = await visit(admin);
    await boss.go('/users');
    await boss.page.getByRole('button', { name: 'Invite user' }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'nanoReadOnly' }).check();
    await dialog.getByRole('button', { name: 'Create invitation' }).click();
    await dialog.getByRole('button', { name: 'Copy: Invitation link' }).click();
    const link = await boss.page.evaluate<string>('navigator.clipboard.readText()');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await boss.page.getByRole('row', { name: /anybody with the link/ }).waitFor();

    await using guest = await visit(null);
    await guest.page.goto(link);
    await guest.page.getByLabel('Your e-mail address').fill('first@example.test');
    await guest.page.getByLabel('Choose a password').fill(PASSWORD);
    await guest.page.getByLabel('The same once more').fill(`${PASSWORD}?`);
    await guest.page.getByRole('button', { name: 'Join' }).click();
    await guest.page.getByText('The two are not the same.').waitFor();
    await guest.page.getByLabel('The same once more').fill(PASSWORD);
    await guest.page.getByRole('button', { name: 'Join' }).click();
    await guest.page.getByText('You are nanoReadOnly of River TV').waitFor();
    await guest.page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(guest.page, 'first@example.test');
    await guest.page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await boss.page.getByRole('link', { name: 'first@example.test' }).waitFor();

    await using late = await visit(null);
    late.expect(/^POST \/user\/invite\/accept 401$/);
    await late.page.goto(link);
    await late.page.getByLabel('Your e-mail address').fill('second@example.test');
    await late.page.getByLabel('Choose a password').fill(PASSWORD);
    await late.page.getByLabel('The same once more').fill(PASSWORD);
    await late.page.getByRole('button', { name: 'Join' }).click();
    await late.page.getByText(/This link does not work/).waitFor();
  });
});
