import assert from 'node:assert/strict';
import { PASSWORD, type Person, type Running, type Tenant } from '../harness.ts';
import { HOLDERS, ROLE_OF } from '../house/table.ts';

/** Two organisations: the one whose objects every call names, and a foreign one. */
export interface World {
  running: Running;
  home: Tenant;
  foreign: Tenant;
}

export type Headers = Record<string, string>;

/** Someone who calls, what is presented, and what the written matrix says of it. */
export interface Caller {
  name: string;
  headers(): Headers | Promise<Headers>;
  /** `dead`: a credential that no longer counts; `none`: nothing was presented. */
  kind: 'user' | 'api-key' | 'player-key' | 'none' | 'dead';
  holds(capability: string): boolean;
  /** What a refusal says the caller is. */
  role: string | null;
  /** True for whoever belongs to the organisation whose objects are named. */
  isHome: boolean;
  /** True for a cookie session. */
  session?: boolean;
}

type Letter = keyof typeof ROLE_OF;

/** Letters of the roles whose rights are held together: a narrowed token has what both hold. */
const having =
  (...letters: Letter[]) =>
  (capability: string): boolean =>
    letters.every((letter) => HOLDERS[capability]?.includes(letter));

const nothing = () => false;
const bearing = (token: string) => () => ({ 'X-BINTU-TOKEN': token });

/** Does what has to work before the census begins, with the organisation’s API key. */
const preparing =
  ({ call }: Running, { apiKey }: Tenant) =>
  async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, { apiKey, body });
    assert.equal(answer.status, 200, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

/** A token of the home organisation’s administrator. */
const mint = async ({ running, home }: World, more: object): Promise<string> =>
  (await preparing(running, home)('POST', '/bintu/token', { userId: home.admin.id, name: 'Census', ...more })).data
    .token;

function alive(world: World): Caller[] {
  const { home, foreign } = world;
  const user = (name: string, person: Person, letter: Letter): Caller => ({
    name,
    headers: bearing(person.token),
    kind: 'user',
    holds: having(letter),
    role: ROLE_OF[letter],
    isHome: true,
  });
  const key = { kind: 'api-key', holds: having('A'), role: null } as const;
  return [
    { name: 'no credential', headers: () => ({}), kind: 'none', holds: nothing, role: null, isHome: false },
    { ...key, name: 'API key', headers: () => ({ 'X-BINTU-APIKEY': home.apiKey }), isHome: true },
    {
      name: 'player key',
      headers: () => ({ 'X-BINTU-PLAYERKEY': home.playerKey }),
      kind: 'player-key',
      holds: (capability) => capability === 'stream:read-public',
      role: null,
      isHome: true,
    },
    user('administrator', home.admin, 'A'),
    user('operator', home.user, 'U'),
    user('observer', home.observer, 'R'),
    { ...user('operator as bearer', home.user, 'U'), headers: () => ({ Authorization: `Bearer ${home.user.token}` }) },
    { ...user('administrator of another organisation', foreign.admin, 'A'), isHome: false },
    {
      ...key,
      name: 'API key of another organisation',
      headers: () => ({ 'X-BINTU-APIKEY': foreign.apiKey }),
      isHome: false,
    },
  ];
}

async function narrowed(world: World): Promise<Caller[]> {
  const to = async (role: string, letter: Letter): Promise<Caller> => ({
    name: `administrator’s token narrowed to ${role}`,
    headers: bearing(await mint(world, { permission: role })),
    kind: 'user',
    holds: having('A', letter),
    role: 'nanoAdmin',
    isHome: true,
  });
  return [await to('nanoReadOnly', 'R'), await to('nanoUser', 'U')];
}

function sessions({ running, home }: World): Caller[] {
  const session = (name: string, { email }: Person, letter: Letter, role: string): Caller => ({
    name,
    async headers() {
      const { status, headers } = await running.call('POST', '/session', { body: { email, password: PASSWORD } });
      assert.equal(status, 200);
      return { Cookie: headers.getSetCookie()[0]!.split(';')[0]!, Origin: running.url };
    },
    kind: 'user',
    holds: having(letter),
    role,
    isHome: true,
    session: true,
  });
  return [
    session('session of an administrator', home.admin, 'A', 'nanoAdmin'),
    session('session of an observer', home.observer, 'R', 'nanoReadOnly'),
  ];
}

/** Credentials that once opened everything, or look as if they did. */
async function dead(world: World): Promise<Caller[]> {
  const { running, home } = world;
  const prepare = preparing(running, home);
  const put = (path: string, body: object) => prepare('PUT', path, body);
  const [renewed, demoted, confirmed, deleted] = (await Promise.all(
    Array.from({ length: 4 }, () => home.join('nanoAdmin')),
  )) as [Person, Person, Person, Person];
  await put('/user/tokenkey', { id: renewed.id });
  await put('/user/permission', { id: demoted.id, permission: 'nanoReadOnly' });
  await put('/user/permission', { id: confirmed.id, permission: 'nanoAdmin' });
  await prepare('DELETE', `/user/${deleted.id}`);

  const revoked = await mint(world, {});
  const { body } = await running.call('GET', '/user/me', { token: revoked });
  await prepare('DELETE', `/bintu/token/${body.credential.id}`);
  const expired = await mint(world, { expiresIn: 1 });
  const elsewhere = await mint(world, { allowedIps: ['203.0.113.0/24', '2001:db8::/32'] });
  await expiry(running, expired);

  const token = (name: string, text: string): Caller => ({
    name,
    headers: bearing(text),
    kind: 'dead',
    holds: nothing,
    role: null,
    isHome: false,
  });
  return [
    token('expired token', expired),
    token('token from before its tokenKey was renewed', renewed.token),
    token('token from before a change of role', demoted.token),
    token('token from before the same role was given again', confirmed.token),
    token('revoked token', revoked),
    token('token of a deleted user', deleted.token),
    token('token used from an address it is not for', elsewhere),
    token('token that was never ours', `${home.admin.token.slice(0, -2)}xx`),
    { ...token('player key in the place of an API key', ''), headers: () => ({ 'X-BINTU-APIKEY': home.playerKey }) },
    { ...token('API key in the place of a token', ''), headers: bearing(home.apiKey) },
    { ...token('API key that was never ours', ''), headers: () => ({ 'X-BINTU-APIKEY': 'x'.repeat(40) }) },
  ];
}

/** Waits until a token that was valid a moment ago has ended by itself. */
async function expiry(running: Running, token: string): Promise<void> {
  const end = Date.now() + 3_000;
  while ((await running.call('GET', '/user/me', { token })).status === 200) {
    assert.ok(Date.now() < end, 'a token of one second is still valid after three');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const allCallers = async (world: World): Promise<Caller[]> => [
  ...alive(world),
  ...(await narrowed(world)),
  ...sessions(world),
  ...(await dead(world)),
];
