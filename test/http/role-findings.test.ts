import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tenant } from '../harness.ts';
import { ok, refused, serverForFile } from './helpers.ts';

const server = serverForFile();
const WATCH = ['token:own', 'organisation:read', 'stream:read', 'tag:read'];

const role = (method: string, { admin }: Tenant, name: string, capabilities: string[]) =>
  server().call(method, `/permission/${name}`, { token: admin.token, body: { description: '', capabilities } });

describe('before a role is saved', () => {
  test('a dry run says the same and saves nothing', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const dry = ok(await role('POST', home, 'draft?dryRun=true', ['stream:lock']));
    assert.deepEqual([dry.saved, dry.capabilities], [false, ['stream:lock']]);
    refused(await call('GET', '/permission?name=draft', { token: home.admin.token }), 404, 4040);
    const saved = ok(await role('POST', home, 'draft', ['stream:lock']));
    assert.deepEqual({ ...saved, saved: false }, dry);
    refused(await role('PUT', home, 'other?dryRun=true', WATCH), 404, 4040);
    refused(await role('POST', home, 'draft?dryRun=true', WATCH), 400, 1003);
    assert.equal(ok(await role('PUT', home, 'draft?dryRun=true', WATCH)).saved, false);
    const [shown] = ok(await call('GET', '/permission/list', { token: home.admin.token })).slice(3);
    assert.deepEqual(shown.capabilities, ['stream:lock']);
  });

  test('it is said how a role could raise itself, what it resembles and what is of no use in it', async () => {
    const { call, tenant } = server();
    const home = await tenant();
    const found = async (capabilities: string[]) =>
      ok(await role('POST', home, 'draft?dryRun=true', capabilities)).findings as { level: string; words: string }[];
    const says = async (capabilities: string[], level: string, words: RegExp) => {
      const findings = await found(capabilities);
      assert.ok(
        findings.some((finding) => finding.level === level && words.test(finding.words)),
        JSON.stringify(findings),
      );
    };
    assert.deepEqual(await found(WATCH), []);
    await says([...WATCH, 'webhook:set'], 'warning', /raise itself: the webhook is told/);
    assert.doesNotMatch(JSON.stringify(await found([...WATCH, 'webhook:set', 'ingest:read'])), /raise/);
    await says([...WATCH, 'user:edit'], 'warning', /^With user:edit it can give this role/);
    await says([...WATCH, 'role:manage'], 'warning', /change roles, this one included/);
    await says(['stream:lock', 'organisation:read'], 'note', /Without stream:read .* stream:lock/);
    await says(['stream:read'], 'note', /Without token:own nobody in this role can sign in/);
    const roles = ok(await call('GET', '/permission/list', { token: home.admin.token }));
    const [admin, operator, observer] = roles.map(({ capabilities }: { capabilities: string[] }) => capabilities);
    await says(operator, 'note', /^It equals nanoUser/);
    await says([...observer, 'stream:lock'], 'note', /^It contains all of nanoReadOnly and adds stream:lock$/);
    await says(
      admin.filter((id: string) => id !== 'apikey:read'),
      'warning',
      /everything that nanoAdmin holds but/,
    );
  });
});
