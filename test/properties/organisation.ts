import assert from 'node:assert/strict';
import { CAPABILITIES } from '../../src/capabilities.ts';
import { isAssignable } from '../../src/roles.ts';
import { type Answer, PASSWORD, type Person, type Running, type Tenant } from '../harness.ts';

export const ASSIGNABLE: readonly string[] = CAPABILITIES.map(({ id }) => id).filter(isAssignable);

let count = 0;
export const unique = (word: string): string => `${word}-${++count}`;

const done = (answer: Answer) => {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};

/** What whoever presents this may do at this moment; nothing when it is dead. */
export async function capabilitiesOf({ call }: Running, headers: Record<string, string>): Promise<string[]> {
  const answer = await call('GET', '/user/me', { headers });
  // Who may not even see the own organisation is known and holds less than is asked for here.
  if (answer.status === 401 || answer.status === 403) return [];
  return done(answer).capabilities;
}

export const bearing = (token: string): Record<string, string> => ({ 'X-BINTU-TOKEN': token });

/** A role of the organisation's own, made by its administrator. */
export async function makeRole({ call }: Running, { admin }: Tenant, capabilities: readonly string[]): Promise<string> {
  const name = unique('role');
  done(await call('POST', `/permission/${name}`, { token: admin.token, body: { description: '', capabilities } }));
  return name;
}

/** Somebody in this role, with a token of the administrator's making. */
export async function joinAs({ call }: Running, { admin, join }: Tenant, permission: string): Promise<Person> {
  const person = await join('nanoReadOnly');
  done(await call('PUT', '/user/permission', { token: admin.token, body: { id: person.id, permission } }));
  const { data } = done(
    await call('POST', '/bintu/token', { token: admin.token, body: { userId: person.id, name: 'A token' } }),
  );
  return { ...person, token: data.token, tokenId: data.id };
}

/** The token that signing in gives, or null where it is refused. */
export async function signIn({ call }: Running, email: string, password = PASSWORD): Promise<string | null> {
  const { status, body } = await call('POST', '/user/validate', { body: { email, password } });
  return status === 200 ? body.token : null;
}
