import type { AuditDetail, AuditTarget, Origin } from '../audit.ts';
import { authorize, explain } from '../authorize.ts';
import { keyPrincipal, tokenPrincipal } from '../credentials.ts';
import { deadCredential } from '../errors.ts';
import type { Grant, Principal } from '../principal.ts';
import { recordAudit } from './audit.ts';
import { holdKey, holdToken } from './credential.ts';
import type { EngineName, Reader, Store, Tx } from './store.ts';

const STORE = Symbol('store');

/**
 * A store bound to a grant. Handlers hold this and never the database: the functions beside this file take the
 * organisation from it, so that a forgotten tenant filter cannot be expressed in a handler.
 */
export interface Scope {
  readonly grant: Grant;
  readonly organisation: string;
  readonly action: string;
  readonly origin: Origin;
  readonly [STORE]: Store;
}

export const bindScope = (store: Store, grant: Grant, action: string, origin: Origin): Scope => ({
  grant,
  organisation: grant.principal.organisation,
  action,
  origin,
  [STORE]: store,
});

/** For the functions of `store/` alone. */
export const readerOf = (scope: Scope): Reader => scope[STORE].db;
/** Reads that all see the same moment, by a connection of their own. */
export const snapshotOf = <T>(scope: Scope, work: (db: Reader) => Promise<T>): Promise<T> =>
  scope[STORE].snapshot(work);
export const engineOf = (scope: Scope): EngineName => scope[STORE].engine;

/** A transaction bound to the organisation. `at` is the change's time in unix milliseconds. */
export interface ScopedTx extends Tx {
  readonly organisation: string;
  /** The caller as read inside it: what is granted is measured by these rights, not by those that were admitted. */
  readonly principal: Principal;
  readonly at: number;
}

/** What a change did, for its audit row. */
export interface Changed<T> {
  result: T;
  target: AuditTarget;
  detail?: AuditDetail;
}

/** The caller with the rights held now, read again inside the transaction. @throws ApiError when they are gone */
async function recheck(tx: Tx, { principal, capability }: Grant, at: number, ip: string | null): Promise<Principal> {
  const { type, id } = principal.credential;
  if (principal.kind === 'system') return principal;
  let current: Principal | null = null;
  if (type === 'token' || type === 'session') {
    const row = await holdToken(tx, id);
    current = row ? tokenPrincipal(row, at, ip) : null;
  } else if (type === 'api-key') {
    const row = await holdKey(tx, id);
    // The time after the wait for the row: a rotation that went first has set the end of the key's grace meanwhile.
    current = row ? keyPrincipal(row, Date.now()) : null;
  }
  if (!current) throw deadCredential();
  const decision = authorize(current, capability);
  if (!decision.allowed) throw explain(decision);
  return current;
}

/**
 * The only way to change anything on a caller's behalf: re-check, work and audit row in one transaction.
 * @throws ApiError badToken or denied when the caller lost the right after the request was admitted
 */
export function change<T>(scope: Scope, work: (tx: ScopedTx) => Promise<Changed<T>>): Promise<T> {
  const { grant, organisation, origin, action } = scope;
  return scope[STORE].transaction(async (tx) => {
    const at = Date.now();
    const principal = await recheck(tx, grant, at, origin.ip);
    const { result, target, detail = {} } = await work({ ...tx, organisation, principal, at });
    await recordAudit(tx, { principal, origin, action, target, outcome: 'allowed', detail }, at);
    return result;
  });
}
