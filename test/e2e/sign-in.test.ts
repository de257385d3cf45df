import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../process/lockkeeper.ts';
import { dashboardForFile, signIn } from './dashboard.ts';

const dashboard = dashboardForFile();

describe('signing in', () => {
  test('leads to the page that was asked for, in each of the three roles', async () => {
    const { running, visit } = dashboard();
    const { admin, user, observer } = await running.tenant('River TV');
    for (const person of [admin, user, observer]) {
      await using visitor = await visit(null);
      await visitor.go('/organisation');
      await visitor.page.getByRole('heading', { name: 'Lockkeeper' }).waitFor();
      await signIn(visitor.page, person.email);
      await visitor.page.getByRole('heading', { level: 1, name: 'Organisation' }).waitFor();
      assert.equal(new URL(visitor.page.url()).pathname, '/dashboard/organisation');
      assert.match(await visitor.page.title(), /^River TV/);
    }
  });

  test('with a wrong password says so, and not which half was wrong', async () => {
    const { running, visit } = dashboard();
    const { user } = await running.tenant();
    const said: string[] = [];
    for (const [email, password] of [
      [user.email, 'not the password'],
      ['nobody@example.test', 'not the password'],
    ] as const) {
      await using visitor = await visit(null);
      visitor.expect(/^POST \/session 401$/);
      await visitor.go('/sign-in');
      await signIn(visitor.page, email, password);
      said.push(await visitor.page.getByRole('alert').innerText());
      assert.match(visitor.page.url(), /sign-in/);
    }
    assert.match(said[0]!, /not valid/);
    assert.equal(said[0], said[1]);
  });

  test('is slowed down after many wrong passwords, and says for how long', async () => {
    const { running, visit } = dashboard();
    const { user } = await running.tenant();
    await using visitor = await visit(null);
    visitor.expect(/^POST \/session (401|429)$/);
    await visitor.go('/sign-in');
    const alert = visitor.page.getByRole('alert');
    let said = '';
    for (let tries = 0; tries < 30 && !said.includes('wait'); tries++) {
      const answered = visitor.page.waitForResponse((response) => response.url().endsWith('/session'));
      await signIn(visitor.page, user.email, 'not the password');
      await answered;
      await alert.waitFor();
      said = await alert.innerText();
    }
    assert.match(said, /Too many tries\. Please wait \d+ s/);
  });

  test('a link to somewhere else is not followed', async () => {
    const { running, visit } = dashboard();
    const { user } = await running.tenant();
    await using visitor = await visit(null);
    await visitor.go('/sign-in?to=//evil.example/streams');
    await signIn(visitor.page, user.email);
    await visitor.page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    assert.equal(new URL(visitor.page.url()).origin, running.url);
  });

  test('by a forgotten password leads to the page that mails a new one', async () => {
    await using visitor = await dashboard().visit(null);
    await visitor.go('/sign-in');
    await visitor.page.getByRole('link', { name: 'A new password' }).click();
    await visitor.page.waitForURL('**/forgot-password');
    await visitor.page.getByRole('textbox').first().waitFor();
  });
});

describe('signing out', () => {
  test('ends the session on the server, not only in the window', async () => {
    const { running, visit } = dashboard();
    const { user } = await running.tenant();
    await using visitor = await visit(user);
    await visitor.go('/streams');
    const cookies = await visitor.context.cookies();
    await visitor.page.getByRole('button', { name: 'Your account' }).click();
    await visitor.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
    const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    assert.equal((await running.call('GET', '/user/me', { headers: { Cookie } })).status, 401);
    await visitor.go('/streams');
    await until(() => visitor.page.url().includes('/sign-in'), 5_000, 'the sign-in');
  });
});
