import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import type { Person } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { ffmpegPublish, loopPublish } from '../wire/encoders.ts';
import { type OnStage, onStage, type StreamBody } from '../wire/stage.ts';
import { dashboardForFile, type Visit } from './dashboard.ts';
import { disabledBecause, forced } from './forced.ts';
import { doer } from './furnish.ts';

const dashboard = dashboardForFile();

const secondsPlayed = (video: Locator) =>
  video.evaluate((element) => (element as { currentTime?: number }).currentTime ?? 0);

/** The picture really moves: the player's clock grows, and pictures have been decoded. */
async function plays({ page }: Visit): Promise<void> {
  const video = page.getByLabel('Live picture of the stream');
  await video.waitFor();
  const first = await secondsPlayed(video);
  await until(async () => (await secondsPlayed(video)) > first + 0.3, 15_000, 'the picture to move');
  const frames = await page.evaluate<number>(
    "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames",
  );
  assert.ok(frames > 0);
}

async function newStream(person: Person): Promise<OnStage> {
  const { running } = dashboard();
  const { status, body } = await running.call('POST', '/stream', { token: person.token, body: { tags: ['news'] } });
  assert.equal(status, 200);
  return onStage(body as StreamBody);
}

describe('a live stream', () => {
  test('plays, ends at once for everybody when it is stopped and locked, and comes back when it is unlocked', async () => {
    const { running, visit } = dashboard();
    const { admin, user } = await running.tenant();
    const { stream, ingest } = await newStream(user);
    await using encoder = loopPublish(ingest, 300);
    await using boss = await visit(admin);
    await using operator = await visit(user);
    for (const visitor of [boss, operator]) await visitor.go(`/streams/${stream.id}`);
    await Promise.all([plays(boss), plays(operator)]);

    await boss.page.getByRole('button', { name: 'Stop & Lock' }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Stop & lock' }).check();
    assert.match(await dialog.innerText(), /cut off at once/);
    const locked = boss.page.waitForResponse((answer) => answer.url().endsWith('/lock'));
    await dialog.getByRole('button', { name: 'Stop & Lock' }).click();
    const { closed, enforced } = await (await locked).json();
    const began = Date.now();
    assert.deepEqual([closed.publishers, closed.viewers, enforced], [1, 2, true]);
    await Promise.all(
      [boss, operator].map(({ page }) =>
        page.getByRole('region', { name: 'Picture' }).getByText('The stream is locked').waitFor(),
      ),
    );
    assert.ok(Date.now() - began < 1_000, `both pages said so after ${Date.now() - began} ms`);
    await boss.page.getByText('The stream is stopped and locked.').waitFor();
    for (const { page } of [boss, operator]) {
      const video = page.getByLabel('Live picture of the stream');
      const at = await secondsPlayed(video);
      await page.waitForTimeout(200);
      assert.equal(await secondsPlayed(video), at, 'nothing moves behind the sentence');
    }

    await boss.page.getByRole('button', { name: 'Unlock' }).click();
    await boss.page.getByText('The stream is unlocked').waitFor();
    await until(() => encoder.live, 5_000, 'the encoder to be back');
    await Promise.all([plays(boss), plays(operator)]);
  });

  test('shows what the encoder sends: codecs, size, bitrate and viewers', async () => {
    const { running, visit } = dashboard();
    const { observer, user } = await running.tenant();
    const { stream, ingest } = await newStream(user);
    await using _encoder = ffmpegPublish(ingest);
    await using watcher = await visit(observer);
    await watcher.go(`/streams/${stream.id}`);
    await plays(watcher);
    const now = watcher.page.getByRole('region', { name: 'Now' });
    await now.getByText('320 × 180').waitFor();
    await until(async () => /Viewers\s*1\b/.test(await now.innerText()), 5_000, 'a viewer to be counted');
    const said = await now.innerText();
    for (const words of [/H\.?264|avc/i, /AAC|mp4a/i, /bit\/s/]) assert.match(said, words);
    await now.getByRole('img', { name: /Curve of the last five minutes: Viewers/ }).waitFor();
    await now.getByRole('table').waitFor();
  });

  test('is the administrator’s alone to interrupt: the two other roles see the button, disabled, and why', async () => {
    const { running, visit } = dashboard();
    const { user, observer } = await running.tenant();
    const { stream, ingest } = await newStream(user);
    await using encoder = loopPublish(ingest);
    for (const person of [user, observer]) {
      await using visitor = await visit(person);
      visitor.expect(/^(PUT|DELETE) \/stream\/.* 403$/);
      await visitor.go(`/streams/${stream.id}`);
      await plays(visitor);
      const button = visitor.page.getByRole('button', { name: 'Stop & Lock' });
      assert.match(await disabledBecause(button, 'stream:lock'), /You may not lock a stream.*nanoAdmin may/);
      const remove = visitor.page.getByRole('button', { name: 'Delete', exact: true });
      assert.match(await disabledBecause(remove, 'stream:delete'), /You may not delete streams/);
      for (const verb of ['lock', 'stop', 'unlock']) {
        const { status, body } = await forced(visitor.page, 'PUT', `/stream/${stream.id}/${verb}`);
        assert.deepEqual([status, body.error.userinfo.capability], [403, `stream:${verb}`]);
        assert.match(body.error.userinfo.reason, /^You may not /);
      }
      assert.equal((await forced(visitor.page, 'DELETE', `/stream/${stream.id}`)).status, 403);
      await plays(visitor);
    }
    assert.equal(encoder.entered, 1, 'the encoder was never disturbed');
  });

  test('is shown to an observer without its ingest name and key, on no page and in no answer', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const { stream, ingest } = await newStream(tenant.user);
    await using _encoder = loopPublish(ingest);
    await using watcher = await visit(tenant.observer);
    const { page } = watcher;
    await watcher.go('/streams');
    await page.getByRole('link', { name: stream.playout.h5live[0]!.rtmp.streamname }).waitFor();
    await page.getByRole('textbox', { name: 'Exact id or name' }).fill(ingest.streamname);
    await page.getByText('0 streams').waitFor();
    watcher.expect(/^GET \/(user|permission|audit|api\/v1\/splay|bintu)[\w/]* 403$/);
    for (const target of [
      `/streams/${stream.id}`,
      '/organisation',
      '/tokens',
      '/roles',
      '/permissions',
      '/playback-tokens',
    ]) {
      await watcher.go(target);
      await page.getByRole('main').getByRole('heading').first().waitFor();
    }
    await watcher.go(`/streams/${stream.id}`);
    await plays(watcher);
    const received = await watcher.received();
    assert.ok(received.includes(stream.id));
    for (const secret of [ingest.streamname, tenant.apiKey, 'push_url']) assert.equal(received.includes(secret), false);
    assert.equal((await page.content()).includes(ingest.streamname), false);

    await using operator = await visit(tenant.user);
    await operator.go(`/streams/${stream.id}`);
    await operator.page.getByRole('button', { name: 'Show: Stream key' }).click();
    await operator.page.getByText(ingest.streamname, { exact: true }).waitFor();
  });
});

describe('streams', () => {
  test('are created with what goes into the encoder, and are on the list of everybody at once', async () => {
    const { running, visit } = dashboard();
    const { user, observer } = await running.tenant();
    await using watcher = await visit(observer);
    await watcher.go('/streams');
    await watcher.page.getByRole('heading', { level: 1 }).waitFor();
    assert.match(
      await disabledBecause(watcher.page.getByRole('button', { name: 'Create a stream' }).first(), 'stream:create'),
      /You may not create streams/,
    );
    await using operator = await visit(user);
    const { page } = operator;
    await operator.go('/streams');
    await page.getByRole('button', { name: 'Create a stream' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tags').fill('morning');
    await dialog.getByLabel('Tags').press('Enter');
    await dialog.getByRole('button', { name: 'Create a stream' }).click();
    await dialog.getByRole('button', { name: 'Copy: Stream key' }).click();
    const key = await page.evaluate<string>('navigator.clipboard.readText()');
    const server = await dialog
      .getByText(/^rtmp:\/\//)
      .first()
      .innerText();
    await using encoder = loopPublish({ url: server, streamname: key });
    await until(() => encoder.live, 5_000, 'the encoder on air with what the page said');
    await watcher.page.getByRole('cell', { name: 'Live', exact: true }).waitFor();
    await watcher.page.getByRole('cell', { name: 'morning' }).waitFor();
  });

  test('are deleted for good after two questions', async () => {
    const { running, visit } = dashboard();
    const tenant = await running.tenant();
    const act = doer(running, tenant);
    const { id } = (await act('POST', '/stream', {})) as { id: string };
    await using boss = await visit(tenant.admin);
    boss.expect(/^GET \/stream\/.* 404$/);
    await boss.go(`/streams/${id}`);
    await boss.page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('This cannot be undone.').waitFor();
    await act('GET', `/stream/${id}`);
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await boss.page.waitForURL(/\/streams$/);
    assert.equal((await running.call('GET', `/stream/${id}`, { token: tenant.admin.token })).status, 404);
  });
});
