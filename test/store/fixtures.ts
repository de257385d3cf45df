import { newId } from '../../src/store/ids.ts';
import type {
  AuditTable,
  KeyTable,
  OrganisationTable,
  StreamTable,
  TokenTable,
  UserTable,
} from '../../src/store/schema.ts';
import type { Store, Tx } from '../../src/store/store.ts';

/** Rows that are valid as they are, put straight into the tables; a test names only what it is about. */

let counter = 0;
const next = (): number => ++counter;

const insert =
  <T extends 'organisation' | 'key' | 'user' | 'token' | 'stream' | 'audit', R>(table: T) =>
  async (on: Store | Tx, row: R): Promise<R> => {
    const put = async (tx: Tx) =>
      void (await tx.db
        .insertInto(table)
        .values(row as never)
        .execute());
    await ('transaction' in on ? on.transaction(put) : put(on));
    return row;
  };

export const addOrganisation = (on: Store | Tx, row: Partial<OrganisationTable> = {}): Promise<OrganisationTable> =>
  insert<'organisation', OrganisationTable>('organisation')(on, {
    id: newId(),
    name: 'Acme',
    hash: String(next()).padStart(5, '0'),
    settings: '{}',
    created_at: 1_700_000_000_000,
    webhook_cipher: null,
    webhook_secret_cipher: null,
    guardian_epoch: 0,
    ...row,
  });

export const addKey = (on: Store | Tx, row: Partial<KeyTable> & { organisation_id: string }): Promise<KeyTable> =>
  insert<'key', KeyTable>('key')(on, {
    id: newId(),
    kind: 'api',
    key_hash: `key-${next()}`,
    key_cipher: '',
    created_at: 1_700_000_000_000,
    disabled_at: 1_700_000_000_001,
    last_used_at: null,
    last_used_ip: null,
    ...row,
  });

export const addUser = (on: Store | Tx, row: Partial<UserTable> & { organisation_id: string }): Promise<UserTable> => {
  const email = row.email ?? `user${next()}@example.com`;
  return insert<'user', UserTable>('user')(on, {
    id: newId(),
    email,
    email_key: email.toLowerCase(),
    name: null,
    password_hash: null,
    role: 'nanoUser',
    token_key: 'abcdefg',
    token_key_at: null,
    created_at: 1_700_000_000_000,
    last_seen_at: null,
    ...row,
  });
};

export const addToken = (on: Store | Tx, user: UserTable, row: Partial<TokenTable> = {}): Promise<TokenTable> =>
  insert<'token', TokenTable>('token')(on, {
    id: newId(),
    organisation_id: user.organisation_id,
    user_id: user.id,
    token_hash: `hash-${next()}`,
    kind: 'api',
    name: 'A token',
    token_key: user.token_key,
    narrowed_to: null,
    allowed_ips: null,
    created_at: 1_700_000_000_000,
    created_by: user.id,
    expires_at: 4_000_000_000_000,
    revoked_at: null,
    last_used_at: null,
    last_used_ip: null,
    ...row,
  });

export const addStream = (on: Store | Tx, row: Partial<StreamTable> & { organisation_id: string }) => {
  const id = newId();
  return insert<'stream', StreamTable>('stream')(on, {
    id,
    streamgroup: newId(),
    type: 'live',
    ingest_hash: `ingest-${id}`,
    ingest_cipher: null,
    push_cipher: null,
    playout_name: `playout-${id}`,
    locked: 0,
    epoch: 0,
    live_session: null,
    first_live_at: null,
    created_at: 1_700_000_000_000,
    updated_at: 1_700_000_000_000,
    ...row,
  });
};

export const addAudit = (on: Store | Tx, row: Partial<AuditTable> & { organisation_id: string }) =>
  insert<'audit', AuditTable>('audit')(on, {
    id: newId(),
    at: 1_700_000_000_000,
    actor_type: 'user',
    actor_id: 'someone',
    actor_email: null,
    credential_type: 'token',
    credential_id: 'one',
    ip: null,
    action: 'stream:lock',
    target_type: 'stream',
    target_id: null,
    outcome: 'allowed',
    count: 1,
    detail: '{}',
    request_id: null,
    ...row,
  });
