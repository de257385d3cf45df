import type { Running, Tenant } from '../harness.ts';
import { addUser } from '../store/fixtures.ts';
import { ok } from './helpers.ts';

type Listed = { email: string } & Record<string, unknown>;

export const emails = (users: readonly { email: string }[]): string[] => users.map(({ email }) => email);

export const get = (running: Running, { admin }: Tenant, query: string) =>
  running.call('GET', `/user${query}`, { token: admin.token });

const PEOPLE = [
  { email: 'Ada@Example.test', name: 'Ada Lovelace' },
  { email: 'ozlem@example.test', name: 'Özlem Özdemir' },
  { email: 'percent%sign@example.test' },
  { email: 'under_score@example.test', role: 'nanoReadOnly' },
  { email: 'wow!@example.test' },
  { email: 'zoe@example.test', name: 'Zoë', role: 'nanoReadOnly' },
];

let fills = 0;

/** Six people whose names and addresses are not easy, or that many who are. */
export async function fill({ app }: Running, { id }: Tenant, crowd = 0): Promise<void> {
  const run = ++fills;
  const people = Array.from({ length: crowd }, (_, i) => ({ email: `Person${i}@example.test`, name: `Number ${i}` }));
  await app.store.transaction(async (tx) => {
    for (const [i, person] of (crowd === 0 ? PEOPLE : people).entries()) {
      const seen = i % 3 === 0 ? null : 1_700_000_000_000 + ((i * 7) % 11) * 1_000;
      // Here alone one address may be in many organisations: this way each test has people of the same names.
      const email_key = `${run} ${person.email.toLowerCase()}`;
      const at = 1_700_000_000_000 + ((i * 5) % 7);
      await addUser(tx, { organisation_id: id, email_key, created_at: at, last_seen_at: seen, ...person });
    }
  });
}

/** All users of a list that is read to its end. */
export async function everyPage(running: Running, tenant: Tenant, query: string): Promise<Listed[]> {
  const seen: Listed[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await get(running, tenant, `?${query}${cursor && `&cursor=${cursor}`}`);
    seen.push(...ok(page));
    if (page.headers.get('x-total-count') !== '9') throw new Error(`of ${page.headers.get('x-total-count')}`);
    cursor = page.headers.get('x-next-cursor');
  }
  return seen;
}
