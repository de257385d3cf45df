import { setTimeout as sleep } from 'node:timers/promises';
import type { Ready } from '../supervisor/ready.ts';
import { type Client, createClient } from './client.ts';

export type Part = 'admin' | 'operator' | 'observer';

export interface Actor {
  email: string;
  password: string;
  permission: string;
  token: string;
}

export interface DemoStream {
  id: string;
  tags: string[];
  /** Where an encoder publishes, the secret name included. */
  publish: string;
  /** HTTP-FLV. */
  watch: string;
}

/** Everything that the demo puts on stage. */
export interface Scene {
  users: Record<Part, Actor>;
  /** One that our encoder feeds, one to publish to by hand, one that is locked. */
  streams: { live: DemoStream; rehearsal: DemoStream; locked: DemoStream };
}

const DAY = 86_400;
const MEMBERS = { operator: 'nanoUser', observer: 'nanoReadOnly' } as const;
export const emailOf = (part: Part) => `${part}@demo.example`;

/** Sets the scene through the API alone, as any client would. */
export async function setScene({ http }: Ready, password: string): Promise<Scene> {
  const body = { email: emailOf('admin'), password };
  const { anonymous } = createClient(http, { token: null, apiKey: null });
  const { token } = await anonymous.post('/user/validate', { body });
  const admin = createClient(http, { token, apiKey: null });

  for (const [part, permission] of Object.entries(MEMBERS) as [keyof typeof MEMBERS, string][]) {
    await admin.post('/user', { body: { email: emailOf(part), password, permission } });
  }
  const actor = async (part: Part, permission: string): Promise<Actor> => {
    const order = { email: emailOf(part), name: 'demo', expiresIn: DAY };
    const { data } = await admin.post('/bintu/token', { body: order });
    return { email: emailOf(part), password, permission, token: data.token };
  };
  const users = {
    admin: await actor('admin', 'nanoAdmin'),
    operator: await actor('operator', MEMBERS.operator),
    observer: await actor('observer', MEMBERS.observer),
  };

  const streams = {
    live: await createStream(admin, ['demo', 'main-stage']),
    rehearsal: await createStream(admin, ['demo', 'rehearsal']),
    locked: await createStream(admin, ['demo', 'backstage']),
  };
  await admin.put('/stream/{id}/lock', { params: { path: { id: streams.locked.id } } });
  return { users, streams };
}

async function createStream(admin: Client, tags: string[]): Promise<DemoStream> {
  const { id, ingest, playout } = await admin.post('/stream', { body: { tags } });
  const { url, streamname } = ingest!.rtmp;
  return {
    id,
    tags,
    publish: `${url}/${streamname}`,
    watch: playout.web.find(({ type }) => type === 'http-flv')!.url,
  };
}

/** Resolves with true when the stream is live, with false after the limit: the encoder says why it is not. */
export async function untilLive(ready: Ready, { users, streams }: Scene, limitMs = 8_000): Promise<boolean> {
  const observer = createClient(ready.http, { token: users.observer.token, apiKey: null });
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(100)) {
    const { state } = await observer.get('/stream/{id}', { params: { path: { id: streams.live.id } } });
    if (state === 'live') return true;
  }
  return false;
}
