import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../src/media/link.ts';
import { until } from '../process/lockkeeper.ts';
import { startPostgres } from '../store/postgres.ts';
import { ffmpegPublish, loopPublish, tryPublish } from './encoders.ts';
import { type OnStage, type Stage, stage } from './stage.ts';
import { morePictures, view } from './viewers.ts';

const REFUSED = /Publish\.Denied: Publishing to this stream needs a valid ingest token/;

const setting = async ({ running, tenant }: Stage, ingestTokens: boolean): Promise<void> => {
  const body = { settings: { ingestTokens } };
  const { status } = await running.call('PUT', '/organisation', { token: tenant.admin.token, body });
  assert.equal(status, 200);
};

async function mint({ running, tenant }: Stage, stream: string, expiresIn?: number) {
  const body = expiresIn === undefined ? {} : { expiresIn };
  const answer = await running.call('POST', `/stream/${stream}/ingest-token`, { token: tenant.user.token, body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as { token: string; id: string; expiresAt: string; streamname: string };
}

/** What comes of publishing once under this text. */
async function attempt({ ingest }: OnStage, streamname: string): Promise<string> {
  const answer = await tryPublish({ url: ingest.url, streamname });
  if (typeof answer === 'string') return answer;
  await answer.close();
  return 'on air';
}

describe('where the organisation asks for ingest tokens', () => {
  test('the real encoder is on air with the name as it was handed out, and refused with the name alone', {
    timeout: 60_000,
  }, async () => {
    await using on = await stage();
    const made = await on.newStream();
    const { stream, ingest, urls } = made;
    await setting(on, true);
    const { streamname, token, expiresAt } = await mint(on, stream.id, 3_600);
    assert.equal(streamname, `${ingest.streamname}?token=${token}`);
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000) < 30_000);
    assert.match(await attempt(made, ingest.streamname), REFUSED);
    await using encoder = ffmpegPublish({ url: ingest.url, streamname });
    await on.state(stream.id, 'live', 20_000);
    using viewer = view(urls.http);
    await morePictures(viewer, 5);
    assert.equal(encoder.exit, null);
    const { body } = await on.running.call('GET', `/audit?target=${stream.id}&outcome=refused`, {
      token: on.tenant.admin.token,
    });
    assert.deepEqual(
      [body[0].action, body[0].detail.reason, body[0].actor.type],
      ['publish', 'unauthorised', 'encoder'],
    );
    assert.equal(JSON.stringify(body).includes(token), false);
  });

  test('no token, an ended one, another stream’s, a broken or a doubled one and any other token of ours are refused', async () => {
    await using on = await stage();
    const [one, other] = [await on.newStream(), await on.newStream()];
    await setting(on, true);
    const name = one.ingest.streamname;
    const [good, short, foreign] = [
      await mint(on, one.stream.id),
      await mint(on, one.stream.id, 1),
      await mint(on, other.stream.id),
    ];
    await until(async () => Date.parse(short.expiresAt) < Date.now(), 3_000, 'the end of a token of one second');
    const queries = {
      'no query': '',
      'an empty token': '?token=',
      'a token that has ended': `?token=${short.token}`,
      'a token of another stream': `?token=${foreign.token}`,
      'a token cut short': `?token=${good.token.slice(0, -1)}`,
      'a good token beside a second one': `?token=${good.token}&token=${good.token}`,
      'a good token beside an empty one': `?token=&token=${good.token}`,
      'a good token under another name': `?jwt=${good.token}`,
      'the token of a user': `?token=${on.tenant.admin.token}`,
      'a token without its signature': `?token=${good.token.split('.').slice(0, 2).join('.')}.`,
    };
    for (const [what, query] of Object.entries(queries)) assert.match(await attempt(one, name + query), REFUSED, what);
    assert.equal((await on.read(one.stream.id)).state, 'created');
    assert.match(await attempt(one, `nobody${good.streamname.slice(name.length)}`), /BadName/, 'a token is not a name');
    assert.equal(await attempt(one, `${name}?bitrate=3&token=${good.token}`), 'on air');
    const { status } = await on.running.call('GET', '/user/me', { token: good.token });
    assert.equal(status, 401, 'an ingest token opens nothing of the API');
  });

  test('an encoder on air stays when its token ends, and needs a fresh one to come back', async () => {
    await using on = await stage();
    const made = await on.newStream();
    await setting(on, true);
    const short = await mint(on, made.stream.id, 1);
    {
      await using loop = loopPublish({ url: made.ingest.url, streamname: short.streamname });
      await on.state(made.stream.id, 'live');
      using viewer = view(made.urls.http);
      await sleep(Math.max(0, Date.parse(short.expiresAt) - Date.now()) + 200);
      await morePictures(viewer, 10);
      assert.equal(loop.live, true);
    }
    await on.state(made.stream.id, 'ended');
    assert.match(await attempt(made, short.streamname), REFUSED);
    assert.equal(await attempt(made, (await mint(on, made.stream.id)).streamname), 'on air');
  });

  test('a token outlives its maker’s right to make one', async () => {
    await using on = await stage();
    const made = await on.newStream();
    await setting(on, true);
    const { streamname } = await mint(on, made.stream.id);
    const { user, admin } = on.tenant;
    const body = { id: user.id, permission: 'nanoReadOnly' };
    assert.equal((await on.running.call('PUT', '/user/permission', { token: admin.token, body })).status, 200);
    assert.equal(await attempt(made, streamname), 'on air');
    assert.equal((await on.running.call('DELETE', `/user/${user.id}`, { token: admin.token })).status, 200);
    assert.equal(await attempt(made, streamname), 'on air');
    const { body: listed } = await on.running.call('GET', `/stream/${made.stream.id}/ingest-token`, {
      token: admin.token,
    });
    assert.deepEqual(
      listed.map((entry: { createdBy: object }) => entry.createdBy),
      [{ type: 'user', id: user.id, email: user.email }],
    );
  });

  test('on PostgreSQL too, and the token goes with its stream', async () => {
    const server = await startPostgres();
    await using on = await stage({ databaseUrl: await server.createDatabase() });
    const made = await on.newStream();
    await setting(on, true);
    const { streamname } = await mint(on, made.stream.id);
    assert.match(await attempt(made, made.ingest.streamname), REFUSED);
    assert.equal(await attempt(made, streamname), 'on air');
    assert.equal((await on.control('delete', made.stream.id)).status, 200);
    const rows = await on.running.app.store.db.selectFrom('ingest_token').selectAll().execute();
    assert.deepEqual(rows, []);
    assert.match(await attempt(made, streamname), /BadName/);
  });
});

test('where the organisation does not ask for them, a token is neither needed nor looked at', async () => {
  await using on = await stage();
  const made = await on.newStream();
  assert.equal(await attempt(made, made.ingest.streamname), 'on air');
  assert.equal(await attempt(made, `${made.ingest.streamname}?token=whatever`), 'on air');
  assert.equal(await attempt(made, (await mint(on, made.stream.id)).streamname), 'on air');
});

test('a revoked token publishes no more; revoking is the administrator’s', async () => {
  await using on = await stage();
  const made = await on.newStream();
  await setting(on, true);
  const [kept, revoked] = [await mint(on, made.stream.id), await mint(on, made.stream.id)];
  const path = `/stream/${made.stream.id}/ingest-token/${revoked.id}`;
  const { user, admin } = on.tenant;
  const denied = await on.running.call('DELETE', path, { token: user.token });
  assert.deepEqual([denied.status, denied.body.error.userinfo.capability], [403, 'stream:stop']);
  assert.equal(await attempt(made, revoked.streamname), 'on air');
  const { status, body } = await on.running.call('DELETE', path, { token: admin.token });
  assert.deepEqual([status, body], [200, { id: revoked.id, revoked: true }]);
  assert.equal((await on.running.call('DELETE', path, { token: admin.token })).status, 200, 'as often as one likes');
  assert.match(await attempt(made, revoked.streamname), REFUSED);
  assert.equal(await attempt(made, kept.streamname), 'on air');
});

test('revoking a token closes the encoder that came in with it, and no other', async () => {
  await using on = await stage();
  const [one, other] = [await on.newStream(), await on.newStream()];
  await setting(on, true);
  const [mine, spare, theirs] = [
    await mint(on, one.stream.id),
    await mint(on, one.stream.id),
    await mint(on, other.stream.id),
  ];
  await using first = loopPublish({ url: one.ingest.url, streamname: mine.streamname });
  await using second = loopPublish({ url: other.ingest.url, streamname: theirs.streamname });
  using viewer = view(other.urls.http);
  await on.state(one.stream.id, 'live');
  await morePictures(viewer, 3);
  const revoke = ({ id }: OnStage['stream'], token: string) =>
    on.running.call('DELETE', `/stream/${id}/ingest-token/${token}`, { token: on.tenant.admin.token });
  assert.equal((await revoke(one.stream, spare.id)).status, 200);
  await morePictures(viewer, 3);
  assert.equal(first.live, true, 'it did not come in with the spare one');
  assert.equal((await revoke(one.stream, mine.id)).status, 200);
  await first.ended;
  await on.state(one.stream.id, 'ended');
  await morePictures(viewer, 5);
  assert.equal(second.live, true);
  assert.equal((await revoke(one.stream, theirs.id)).status, 404, 'the token of another stream');
});

test('a revocation that no message told the engine of is healed', async () => {
  let deaf = false;
  const between = (channel: Channel): Channel => ({
    ...channel,
    send: (message) => (deaf && message.type === 'kick' ? undefined : channel.send(message)),
  });
  await using on = await stage({ between });
  const made = await on.newStream();
  await setting(on, true);
  const { id, streamname } = await mint(on, made.stream.id);
  await using loop = loopPublish({ url: made.ingest.url, streamname });
  await on.state(made.stream.id, 'live');
  deaf = true;
  const path = `/stream/${made.stream.id}/ingest-token/${id}`;
  assert.equal((await on.running.call('DELETE', path, { token: on.tenant.admin.token })).status, 200);
  assert.equal(loop.live, true);
  deaf = false;
  await loop.ended;
  await on.state(made.stream.id, 'ended');
});
