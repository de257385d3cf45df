import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EVENT_STREAM } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { start } from '../harness.ts';
import { allCallers, type Caller, type World } from './callers.ts';
import { checkRefusal, checkSecrecy, type Exchange, expectedStatus } from './expected.ts';
import { type Make, maker } from './make.ts';
import type { Sample } from './sample.ts';
import { SAMPLES } from './samples.ts';

const routes = allRoutes(() => ({}));
let world: World;
let callers: Caller[];
let make: Make;
const ingestNames = new Set<string>();
const { getOrganisation: ORGANISATION } = SAMPLES as Record<string, Sample> & { getOrganisation: Sample };
/** Everything that was answered 200, by caller: what the census of secrets is checked against at the end. */
const successes = new Map<string, string>();

before(async () => {
  const running = await start({ env: { LOCKKEEPER_SIGNUP: 'on' } });
  const [home, foreign] = [await running.tenant('Home'), await running.tenant('Foreign')];
  world = { running, home, foreign };
  callers = await allCallers(world);
  make = maker(world, ingestNames);
});
after(() => world.running[Symbol.asyncDispose]());

async function exchange(method: string, sample: Sample, caller: Caller): Promise<Exchange & { path: string }> {
  const { path, body } = await sample.call(make);
  const headers = new Headers(await caller.headers());
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  const url = world.running.url + path;
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { status, headers: answered } = response;
  return { caller, path, status, headers: answered, text: await textOf(response) };
}

/** The whole answer; of one without an end what comes first. */
async function textOf(response: Response): Promise<string> {
  if (response.body === null || !response.headers.get('content-type')?.startsWith(EVENT_STREAM)) return response.text();
  for await (const chunk of response.body) return Buffer.from(chunk).toString();
  return '';
}

/** Every tokenKey there has been. Asked for after the calls: a call may have made a new one. */
const tokenKeys = new Set<string>();
async function noteTokenKeys(): Promise<void> {
  const { body } = await world.running.call('GET', '/user', { apiKey: world.home.apiKey });
  for (const { tokenKey } of body) tokenKeys.add(tokenKey);
}

async function credentials(): Promise<Set<string>> {
  const presented = await Promise.all(callers.filter(({ session }) => !session).map(({ headers }) => headers()));
  const tokens = presented.flatMap((headers) => headers['X-BINTU-TOKEN'] ?? []);
  return new Set(tokens.filter((text) => text !== world.home.apiKey));
}

describe('every route answers every caller as the matrix says', () => {
  for (const { method, path, name, content = 'application/json' } of routes) {
    test(`${method} ${path}`, async () => {
      const sample = SAMPLES[name];
      assert.ok(sample, `there is no sample call of ${name}: write one in samples.ts`);
      const seen: Exchange[] = [];
      for (const caller of callers) {
        const answer = await exchange(method, sample, caller);
        const expected = expectedStatus(sample, caller);
        assert.equal(answer.status, expected, `${caller.name}: ${answer.text}`);
        if (answer.status === 200) {
          assert.equal(answer.headers.get('content-type'), `${content}; charset=utf-8`, caller.name);
          if (content === 'application/json') JSON.parse(answer.text);
          // A library's script, the same for everybody, is no place where anything is shown to somebody.
          if (content !== 'text/javascript')
            successes.set(caller.name, (successes.get(caller.name) ?? '') + answer.text);
        } else if (answer.status === 204 && sample.empty) assert.equal(answer.text, '');
        else checkRefusal(answer, sample);
        await sample.after?.(make);
        seen.push(answer);
      }
      await noteTokenKeys();
      const secrets = { ingestNames, tokenKeys, credentials: await credentials() };
      checkSecrecy(seen, world.home, secrets);
    });
  }
});

describe('HEAD asks for what GET asks for, and says nothing', () => {
  for (const { path, name } of routes.filter(({ method }) => method === 'GET')) {
    test(`HEAD ${path}`, async () => {
      const sample = SAMPLES[name]!;
      for (const caller of callers) {
        const { status, text } = await exchange('HEAD', sample, caller);
        assert.deepEqual([status, text], [expectedStatus(sample, caller), ''], caller.name);
      }
    });
  }
});

test('a preflight is answered for every path without a credential, and nothing happens', async () => {
  const before = await world.running.call('GET', '/stream', { apiKey: world.home.apiKey });
  for (const { method, path } of routes) {
    const response = await fetch(world.running.url + path.replaceAll(/:\w+/g, 'x'), {
      method: 'OPTIONS',
      headers: { Origin: 'https://player.example', 'Access-Control-Request-Method': method },
    });
    assert.deepEqual([response.status, await response.text()], [204, ''], `${method} ${path}`);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.equal(response.headers.get('access-control-allow-credentials'), null);
  }
  const after = await world.running.call('GET', '/stream', { apiKey: world.home.apiKey });
  assert.equal(after.headers.get('x-total-count'), before.headers.get('x-total-count'));
});

test('no dead credential can be told from another by its answer', async () => {
  const bodies = new Set<string>();
  for (const caller of callers.filter(({ kind }) => kind === 'dead')) {
    const { text } = await exchange('GET', ORGANISATION, caller);
    bodies.add(text.replace(/"requestId":"[^"]*"/, ''));
  }
  assert.equal(bodies.size, 1);
});

test('the secrets that were looked for are real: whoever may see them was shown them', () => {
  const shown = (secrets: Iterable<string>) =>
    ['administrator', 'operator', 'observer'].filter((name) =>
      [...secrets].some((secret) => successes.get(name)?.includes(secret)),
    );
  assert.deepEqual(shown(ingestNames), ['administrator', 'operator']);
  assert.deepEqual(shown([world.home.apiKey]), ['administrator']);
  assert.deepEqual(shown(tokenKeys), ['administrator']);
  assert.deepEqual(shown([world.home.playerKey]), ['administrator', 'operator', 'observer']);
});
