import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EVENT_STREAM } from '../../src/http/route.ts';
import { allRoutes } from '../../src/http/routes/index.ts';
import { type Running, start, type Tenant } from '../harness.ts';
import { HOLDERS } from '../house/table.ts';
import { type Make, maker } from './make.ts';
import { SAMPLES } from './samples.ts';

/**
 * The usage report tells for each route which fields a smaller role would miss, by what the route says of itself: here
 * that is compared with what the roles really get.
 */
let running: Running;
let home: Tenant;
let make: Make;
before(async () => {
  running = await start();
  home = await running.tenant();
  make = maker({ running, home, foreign: home }, new Set());
  await make.stream();
});
after(() => running[Symbol.asyncDispose]());

/** The names of all fields there are, at any depth, with where they stand. */
function fieldsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => fieldsOf(one, at));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, inner]) => [`${at}.${name}`, ...fieldsOf(inner, `${at}.${name}`)]);
}

/** Answers a key with no user at all: it has no fields to miss. */
const ABOUT_ONESELF = 'getOwnUser';
const PEOPLE = { A: 'admin', U: 'user', R: 'observer' } as const;

for (const { name, method, path, access, content, shows = [] } of allRoutes(() => ({}))) {
  // What has no end has no fields that are always there.
  if (content === EVENT_STREAM || method !== 'GET' || !('capability' in access) || name === ABOUT_ONESELF) continue;
  test(`${method} ${path} says which fields a smaller role would miss`, async () => {
    const { path: target } = await SAMPLES[name]!.call(make);
    const get = async (letter: keyof typeof PEOPLE) => {
      const { status, body } = await running.call('GET', target, { token: home[PEOPLE[letter]].token });
      return status === 200 ? new Set(fieldsOf(body)) : null;
    };
    const all = await get('A');
    for (const letter of ['U', 'R'] as const) {
      const fields = await get(letter);
      if (!all || !fields) continue;
      const missed = [...all].filter((field) => !fields.has(field));
      const undisclosed = shows.filter((id) => !HOLDERS[id]!.includes(letter));
      assert.equal(
        missed.length > 0,
        undisclosed.length > 0,
        `${letter} misses ${missed}; the route names ${undisclosed}`,
      );
    }
  });
}
