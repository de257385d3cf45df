import assert from 'node:assert/strict';
import { newTicket, ticketHash } from '../../src/people/tickets.ts';
import { newId } from '../../src/store/ids.ts';
import { insertSignUp } from '../../src/store/sign-up.ts';
import type { Person } from '../harness.ts';
import type { World } from './callers.ts';

/** Makes what a call is about: new for every call, because some of them destroy it. */
export interface Make {
  world: World;
  user(): Promise<Person>;
  stream(): Promise<string>;
  ingestToken(): Promise<{ stream: string; id: string }>;
  tag(): Promise<string>;
  /** A rule of the guardian, by the noun of its path. */
  rule(noun: string, body: object): Promise<string>;
  invitation(): Promise<{ id: string; token: string }>;
  /** The token of a sign-up that waits for its confirmation. */
  signUp(): Promise<string>;
  playbackToken(): Promise<string>;
  /** An alert about a user, which lasts. */
  alert(): Promise<void>;
  /** A key of a push URL: as secret as an ingest name. */
  secret(): string;
  role(): Promise<string>;
  name(): string;
}

/** `ingestNames` collects the secret of every stream made. */
export function maker(world: World, ingestNames: Set<string>): Make {
  const { running, home } = world;
  let count = 0;
  const name = () => `census-${++count}`;
  const post = async (path: string, body: unknown) => {
    const answer = await running.call('POST', path, { apiKey: home.apiKey, body });
    assert.equal(answer.status, 200, path);
    return answer.body;
  };
  async function stream() {
    const { id, ingest } = await post('/stream', { tags: ['census'] });
    ingestNames.add(ingest.rtmp.streamname);
    return id;
  }
  return {
    world,
    name,
    user: () => home.join('nanoUser'),
    stream,
    async ingestToken() {
      const id = await stream();
      return { stream: id, id: (await post(`/stream/${id}/ingest-token`, {})).id };
    },
    secret() {
      const text = `push-key-${++count}-of-the-census`;
      ingestNames.add(text);
      return text;
    },
    invitation: () => post('/user/invite', { permission: 'nanoReadOnly' }),
    async signUp() {
      const ticket = newTicket();
      const at = Date.now();
      const facts = { organisation: name(), email: `${name()}@signed-up.test`, password_hash: 'none' };
      const row = { ...facts, ticket_hash: ticketHash(ticket), expires_at: at + 60_000 };
      await running.app.store.transaction((tx) => insertSignUp(tx, row, at));
      return ticket;
    },
    alert: () => alertAbout(world, home.user.id),
    rule: async (noun, body) => (await post(`/guardian/${noun}`, body)).id,
    tag: async () => (await post('/tag', { name: name() })).name,
    playbackToken: async () => (await post('/api/v1/splay', { orgawide: true, revocable: true })).data.token,
    role: async () => (await post(`/permission/${name()}`, { description: '', capabilities: ['stream:read'] })).name,
  };
}

/** At most one is open about the same: what there is is that. */
async function alertAbout({ running, home }: World, subject: string): Promise<void> {
  const at = Date.now();
  const about = { organisation_id: home.id, code: 91004, subject_type: 'user', subject_id: subject };
  const row = { id: newId(), ...about, detail: '{"times":10}', first_at: at, last_at: at };
  await running.app.store.transaction(({ db }) =>
    db
      .insertInto('alert')
      .values({ ...row, resolved_at: null, remind_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}
