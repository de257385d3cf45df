import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Answer, type Running, start, type Tenant } from '../harness.ts';
import { type Operation, operationsOf, type Schema } from '../hostile-http/document.ts';
import { unique } from './organisation.ts';

/** Everything of one organisation that can be named, and everything that nobody else may ever read. */
interface Belongings {
  tenant: Tenant;
  ids: Record<'user' | 'stream' | 'token' | 'invitation' | 'playbackToken', string>;
  names: Record<'email' | 'tag' | 'role' | 'playout' | 'ingest' | 'group' | 'playbackToken', string>;
}

async function furnish({ call, tenant: make }: Running): Promise<Belongings> {
  const tenant = await make(unique('Organisation'));
  const post = async (path: string, body: object) => {
    const answer = await call('POST', path, { token: tenant.admin.token, body });
    assert.equal(answer.status, 200, `${path} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const [tag, role] = [unique('tag'), unique('role')];
  const stream = await post('/stream', { tags: [tag] });
  const invitation = await post('/user/invite', { permission: 'nanoUser' });
  const { data } = await post('/api/v1/splay', { streams: [stream.id], revocable: true });
  const [made] = (await call('GET', '/api/v1/splay', { token: tenant.admin.token })).body.data ?? [];
  await post(`/permission/${role}`, { description: 'Ours alone', capabilities: ['stream:read'] });
  return {
    tenant,
    ids: {
      user: tenant.user.id,
      stream: stream.id,
      token: tenant.user.tokenId,
      invitation: invitation.id,
      playbackToken: made?.id ?? invitation.id,
    },
    names: {
      email: tenant.user.email,
      tag,
      role,
      playout: stream.playout.h5live[0].rtmp.streamname,
      ingest: stream.ingest.rtmp.streamname,
      group: stream.streamgroup,
      playbackToken: data.token,
    },
  };
}

/** What the organisation's own administrator sees of it. Last uses move with the looking. */
async function picture({ call }: Running, { tenant, ids }: Belongings): Promise<string> {
  const paths = [
    '/user',
    '/user/invite',
    '/bintu/token',
    '/stream?state=all',
    `/stream/${ids.stream}`,
    '/tag',
    '/organisation',
    '/permission/list',
    '/api/v1/splay',
    '/organisation/webhook/deliveries',
  ];
  const answers: Answer[] = [];
  for (const path of paths) answers.push(await call('GET', path, { token: tenant.admin.token }));
  return JSON.stringify(
    answers.map(({ status, body }) => [status, body]),
    (name, value) => (/^last(Used|Seen)/i.test(name) ? null : value),
  );
}

/** A value for a field: something of the other organisation's, something of one's own, or merely something valid. */
const value = (field: string, path: string, schema: Schema, from: Belongings): unknown => {
  const { ids, names } = from;
  if (field === 'id' || field === 'userId' || field === 'tokenId') {
    if (field === 'userId' || path.startsWith('/user/{id}') || path === '/user' || path.startsWith('/user/p'))
      return ids.user;
    if (path.startsWith('/user/invite')) return ids.invitation;
    if (path.startsWith('/bintu')) return ids.token;
    if (path.startsWith('/api/v1')) return ids.playbackToken;
    return path.startsWith('/stream') ? ids.stream : ids.user;
  }
  const known: Record<string, unknown> = {
    email: names.email,
    streamname: names.ingest,
    streams: [names.playout],
    groupid: names.group,
    token: names.playbackToken,
    permission: names.role,
    tags: [names.tag],
    target: ids.stream,
    actor: ids.user,
    maker: ids.user,
    capabilities: ['stream:read'],
  };
  if (field === 'name')
    return path.startsWith('/permission') ? names.role : path === '/tag' ? unique('tag') : names.tag;
  if (field in known) return known[field];
  if (schema.enum) return schema.enum[0];
  const type = [schema.type].flat()[0];
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  if (type === 'array') return [];
  if (type === 'object') return {};
  return unique('text');
};

interface Step {
  operation: Operation;
  /** For every field, whose value it carries. */
  theirs: boolean[];
  optional: boolean[];
}

/** The call, and everything of the other organisation that it named itself. */
function compose({ operation, theirs, optional }: Step, mine: Belongings, other: Belongings) {
  const { path, method, inPath, inQuery, body } = operation;
  let field = 0;
  const pick = (name: string, schema: Schema) => {
    const from = theirs[field++ % theirs.length] ? other : mine;
    return value(name, path, schema, from);
  };
  const wanted = (name: string, schema: Schema | null) =>
    schema?.required?.includes(name) || optional[field++ % optional.length];
  const target = inPath.reduce(
    (text, name) => text.replace(`{${name}}`, encodeURIComponent(String(pick(name, {})))),
    path,
  );
  const query = new URLSearchParams();
  for (const [name, schema] of Object.entries(inQuery)) {
    if (!optional[field++ % optional.length]) continue;
    for (const one of [pick(name, schema)].flat()) query.append(name, String(one));
  }
  const fields = Object.entries(body?.properties ?? {}).filter(([name]) => wanted(name, body));
  return {
    method,
    path: query.size > 0 ? `${target}?${query}` : target,
    body: body && Object.fromEntries(fields.map(([name, schema]) => [name, pick(name, schema)])),
  };
}

/** These would end what the caller calls with, or stop the organisation from calling at all. */
const SPARED = /^(DELETE \/session|DELETE \/organisation\/apikey|.*\/rotate)$/;

describe('two organisations', () => {
  let running: Running;
  let operations: Operation[];
  before(async () => {
    running = await start();
    operations = (await operationsOf(running)).filter(({ name }) => !SPARED.test(name));
  });
  after(() => running[Symbol.asyncDispose]());

  test('no sequence of calls by one reads or changes anything of the other’s', async () => {
    const other = await furnish(running);
    const before = await picture(running, other);
    const secrets = [...Object.values(other.ids), ...Object.values(other.names), other.tenant.apiKey, other.tenant.id];
    const mine = await furnish(running);
    const own = new Set<string>();
    let answered = 0;
    const step = fc.record({
      operation: fc.constantFrom(...operations),
      theirs: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      optional: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
    });
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (steps, byKey) => {
        const credential = byKey
          ? { apiKey: mine.tenant.apiKey }
          : { token: (await mine.tenant.join('nanoAdmin')).token };
        for (const one of steps) {
          const { method, path, body } = compose(one, mine, other);
          const answer = await running.call(method, path, { ...credential, ...(body && { body }) });
          assert.ok(answer.status < 500, `${method} ${path} answered ${answer.status}`);
          if (answer.status === 200) answered++;
          // What the call itself named may be repeated to it; everything else of theirs would be news.
          const said = `${decodeURIComponent(path)} ${JSON.stringify(body)}`;
          const text = JSON.stringify(answer.body);
          // Words that were given to one's own things come back with them, in later calls too.
          for (const word of [other.names.email, other.names.tag, other.names.role])
            if (said.includes(word)) own.add(word);
          const learnt = secrets.filter(
            (secret) => text.includes(secret) && !said.includes(secret) && !own.has(secret),
          );
          assert.deepEqual(learnt, [], `${method} ${path}`);
        }
        assert.equal(await picture(running, other), before);
      },
    );
    await fc.assert(property, { numRuns: 120, interruptAfterTimeLimit: 30_000 });
    assert.ok(answered > 100, `only ${answered} calls were answered with 200`);
  });
});
