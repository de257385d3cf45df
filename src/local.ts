import { authorize, explain } from './authorize.ts';
import { type CapabilityId, capability } from './capabilities.ts';
import type { Config, ConfigSecrets } from './config.ts';
import { ApiError } from './errors.ts';
import { checkNewPassword, hashPassword } from './passwords.ts';
import type { Principal } from './principal.ts';
import { findRole, rightsOfRole } from './roles.ts';
import { loadSecrets } from './secrets.ts';
import { openStore, storageOf } from './store/open.ts';
import { insertOrganisation, listOrganisations } from './store/organisation.ts';
import type { UserTable } from './store/schema.ts';
import { bindScope, change } from './store/scope.ts';
import { holdUser, insertUser, keepAnAdmin, listUsers, newTokenKey, updateUser } from './store/user.ts';

export interface LocalUser {
  id: string;
  email: string;
  permission: string;
  status: 'active' | 'pending';
}

/** What whoever owns the machine may do without a token. Every change is audited as done by `local`. */
export interface Local extends AsyncDisposable {
  addUser(user: { email: string; password: string; permission: string }): Promise<LocalUser>;
  /** Also renews the tokenKey: whoever had the old password or a token is out. */
  setPassword(user: { email: string; password: string }): Promise<LocalUser>;
  listUsers(): Promise<LocalUser[]>;
  setRole(user: { email: string; permission: string }): Promise<LocalUser>;
}

const view = ({ id, email, role, password_hash }: UserTable): LocalUser => ({
  id,
  email,
  permission: role,
  status: password_hash === null ? 'pending' : 'active',
});

/** A named principal with the administrator's rights in one organisation, and not beyond. */
const operator = (organisation: string): Principal => ({
  kind: 'system',
  id: 'local',
  email: null,
  organisation,
  role: null,
  rights: rightsOfRole('nanoAdmin'),
  credential: { type: 'local', id: 'local' },
});

function knownRole(name: string): string {
  if (findRole(name)) return name;
  throw new ApiError('invalid', { parameter: 'permission', reason: 'There is no such role' });
}

/**
 * Opens the data folder directly. Works while the server runs: the database takes turns.
 * @throws ApiError conflict when there is more than one organisation
 */
export async function openLocal(config: Config, configSecrets: ConfigSecrets): Promise<Local> {
  const secrets = await loadSecrets(config.data);
  const store = await openStore({ storage: storageOf(config, configSecrets) });
  const [first, second] = await listOrganisations(store.db, 2);
  if (second) {
    await store[Symbol.asyncDispose]();
    throw new ApiError('conflict', {
      reason: 'There is more than one organisation here: use the API with a token of the right one',
    });
  }
  const organisation =
    first ?? (await store.transaction((tx) => insertOrganisation(tx, secrets, 'My organisation', Date.now())));

  const scope = (id: CapabilityId, action: string) => {
    const decision = authorize(operator(organisation.id), capability(id));
    if (!decision.allowed) throw explain(decision);
    return bindScope(store, decision, action, { ip: null, requestId: null });
  };
  return {
    listUsers: async () => (await listUsers(scope('user:read', 'listUsers'))).map(view),
    async addUser({ email, password, permission }) {
      checkNewPassword(password);
      const role = knownRole(permission);
      const passwordHash = await hashPassword(password);
      return change(scope('user:create', 'createUser'), async (tx) => {
        const user = await insertUser(
          tx,
          { organisation: tx.organisation, email, name: null, role, passwordHash },
          tx.at,
        );
        return { result: view(user), target: { type: 'user', id: user.id }, detail: { email, permission: role } };
      });
    },
    async setPassword({ email, password }) {
      checkNewPassword(password);
      const passwordHash = await hashPassword(password);
      return change(scope('user:edit', 'setPassword'), async (tx) => {
        const user = await holdUser(tx, { email });
        const after = await updateUser(tx, user.id, { password_hash: passwordHash, token_key: newTokenKey() });
        return {
          result: view(after),
          target: { type: 'user', id: user.id },
          detail: { by: 'local', email: user.email },
        };
      });
    },
    setRole: ({ email, permission }) =>
      change(scope('user:edit', 'setUserPermission'), async (tx) => {
        const role = knownRole(permission);
        const user = await holdUser(tx, { email });
        if (role !== user.role) await keepAnAdmin(tx, user);
        const after = await updateUser(tx, user.id, { role, token_key: newTokenKey() });
        return {
          result: view(after),
          target: { type: 'user', id: user.id },
          detail: { email: user.email, from: user.role, to: role },
        };
      }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
