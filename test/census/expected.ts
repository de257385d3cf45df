import assert from 'node:assert/strict';
import type { Tenant } from '../harness.ts';
import { rolesHolding } from '../house/table.ts';
import type { Caller } from './callers.ts';
import type { Sample } from './sample.ts';

/** What came back, as it was on the wire. */
export interface Exchange {
  caller: Caller;
  status: number;
  headers: Headers;
  text: string;
}

/** The status that the written matrix and the contract give this caller. Nothing here asks the code under test. */
export function expectedStatus(sample: Sample, caller: Caller): number {
  const { needs, anonymous, ownOrganisation, admitted } = sample;
  if (caller.kind === 'dead') return 401;
  if (needs !== 'public') {
    if (caller.kind === 'none') return anonymous ? 200 : 401;
    if (!caller.holds(needs)) return 403;
  }
  if (admitted) return admitted(caller);
  return needs === 'public' || ownOrganisation || caller.isHome ? 200 : 404;
}

const ERRORS: Readonly<Record<number, readonly [code: number, message: string]>> = {
  400: [1000, 'Request is not valid'],
  401: [4003, 'Token is not valid'],
  403: [2001, 'Access denied'],
  404: [4040, 'Not found'],
  409: [4090, 'Conflict'],
};

/** An error body has both documented shapes and nothing else; a 403 says what was missing and who has it. */
export function checkRefusal({ status, headers, text, caller }: Exchange, { needs, flat, mistake }: Sample): void {
  const [code, message] = (status === 400 && mistake) || ERRORS[status]!;
  const { success, errorCode, ...body } = JSON.parse(text);
  assert.deepEqual([success, errorCode], flat ? [false, code] : [undefined, undefined]);
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  assert.deepEqual(Object.keys(body), ['error', 'status', 'message', 'requestId']);
  const { userinfo, ...error } = body.error;
  assert.deepEqual(error, { message, code });
  assert.deepEqual([body.status, body.message], [status, message]);
  assert.match(body.requestId, /./);
  if (status === 401) {
    const challenge = caller.kind === 'dead' ? 'Bearer error="invalid_token"' : 'Bearer';
    assert.equal(headers.get('www-authenticate'), challenge);
  }
  if (status !== 403) return;
  const capability = needs === 'public' ? 'token:own' : needs;
  assert.equal(userinfo.capability, capability);
  assert.equal(userinfo.role, caller.role);
  assert.deepEqual(userinfo.grantedTo, rolesHolding(capability));
  assert.match(userinfo.reason, /./);
}

/** What must not reach whom. */
export interface Secrets {
  ingestNames: ReadonlySet<string>;
  tokenKeys: ReadonlySet<string>;
  /** Everything a caller presented in this census. */
  credentials: ReadonlySet<string>;
}

function hiddenFrom(caller: Caller, home: Tenant, secrets: Secrets): [kind: string, texts: Iterable<string>][] {
  const { isHome, holds, kind } = caller;
  const mayRead = (capability: string) => isHome && holds(capability);
  const foreign = !isHome && (kind === 'user' || kind === 'api-key');
  return [
    ['credential', secrets.credentials],
    ['password hash', ['$argon2']],
    ['ingest name', mayRead('ingest:read') ? [] : secrets.ingestNames],
    ['API key', mayRead('apikey:read') ? [] : [home.apiKey]],
    ['player key', mayRead('playerkey:read') ? [] : [home.playerKey]],
    ['tokenKey', mayRead('user:reset-tokens') ? [] : secrets.tokenKeys],
    ['person of another organisation', foreign ? [home.admin.email, home.user.email, home.admin.id] : []],
  ];
}

/**
 * Compares the raw texts with every secret there is: it does not matter in which field it would have been. A text that
 * several were given is searched once for what it must hide from any of them.
 */
export function checkSecrecy(exchanges: readonly Exchange[], home: Tenant, secrets: Secrets): void {
  const searched = new Set<string>();
  for (const { caller, text } of exchanges)
    for (const [kind, texts] of hiddenFrom(caller, home, secrets)) {
      if (searched.has(`${kind} ${text}`)) continue;
      let count = 0;
      for (const secret of texts) {
        assert.equal(text.includes(secret), false, `${caller.name} was shown: ${kind}`);
        count++;
      }
      if (count > 0) searched.add(`${kind} ${text}`);
    }
}
