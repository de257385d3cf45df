import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NO_RIGHTS } from './capabilities.ts';
import { type Config, ConfigError } from './config.ts';
import type { ApiError } from './errors.ts';
import { checkNewPassword, hashPassword } from './people/passwords.ts';
import type { Principal } from './principal.ts';
import { randomReadable } from './random.ts';
import type { Secrets } from './secrets.ts';
import { recordAudit } from './store/audit.ts';
import { anyKeyCipher, countOrganisations, insertOrganisation } from './store/organisation.ts';
import type { Store } from './store/store.ts';
import { insertUser } from './store/user.ts';
import type { FirstAdmin } from './supervisor/supervisor-messages.ts';

const DEFAULT_EMAIL = 'admin@lockkeeper.local';
const ORGANISATION = 'My organisation';

const passwordFile = (folder: string) => path.join(folder, 'first-admin-password');

/** The job that makes the first organisation: named, with no rights of its own. */
const firstRun = (organisation: string): Principal => ({
  kind: 'system',
  id: 'first-run',
  email: null,
  organisation,
  role: null,
  rights: NO_RIGHTS,
  credential: { type: 'local', id: 'first-run' },
});

function checkGiven(password: string): void {
  try {
    checkNewPassword(password);
  } catch (error) {
    throw new ConfigError(`LOCKKEEPER_ADMIN_PASSWORD: ${(error as ApiError).userinfo?.['reason']}`);
  }
}

/**
 * With other secrets than its own no key of a database is found and every ingest name is another: encoders would be
 * refused, and nothing would say why.
 * @throws ConfigError
 */
export async function checkSecrets({ config, store, secrets }: Omit<FirstRunOptions, 'password'>): Promise<void> {
  const cipher = await anyKeyCipher(store.db);
  if (cipher === undefined) return;
  try {
    secrets.decrypt(cipher);
  } catch {
    const file = path.join(config.data, 'secrets.json');
    throw new ConfigError(
      `${file} does not belong to this database. Put the file there that the database was made with: its keys and ingest names can be read with no other.`,
    );
  }
}

interface FirstRunOptions {
  config: Config;
  /** Given by the operator, or null: then we make one up. */
  password: string | null;
  store: Store;
  secrets: Secrets;
}

/**
 * On an empty database: one organisation and one nanoAdmin. A password we made up goes to a file that only the owner
 * may read, before the user exists, so that no crash in between locks everybody out. Null when there was something.
 */
export async function createFirstAdmin({
  config,
  password,
  store,
  secrets,
}: FirstRunOptions): Promise<FirstAdmin | null> {
  if ((await countOrganisations(store.db)) > 0) return null;
  const email = config.adminEmail ?? DEFAULT_EMAIL;
  if (password !== null) checkGiven(password);
  const chosen = password ?? randomReadable(20);
  const file = password === null ? passwordFile(config.data) : null;
  if (file !== null) {
    await rm(file, { force: true });
    await writeFile(file, `${chosen}\n`, { mode: 0o600, flag: 'wx', flush: true });
  }
  const passwordHash = await hashPassword(chosen);
  const created = await store.transaction(async (tx) => {
    // Two nodes may start at once on one empty database.
    if ((await countOrganisations(tx.db)) > 0) return false;
    const at = Date.now();
    const organisation = await insertOrganisation(tx, secrets, ORGANISATION, at);
    const user = await insertUser(
      tx,
      { organisation: organisation.id, email, name: null, role: 'nanoAdmin', passwordHash },
      at,
    );
    const target = { type: 'user', id: user.id } as const;
    const principal = firstRun(organisation.id);
    const origin = { ip: null, requestId: null };
    await recordAudit(
      tx,
      { principal, origin, action: 'firstRun', target, outcome: 'allowed', detail: { email, permission: user.role } },
      at,
    );
    return true;
  });
  if (created) return { email, passwordFile: file };
  // The password of nobody: the other node's file has the one that counts.
  forgetFirstPassword(config.data);
  return null;
}

/** The made-up password has served: its file goes at the first sign-in. */
export function forgetFirstPassword(folder: string): void {
  void rm(passwordFile(folder), { force: true }).catch(() => {});
}
