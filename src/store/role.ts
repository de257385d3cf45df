import { rightsOf } from '../capabilities.ts';
import { ApiError } from '../errors.ts';
import { findRole, type OrganisationRole, storedCapabilities } from '../roles.ts';
import type { RoleTable } from './schema.ts';
import { readerOf, type Scope } from './scope.ts';
import type { Reader, Tx } from './store.ts';

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

const ownRole = (db: Reader, organisation: string, name: string) =>
  db.selectFrom('role').selectAll().where('organisation_id', '=', organisation).where('name', '=', name);

/** A role of the caller's organisation by its exact name: predefined or its own. */
export async function findRoleOf(scope: Scope, name: string): Promise<OrganisationRole | undefined> {
  const predefined = findRole(name);
  if (predefined) return predefined;
  const row = await ownRole(readerOf(scope), scope.organisation, name).executeTakeFirst();
  return row && fromRow(row);
}

/**
 * The same inside a transaction, and the role stays as it is until that ends. Every path that gives a role to a user, a
 * token or an invitation takes it from here. @throws ApiError invalid when there is no such role
 */
export async function holdRole(tx: Tx, organisation: string, name: string): Promise<OrganisationRole> {
  const predefined = findRole(name);
  if (predefined) return predefined;
  const query = ownRole(tx.db, organisation, name);
  const row = await (tx.engine === 'postgres' ? query.forShare() : query).executeTakeFirst();
  if (!row) throw unknownRole();
  return fromRow(row);
}
