import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { serverForFile } from '../http/helpers.ts';
import { ALLOWED, hooked, WEBHOOK } from './hooked.ts';
import { receiver } from './receiver.ts';

const running = serverForFile({ env: ALLOWED });

test('the documented way to check a signature takes ours, and nothing else', async () => {
  const page = readFileSync(new URL('../../docs/webhook.md', import.meta.url), 'utf8');
  const [, code] = /```js\n(.*?)```/s.exec(page) ?? [];
  const { isFromLockkeeper: check } = await import(`data:text/javascript,${encodeURIComponent(code!)}`);
  await using hook = await receiver();
  const { who, secret } = await hooked(running(), hook.url);
  assert.equal((await running().call('POST', `${WEBHOOK}/test`, who)).status, 200);
  const [call] = await hook.calls('test');
  const header = String(call!.headers['x-lockkeeper-signature']);
  const { body } = call!;
  assert.equal(check(secret, header, body), true);
  assert.equal(check('whsec_another', header, body), false);
  assert.equal(check(secret, header, `${body}&call=publish`), false);
  assert.equal(check(secret, header.replace(/t=\d+/, `t=${Math.floor(Date.now() / 1_000) + 1}`), body), false);
  assert.equal(check(secret, header, body, Date.now() + 600_000), false);
  assert.equal(check(secret, '', body), false);
});
