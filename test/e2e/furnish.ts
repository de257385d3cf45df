import assert from 'node:assert/strict';
import type { CallOptions, Running, Tenant } from '../harness.ts';
import { type OnStage, onStage } from '../wire/stage.ts';

/** An organisation in which every page has something to show. */
export interface Furnished {
  tenant: Tenant;
  /** Not on air until somebody publishes to it. */
  stream: OnStage;
  lockedId: string;
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

/** A role, an invitation, tokens, streams in three states, tags, refusals and a review. */
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
  const stream = await act('POST', '/stream', { tags: ['news', 'studio'] }, operator);
  await act('POST', '/stream', { tags: ['archive'] }, operator);
  const { id: lockedId } = (await act('POST', '/stream', { tags: ['news'] })) as { id: string };
  await act('PUT', `/stream/${lockedId}/lock`);
  await running.call('PUT', `/stream/${lockedId}/unlock`, operator);
  const made = (await act('POST', '/api/v1/splay', { orgawide: true, revocable: true, user: 'viewer-7' })) as {
    data: { token: string };
  };
  await act('POST', '/audit/access/review', { all: true, note: 'First quarter' });
  return { tenant, stream: onStage(stream), lockedId, playbackToken: made.data.token };
}
