import { rightsOf } from '../capabilities.ts';
import { ApiError } from '../errors.ts';
import { findRole, type OrganisationRole, ROLES, storedCapabilities } from '../roles.ts';
import type { RoleTable } from './schema.ts';
import { readerOf, type Scope, type ScopedTx } from './scope.ts';
import type { Reader, Tx } from './store.ts';
import { lockRow } from './tx.ts';
import { renewedTokenKey } from './user.ts';

const unknownRole = () => new ApiError('invalid', { parameter: 'permission', reason: 'There is no such role' });

function fromRow({ name, description, audiences, capabilities: stored }: RoleTable): OrganisationRole {
  const capabilities = storedCapabilities(stored);
  const rights = rightsOf(capabilities);
  return {
    name,
    description,
    accessLevel: 'Custom',
    audiences: JSON.parse(audiences) as string[],
    capabilities,
    rights,
  };
}

const rolesOf = (db: Reader, organisation: string) =>
  db.selectFrom('role').selectAll().where('organisation_id', '=', organisation);

/** A role of the caller's organisation by its exact name: predefined or its own. */
export async function findRoleOf(scope: Scope, name: string): Promise<OrganisationRole | undefined> {
  const predefined = findRole(name);
  if (predefined) return predefined;
  const row = await rolesOf(readerOf(scope), scope.organisation).where('name', '=', name).executeTakeFirst();
  return row && fromRow(row);
}

/** Every role there is to give: the predefined ones, then the organisation's own by name. */
export async function listRoles(scope: Scope): Promise<OrganisationRole[]> {
  const own = await rolesOf(readerOf(scope), scope.organisation).orderBy('name').execute();
  return [...ROLES, ...own.map(fromRow)];
}

/**
 * The same inside a transaction, and the role stays as it is until that ends. Every path that gives a role to a user, a
 * token or an invitation takes it from here. @throws ApiError invalid when there is no such role
 */
export async function holdRole(tx: Tx, organisation: string, name: string): Promise<OrganisationRole> {
  const predefined = findRole(name);
  if (predefined) return predefined;
  const query = rolesOf(tx.db, organisation).where('name', '=', name);
  const row = await (tx.engine === 'postgres' ? query.forShare() : query).executeTakeFirst();
  if (!row) throw unknownRole();
  return fromRow(row);
}

/**
 * One of the organisation's own roles, held for change. Users come before roles wherever both are held, so this waits
 * for nobody who waits for it. @throws ApiError notFound
 */
export async function holdOwnRole(tx: ScopedTx, name: string): Promise<OrganisationRole> {
  const query = rolesOf(tx.db, tx.organisation).where('name', '=', name);
  const row = await (tx.engine === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new ApiError('notFound', { reason: 'There is no such role of your own' });
  return fromRow(row);
}

const valuesOf = ({ description, audiences, capabilities }: OrganisationRole) => ({
  description,
  audiences: JSON.stringify(audiences),
  capabilities: JSON.stringify(capabilities),
});

/** @throws ApiError notUnique when the organisation has a role of this name, in any case */
export async function insertRole(tx: ScopedTx, role: OrganisationRole): Promise<void> {
  await lockRow(tx, 'organisation', tx.organisation);
  const names = await tx.db.selectFrom('role').select('name').where('organisation_id', '=', tx.organisation).execute();
  refuseDuplicate(names, role.name);
  await tx.db
    .insertInto('role')
    .values({
      ...valuesOf(role),
      organisation_id: tx.organisation,
      name: role.name,
      created_at: tx.at,
      updated_at: tx.at,
    })
    .execute();
}

/** Names that differ in case alone would be taken for each other. @throws ApiError notUnique */
export function refuseDuplicate(existing: readonly { name: string }[], name: string): void {
  if (existing.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw new ApiError('notUnique', { duplicated_parameter: 'name' });
}

/**
 * Ends every token that acts under a role, its users' by a new tokenKey and those narrowed to it by revoking them. Gives
 * how many users there are. Call before the role itself is held.
 */
export async function endTokensOf(tx: ScopedTx, name: string): Promise<number> {
  await lockRow(tx, 'organisation', tx.organisation);
  await tx.db
    .updateTable('token')
    .set({ revoked_at: tx.at })
    .where('organisation_id', '=', tx.organisation)
    .where('narrowed_to', '=', name)
    .where('revoked_at', 'is', null)
    .execute();
  const { numUpdatedRows } = await tx.db
    .updateTable('user')
    .set(renewedTokenKey())
    .where('organisation_id', '=', tx.organisation)
    .where('role', '=', name)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export async function updateRole(tx: ScopedTx, role: OrganisationRole): Promise<void> {
  await tx.db
    .updateTable('role')
    .set({ ...valuesOf(role), updated_at: tx.at })
    .where('organisation_id', '=', tx.organisation)
    .where('name', '=', role.name)
    .execute();
}

/** Deletes a role that nobody has. Call with the role held for change. @throws ApiError conflict role-in-use */
export async function deleteRole(tx: ScopedTx, name: string): Promise<void> {
  const { organisation, at } = tx;
  const users = tx.db.selectFrom('user').where('organisation_id', '=', organisation).where('role', '=', name);
  const tokens = tx.db
    .selectFrom('token')
    .innerJoin('user', (join) =>
      join.onRef('user.id', '=', 'token.user_id').onRef('user.token_key', '=', 'token.token_key'),
    )
    .where('token.organisation_id', '=', organisation)
    .where('token.narrowed_to', '=', name)
    .where('token.revoked_at', 'is', null)
    .where('token.expires_at', '>', at);
  const invitations = tx.db
    .selectFrom('invitation')
    .where('organisation_id', '=', organisation)
    .where('role', '=', name)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at);
  const inUse = {
    tokens: (await tokens.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n,
    invitations: (await invitations.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n,
    // Last: an invitation that is accepted in between is a user by the time it is open no longer.
    users: (await users.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n,
  };
  if (inUse.users + inUse.tokens + inUse.invitations > 0)
    throw new ApiError('conflict', { reason: 'role-in-use', ...inUse });
  await tx.db.deleteFrom('role').where('organisation_id', '=', organisation).where('name', '=', name).execute();
}
