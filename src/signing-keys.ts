import { NO_RIGHTS } from './capabilities.ts';
import type { Config, ConfigSecrets } from './config.ts';
import { checkSecrets } from './first-run.ts';
import { newSigningKey } from './playback-tokens.ts';
import type { Principal } from './principal.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { recordAudit } from './store/audit.ts';
import { openStore, storageOf } from './store/open.ts';
import { listOrganisations } from './store/organisation.ts';
import { listKeys, rotateKey } from './store/signing-key.ts';
import type { Store } from './store/store.ts';

/** Where an installation keeps what it keeps. */
interface Installation {
  config: Config;
  secrets: ConfigSecrets;
}

/** A key of the installation that signs playback tokens, or has. Times are ISO 8601. */
export interface SigningKey {
  kid: string;
  createdAt: string;
  retiredAt: string | null;
  /** When the last token that it signed expires; null when there is none. */
  tokensUntil: string | null;
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

const operator = (organisation: string): Principal => ({
  kind: 'system',
  id: 'local',
  email: null,
  organisation,
  role: null,
  rights: NO_RIGHTS,
  credential: { type: 'local', id: 'local' },
});

async function withStore<T>(
  { config, secrets: configSecrets }: Installation,
  work: (store: Store, secrets: Secrets) => Promise<T>,
): Promise<T> {
  const secrets = await loadSecrets(config.data);
  await using store = await openStore({ storage: storageOf(config, configSecrets) });
  // A key that is encrypted with other secrets than the server's could sign nothing.
  await checkSecrets({ config, store, secrets });
  return await work(store, secrets);
}

/** Every key there is, the one that signs first. */
export const signingKeys = (installation: Installation): Promise<SigningKey[]> =>
  withStore(installation, async (store) => {
    const keys = await listKeys(store.db);
    return keys.map(({ kid, created_at, retired_at, last_expiry }) => ({
      kid,
      createdAt: new Date(created_at).toISOString(),
      retiredAt: iso(retired_at),
      tokensUntil: iso(last_expiry),
    }));
  });

/**
 * Lets a new key sign playback tokens from this moment, beside a running server too. What was signed before holds on.
 * It concerns every organisation, so it is in the audit log of each.
 */
export const rotateSigningKey = (installation: Installation): Promise<{ kid: string; retired: string | null }> =>
  withStore(installation, (store, secrets) =>
    store.transaction(async (tx) => {
      const at = Date.now();
      const { kid, retired } = await rotateKey(tx, newSigningKey(secrets), at);
      for (const { id } of await listOrganisations(tx.db, Number.MAX_SAFE_INTEGER)) {
        const event = { action: 'rotateSigningKey', target: { type: 'key', id: kid }, outcome: 'allowed' } as const;
        const origin = { ip: null, requestId: null };
        await recordAudit(tx, { ...event, principal: operator(id), origin, detail: { retired } }, at);
      }
      return { kid, retired };
    }),
  );
