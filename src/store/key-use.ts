import type { KeyUseTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';
import type { Tx } from './store.ts';

/** Stands for many clients or many addresses, and cannot be sent: what a client says of itself is cleaned. */
export const MANY = '\u0001';

/** Rows of one key that name an address, and rows that name a client only; above them there is one row per route. */
const MOST_ADDRESSES = 700;
const MOST_CLIENTS = 200;
/** As many more are merged at once, so that not every write merges again. */
const SLACK = 50;
/** Rows in one statement: PostgreSQL takes 65,535 values, SQLite 32,766. */
const CHUNK = 500;

const inOrder = (one: KeyUseTable, other: KeyUseTable): number =>
  [one.key_id, one.client, one.ip, one.route].join() < [other.key_id, other.client, other.ip, other.route].join()
    ? -1
    : 1;

/**
 * Adds uses to what is known of each key, client, address and route. `uses` names none of them twice. What a key's rows
 * may take is bounded: then the least frequent lose their address, and after that their client; never their route.
 */
export async function writeKeyUse(tx: Tx, uses: readonly KeyUseTable[]): Promise<void> {
  await add(tx, uses);
  for (const id of new Set(uses.map(({ key_id }) => key_id))) {
    await merge(tx, rowsOf(tx, id).where('ip', '<>', MANY), { most: MOST_ADDRESSES, into: { ip: MANY } });
    const clients = rowsOf(tx, id).where('ip', '=', MANY).where('client', '<>', MANY);
    await merge(tx, clients, { most: MOST_CLIENTS, into: { ip: MANY, client: MANY } });
  }
}

const rowsOf = ({ db }: Tx, keyId: string) => db.selectFrom('key_use').where('key_id', '=', keyId);

async function add({ db }: Tx, uses: readonly KeyUseTable[]): Promise<void> {
  // In one order everywhere, so that two who write at once do not wait for each other.
  const ordered = uses.toSorted(inOrder);
  for (let from = 0; from < ordered.length; from += CHUNK) {
    await db
      .insertInto('key_use')
      .values(ordered.slice(from, from + CHUNK))
      .onConflict((conflict) =>
        conflict.columns(['key_id', 'client', 'ip', 'route']).doUpdateSet((eb) => {
          const [first, last] = ['excluded.first_at', 'excluded.last_at'] as const;
          return {
            count: eb('key_use.count', '+', eb.ref('excluded.count')),
            first_at: eb
              .case()
              .when(first, '<', eb.ref('key_use.first_at'))
              .then(eb.ref(first))
              .else(eb.ref('key_use.first_at'))
              .end(),
            last_at: eb
              .case()
              .when(last, '>', eb.ref('key_use.last_at'))
              .then(eb.ref(last))
              .else(eb.ref('key_use.last_at'))
              .end(),
          };
        }),
      )
      .execute();
  }
}

async function merge(
  tx: Tx,
  rows: ReturnType<typeof rowsOf>,
  { most, into }: { most: number; into: Partial<KeyUseTable> },
): Promise<void> {
  const { n } = await rows.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow();
  if (n <= most) return;
  const rarest = await rows
    .selectAll()
    .orderBy('count')
    .orderBy('last_at')
    .limit(n - most + SLACK)
    .execute();
  const merged = new Map<string, KeyUseTable>();
  for (const row of rarest) {
    const { key_id, client, ip, route } = row;
    await tx.db
      .deleteFrom('key_use')
      .where('key_id', '=', key_id)
      .where('client', '=', client)
      .where('ip', '=', ip)
      .where('route', '=', route)
      .execute();
    addUse(merged, { ...row, ...into });
  }
  await add(tx, [...merged.values()]);
}

/** Every address from which a key came, with `MANY` for those that were forgotten. */
export async function addressesOf(tx: Tx, keyId: string): Promise<string[]> {
  const rows = await rowsOf(tx, keyId).select('ip').distinct().where('ip', '<>', '').execute();
  return rows.map(({ ip }) => ip);
}

/** Adds a use to those of the same key, client, address and route. */
export function addUse(uses: Map<string, KeyUseTable>, use: KeyUseTable): void {
  const place = `${use.key_id}\n${use.route}\n${use.ip}\n${use.client}`;
  const known = uses.get(place);
  if (known === undefined) {
    uses.set(place, use);
    return;
  }
  known.count += use.count;
  known.first_at = Math.min(known.first_at, use.first_at);
  known.last_at = Math.max(known.last_at, use.last_at);
}

/** Everything that is known of who uses this key of the organisation, the first to come first. */
export async function listKeyUse(scope: Scope, keyId: string): Promise<KeyUseTable[]> {
  const rows = await readerOf(scope)
    .selectFrom('key_use')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('organisation_id', '=', scope.organisation)
    .execute();
  return rows.toSorted((one, other) => one.first_at - other.first_at);
}
