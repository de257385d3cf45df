import assert from 'node:assert/strict';
import type { CallOptions, Running, Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { type Ingest, tryPublish } from '../wire/encoders.ts';
import { type OnStage, onStage, type StreamBody } from '../wire/stage.ts';

/** An organisation in which every page has something to show. */
export interface Furnished {
  tenant: Tenant;
  /** Not on air until somebody publishes to it. */
  stream: OnStage;
  lockedId: string;
  lockedIngest: Ingest;
  playbackToken: string;
}

export type Do = (method: string, target: string, body?: unknown, who?: CallOptions) => Promise<never>;

/** Calls that must succeed, as the organisation's administrator unless somebody else is named. */
export const doer =
  (running: Running, { admin }: Tenant): Do =>
  async (method, target, body, who = { token: admin.token }) => {
    const answer = await running.call(method, target, { ...who, ...(body !== undefined && { body }) });
    assert.ok(answer.status < 300, `${method} ${target}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as never;
  };

const DAY_MS = 86_400_000;

/** Moments so many days from now. */
const inDays = (from: number, to: number) => ({
  from: new Date(Date.now() + from * DAY_MS).toISOString(),
  to: new Date(Date.now() + to * DAY_MS).toISOString(),
});

export const newStream = async (running: Running, tenant: Tenant): Promise<OnStage> =>
  onStage(await doer(running, tenant)('POST', '/stream', {}));

/** A role, an invitation, tokens, streams in three states, tags, refusals, blocks, receivers of alerts and a review. */
export async function furnish(running: Running, name = 'River TV'): Promise<Furnished> {
  const tenant = await running.tenant(name);
  const act = doer(running, tenant);
  const operator = { token: tenant.user.token };
  await act('POST', '/permission/night-shift', {
    description: 'Ends streams at night',
    capabilities: ['token:own', 'organisation:read', 'stream:read', 'stream:stop', 'stream:lock', 'tag:read'],
  });
  await tenant.join('night-shift');
  await act('POST', '/user/invite', { permission: 'nanoUser', email: 'new@example.test' });
  await act('POST', '/bintu/token', { userId: tenant.user.id, name: 'Archive', expiresIn: 86_400 });
  const stream: StreamBody = await act('POST', '/stream', { tags: ['news', 'studio'] }, operator);
  await act('POST', '/stream', { tags: ['archive'] }, operator);
  const { stream: locked, ingest: lockedIngest } = onStage(await act('POST', '/stream', { tags: ['news'] }));
  const lockedId = locked.id;
  await act('PUT', `/stream/${lockedId}/lock`);
  await running.call('PUT', `/stream/${lockedId}/unlock`, operator);
  const made = (await act('POST', '/api/v1/splay', { orgawide: true, revocable: true, user: 'viewer-7' })) as {
    data: { token: string };
  };
  await act('PUT', `/stream/${stream.id}/expected`, [inDays(1, 2)], operator);
  await act('POST', '/guardian/ip', { ip: '203.0.113.0/24', tag: 'Scraper' }, operator);
  await act('POST', '/guardian/referrer', { domain: '*.example.net', type: 'deny', expiresIn: null }, operator);
  await act('PUT', '/alert/receivers', { emails: ['desk@example.test'], webhook: null }, operator);
  await act('POST', '/audit/access/review', { all: true, note: 'First quarter' });
  return { tenant, stream: onStage(stream), lockedId, lockedIngest, playbackToken: made.data.token };
}

/** Enough refusals in a row to be an alert. */
const REFUSED = 5;

/** Raises an alert of three severities there, and waits until they stand on the pages. */
export async function trouble(running: Running, { tenant, lockedId, lockedIngest }: Furnished): Promise<void> {
  const act = doer(running, tenant);
  await act('PUT', `/stream/${lockedId}/expected`, [inDays(-1, 1)]);
  for (let attempt = 0; attempt < REFUSED; attempt++) await tryPublish(lockedIngest);
  const { id } = await tenant.join('nanoUser');
  await act('PUT', '/user/permission', { id, permission: 'nanoAdmin' });
  const severities = async () =>
    ((await act('GET', '/alert')) as { severity: string }[]).map(({ severity }) => severity);
  const all = ['Critical', 'Moderate', 'Minor'].join();
  await until(async () => (await severities()).join() === all, 12_000, 'an alert of each severity');
}
