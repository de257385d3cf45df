import { authorize, explain } from './authorize.ts';
import { type CapabilityId, capability } from './capabilities.ts';
import type { Config, ConfigSecrets } from './config.ts';
import { ApiError } from './errors.ts';
import { checkNewPassword, hashPassword } from './people/passwords.ts';
import type { Principal } from './principal.ts';
import { rightsOfRole } from './roles.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { findUserByEmail } from './store/address.ts';
import { recordAudit } from './store/audit.ts';
import { openStore, storageOf } from './store/open.ts';
import { insertOrganisation, listOrganisations } from './store/organisation.ts';
import { holdRole } from './store/role.ts';
import type { UserTable } from './store/schema.ts';
import { bindScope, change } from './store/scope.ts';
import type { Store } from './store/store.ts';
import {
  claimAddress,
  holdUser,
  insertUser,
  keepAnAdmin,
  renewedTokenKey,
  setUserPassword,
  updateUser,
} from './store/user.ts';
import { listUsers } from './store/user-list.ts';

export interface LocalUser {
  id: string;
  email: string;
  permission: string;
  status: 'active' | 'invited';
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
  status: password_hash === null ? 'invited' : 'active',
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

/** Not a request: it has no address and no id. */
const NOWHERE = { ip: null, requestId: null };

const foundOrganisation = (store: Store, secrets: Secrets): Promise<string> =>
  store.transaction(async (tx) => {
    // The server may be at its own first start.
    const [there] = await listOrganisations(tx.db, 1);
    if (there) return there.id;
    const at = Date.now();
    const { id, name } = await insertOrganisation(tx, secrets, 'My organisation', at);
    const event = { principal: operator(id), origin: NOWHERE, action: 'firstRun', outcome: 'allowed' } as const;
    await recordAudit(tx, { ...event, target: { type: 'organisation', id }, detail: { name } }, at);
    return id;
  });

const several = (): never => {
  throw new ApiError('conflict', {
    reason: 'There is more than one organisation here: use the API with a token of the right one',
  });
};

/**
 * Opens the data folder directly. Works while the server runs: the database takes turns. Where there is more than one
 * organisation, a user's address says which is meant; what names no user is a conflict.
 */
export async function openLocal(config: Config, configSecrets: ConfigSecrets): Promise<Local> {
  const secrets = await loadSecrets(config.data);
  const store = await openStore({ storage: storageOf(config, configSecrets) });
  const [first, second] = await listOrganisations(store.db, 2);
  let organisation = first?.id;
  // The first user makes it, and nobody else: where there is one, the server makes no administrator of its own.
  const found = async () => {
    organisation ??= await foundOrganisation(store, secrets);
  };
  const scope = (id: CapabilityId, action: string, within = second ? several() : organisation) => {
    if (within === undefined) throw new ApiError('notFound', { reason: 'There are no users here yet' });
    const decision = authorize(operator(within), capability(id));
    if (!decision.allowed) throw explain(decision);
    return bindScope(store, decision, action, NOWHERE);
  };
  const scopeOf = async (email: string, action: string) => {
    if (!second) return scope('user:edit', action);
    const user = await findUserByEmail(store.db, email);
    if (!user) throw new ApiError('notFound', { reason: 'There is no such user here' });
    return scope('user:edit', action, user.organisation_id);
  };
  return {
    listUsers: async () =>
      organisation === undefined ? [] : (await listUsers(scope('user:read', 'listUsers'))).map(view),
    async addUser({ email, password, permission }) {
      if (!/^[^\s@]+@[^\s@]+$/.test(email))
        throw new ApiError('invalid', { parameter: 'email', reason: 'This is not an e-mail address' });
      checkNewPassword(password);
      const passwordHash = await hashPassword(password);
      if (second) several();
      await found();
      return change(scope('user:create', 'createUser'), async (tx) => {
        const { name: role } = await holdRole(tx, tx.organisation, permission);
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
      return change(await scopeOf(email, 'setPassword'), async (tx) => {
        const user = await holdUser(tx, { email });
        const after = await claimAddress(tx, await setUserPassword(tx, user.id, passwordHash, true));
        return {
          result: view(after),
          target: { type: 'user', id: user.id },
          detail: { by: 'local', email: user.email },
        };
      });
    },
    setRole: async ({ email, permission }) =>
      change(await scopeOf(email, 'setUserPermission'), async (tx) => {
        const user = await holdUser(tx, { email });
        const { name: role } = await holdRole(tx, tx.organisation, permission);
        if (role !== user.role) await keepAnAdmin(tx, user);
        const after = await updateUser(tx, user.id, { role, ...renewedTokenKey() });
        return {
          result: view(after),
          target: { type: 'user', id: user.id },
          detail: { email: user.email, from: user.role, to: role },
        };
      }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
