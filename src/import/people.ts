import { emailKey, keysOf } from '../store/address.ts';
import { newId } from '../store/ids.ts';
import { findKeyByHash, insertUsers, kindsOfKeys, knownAddresses, recordImported, tagIds } from '../store/import.ts';
import { insertKey } from '../store/key.ts';
import type { UserTable } from '../store/schema.ts';
import type { Tx } from '../store/store.ts';
import { newTokenKey } from '../store/user.ts';
import type { Context, Outcome } from './context.ts';
import type { Refused } from './refused.ts';
import type { KeyRow, UserRow } from './rows.ts';
import type { SourceRow } from './sources.ts';

/** [doc] Whoever was there before there were roles keeps every right. */
const ROLE = 'nanoAdmin';

const refusedRow = ({ file, number, kind, label }: SourceRow, reason: string): Refused => ({
  file,
  number,
  kind,
  label,
  reason,
});

const userRow = (row: UserRow, { organisation, at }: Context): UserTable => ({
  id: newId(),
  organisation_id: organisation.id,
  email: row.email,
  email_key: emailKey(row.email),
  name: row.name,
  password_hash: row.passwordHash,
  role: ROLE,
  token_key: newTokenKey(),
  token_key_at: null,
  created_at: row.createdAt ?? at,
  last_seen_at: null,
});

type Of<T> = readonly { source: SourceRow; row: T }[];

async function applyUsers(tx: Tx, context: Context, users: Of<UserRow>): Promise<Partial<Outcome>> {
  const known = await knownAddresses(
    tx,
    users.flatMap(({ row }) => keysOf(row.email, context.organisation.id)),
  );
  const taken = new Map(known.map((row) => [row.email_key, row.organisation_id]));
  const rows: UserTable[] = [];
  const refused: Refused[] = [];
  let unchanged = 0;
  for (const { source, row } of users) {
    const [key, waiting] = keysOf(row.email, context.organisation.id);
    const owner = taken.get(waiting) ?? taken.get(key);
    if (owner === context.organisation.id) unchanged++;
    else if (owner !== undefined)
      refused.push(refusedRow(source, 'the address belongs to a user of another organisation'));
    else {
      rows.push(userRow(row, context));
      taken.set(key, context.organisation.id);
    }
  }
  await insertUsers(tx, rows);
  // One row each: who has access to what is read from the audit log.
  const things = rows.map(({ id, email }) => ({
    target: { type: 'user', id } as const,
    detail: { email, permission: ROLE },
  }));
  await recordImported(tx, { ...context, action: 'importUser' }, things);
  const withoutPassword = rows.filter(({ password_hash }) => password_hash === null).length;
  return { refused, unchanged, imported: { user: rows.length }, withoutPassword };
}

/** Why a key cannot be taken; `unchanged` when the organisation has it already, null when it can. */
async function keyProblem(tx: Tx, { secrets, organisation }: Context, { kind, key }: KeyRow): Promise<string | null> {
  const known = await findKeyByHash(tx.db, secrets.fingerprint(key));
  if (known?.organisation_id === organisation.id && known.kind === kind) return 'unchanged';
  if (known) return 'this key is in use already';
  return (await kindsOfKeys(tx.db, organisation.id, false)).includes(kind)
    ? `the organisation has another ${kind} key`
    : null;
}

async function applyKeys(tx: Tx, context: Context, keys: Of<KeyRow>): Promise<Partial<Outcome>> {
  const refused: Refused[] = [];
  let [unchanged, made] = [0, 0];
  for (const { source, row } of keys) {
    const problem = await keyProblem(tx, context, row);
    if (problem === 'unchanged') unchanged++;
    else if (problem !== null) refused.push(refusedRow(source, problem));
    else {
      const facts = { organisation: context.organisation.id, kind: row.kind, text: row.key };
      const key = await insertKey(tx, context.secrets, facts, row.createdAt ?? context.at);
      const target = { type: 'key', id: key.id } as const;
      await recordImported(tx, { ...context, action: 'importKey' }, [{ target, detail: { kind: row.kind } }]);
      made++;
    }
  }
  return { refused, unchanged, imported: { key: made } };
}

async function applyTags(tx: Tx, context: Context, names: readonly string[]): Promise<Partial<Outcome>> {
  const { made } = await tagIds(tx, { organisation: context.organisation.id, at: context.at }, names);
  if (made > 0) {
    const target = { type: 'organisation', id: context.organisation.id } as const;
    await recordImported(tx, { ...context, action: 'importTags' }, [{ target, detail: { tags: made } }]);
  }
  return { unchanged: names.length - made, imported: { tag: made } };
}

const rowsOf = <K extends 'user' | 'key' | 'tag'>(batch: readonly SourceRow[], of: K) =>
  batch.flatMap((source) =>
    source.row?.of === of ? [{ source, row: source.row as Extract<NonNullable<SourceRow['row']>, { of: K }> }] : [],
  );

/** Everything of a batch that is no stream; an organisation's own row was taken before. */
export async function applyPeople(tx: Tx, context: Context, batch: readonly SourceRow[]): Promise<Outcome> {
  const outcomes = [
    await applyUsers(tx, context, rowsOf(batch, 'user')),
    await applyKeys(tx, context, rowsOf(batch, 'key')),
    await applyTags(
      tx,
      context,
      rowsOf(batch, 'tag').map(({ row }) => row.name),
    ),
  ];
  const wrong = batch.flatMap((source) => {
    const second = source.row?.of === 'organisation' && !isOwn(source.row, context);
    const problem = second ? 'an import takes one organisation' : source.problem;
    return problem === null ? [] : [refusedRow(source, problem)];
  });
  return {
    imported: Object.assign({}, ...outcomes.map(({ imported }) => imported)),
    unchanged: outcomes.reduce((sum, { unchanged = 0 }) => sum + unchanged, 0),
    refused: [...wrong, ...outcomes.flatMap(({ refused = [] }) => refused)].sort((a, b) => a.number - b.number),
    newIds: 0,
    withoutPassword: outcomes[0]!.withoutPassword ?? 0,
  };
}

const isOwn = (row: { name: string; hash: string | null }, { organisation }: Context): boolean =>
  row.hash === null ? row.name === organisation.name : row.hash === organisation.hash;
