import { DatabaseSync } from 'node:sqlite';
import { idAfter } from '../src/store/ids.ts';

export const USERS = 1_000;
export const ROWS = 1_000_000;
const YEAR_MS = 365 * 86_400_000;

let count = 0;
/** A UUID of version 7 made at `at`; ids made later sort later. */
const idAt = (at: number): string =>
  `${idAfter(at - 1).slice(0, 13)}-7${(++count % 4_096).toString(16).padStart(3, '0')}-8000-${count.toString(16).padStart(12, '0')}`;

/** Out of a thousand rows of an organisation's log. The rest is work with streams and tags. */
const SHARES: readonly [action: string, share: number][] = [
  ['signIn', 200],
  ['publish', 150],
  ['unpublish', 150],
  ['createToken', 20],
  ['revokeToken', 5],
  ['renewTokenKey', 5],
  ['setUserPermission', 10],
  ['editUser', 4],
  ['setPassword', 4],
  ['editPermission', 1],
  ['reviewAccess', 1],
];
const ROLES = ['nanoAdmin', 'nanoUser', 'nanoReadOnly', 'bench'];

function actionOf(row: number): string {
  let at = (row * 619) % 1_000;
  for (const [action, share] of SHARES) {
    if (at < share) return action;
    at -= share;
  }
  return 'setStreamTags';
}

interface Person {
  id: string;
  email: string;
  role: string;
}

/** What a row says of a person, and what it did to that person. */
function happen(action: string, row: number, person: Person, at: number): { target: string; detail: object } {
  const expiresAt = new Date(at + (action === 'signIn' ? 43_200_000 : (1 + (row % 90)) * 86_400_000)).toISOString();
  switch (action) {
    case 'signIn':
      return { target: idAt(at), detail: { kind: 'session', expiresAt } };
    case 'createToken': {
      const detail = { user: person.id, email: person.email, name: `Token ${row}`, permission: person.role, expiresAt };
      return { target: idAt(at), detail };
    }
    case 'setUserPermission': {
      const from = person.role;
      person.role = ROLES[row % ROLES.length]!;
      return { target: person.id, detail: { email: person.email, from, to: person.role } };
    }
    case 'editUser':
      return { target: person.id, detail: { from: person.email, to: person.email, nameChanged: true } };
    case 'setPassword':
      return { target: person.id, detail: { by: row % 2 ? 'user' : 'ticket' } };
    case 'editPermission':
      return { target: 'bench', detail: { description: '', audiences: ['bintu'], capabilities: ['stream:read'] } };
    case 'reviewAccess':
      return { target: person.id, detail: { at: new Date(at).toISOString(), all: false } };
    default:
      return { target: person.id, detail: { email: person.email } };
  }
}

/** A year of an organisation with a thousand people, straight into the tables. Gives when the year began. */
export function fillAccess(file: string): number {
  using database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  const { id: organisation } = database.prepare('select id from organisation').get() as { id: string };
  const end = Date.now();
  const start = end - YEAR_MS;
  const insert = (table: string, columns: string) =>
    database.prepare(`insert into ${table} (${columns}) values (${columns.replaceAll(/\w+/g, '?')})`);
  const audit = insert(
    'audit',
    'id, organisation_id, at, actor_type, actor_id, credential_type, credential_id, action, target_type, target_id, outcome, count, detail',
  );
  const token = insert(
    'token',
    'id, organisation_id, user_id, token_hash, kind, name, token_key, created_at, created_by, expires_at',
  );
  const people: Person[] = Array.from({ length: USERS }, (_, n) => {
    return { id: idAt(start), email: `user${n}@example.test`, role: ROLES[n % 3]! };
  });
  const user = insert('user', 'id, organisation_id, email, email_key, role, token_key, created_at');
  for (const { id, email, role } of people) user.run(id, organisation, email, email, role, 'bench00', start);
  for (let row = 0; row < ROWS; row++) {
    const at = start + Math.floor((row / ROWS) * YEAR_MS);
    const action = actionOf(row);
    const person = people[(row * 7 + Math.floor(row / 1_000) * 13) % USERS]!;
    const { target, detail } = happen(action, row, person, at);
    const values = [idAt(at), organisation, at, 'user', person.id, 'token', 'x', action, 'user', target, 'allowed', 1];
    audit.run(...values, JSON.stringify(detail));
    if (action !== 'signIn' && action !== 'createToken') continue;
    const { expiresAt, name = 'Sign-in' } = detail as { expiresAt: string; name?: string };
    const kind = action === 'signIn' ? 'session' : 'api';
    token.run(target, organisation, person.id, target, kind, name, 'bench00', at, person.id, Date.parse(expiresAt));
  }
  const role = database.prepare('update user set role = ? where id = ?');
  for (const person of people) role.run(person.role, person.id);
  const use = insert('capability_use', 'organisation_id, actor_id, capability, first_at, last_at');
  for (const { id } of people)
    for (const capability of ['stream:read', 'tag:read', 'token:own', 'stream:create', 'tag:edit'])
      use.run(organisation, id, capability, start, end);
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  return start;
}
