import { createHmac } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { allowedAddresses, EgressError, type EgressPolicy, pinned } from '../egress.ts';
import { version } from '../version.ts';

/** Where an organisation is called, and what the calls are signed with. Both are secrets. */
export interface Hook {
  url: string;
  secret: string;
}

/** What came of a call. `status` is the answer's; null when there was none, and `failure` says why in a word. */
export interface HookAnswer {
  status: number | null;
  failure: string | null;
  tookMs: number;
}

/** Milliseconds from the first look-up to the status of the answer. */
const LIMIT_MS = 2_000;
const MAX_HEADER_BYTES = 8_192;
/** Nobody reads the answer's body; this much of it is let in, so that a server which sends one sees no broken pipe. */
const MAX_BODY_BYTES = 4_096;

const FAILURES: Readonly<Record<string, string>> = {
  forbidden: 'forbidden-address',
  unresolved: 'unresolved',
  TimeoutError: 'timeout',
  AbortError: 'interrupted',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
};

/** The same for people. */
const SENTENCES: Readonly<Record<string, string>> = {
  'forbidden-address': 'This host has an address that may not be called from here',
  unresolved: 'This host name has no address',
  timeout: `There was no answer within ${LIMIT_MS / 1_000} s`,
  'connection-refused': 'Nothing listens at this address and port',
  'connection-lost': 'The connection was closed before there was an answer',
  unreachable: 'No way leads to this address',
  certificate: 'The server has no certificate that can be trusted for this name',
};

/** Whether a notice was taken, by any status of success. A question has one yes, which is 200. */
export const wasTaken = ({ status }: HookAnswer): boolean => status !== null && status >= 200 && status < 300;

/** What went wrong, in words; null when the answer is a yes. */
export function problemOf({ status, failure }: HookAnswer): string | null {
  if (failure !== null) return SENTENCES[failure] ?? 'It could not be called';
  return status === 200 ? null : `It answered ${status}, and only 200 is a yes`;
}

/** The same for a notice. */
export const noticeProblemOf = (answer: HookAnswer): string | null => {
  if (answer.failure !== null) return problemOf(answer);
  return wasTaken(answer) ? null : `It answered ${answer.status}, which is no success`;
};

/** A word from a closed list: an error's own text may name addresses. */
function failureOf(error: unknown): string {
  const { name = '', code = '' } = (error ?? {}) as { name?: string; code?: string };
  if (error instanceof EgressError) return FAILURES[error.refusal]!;
  if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER/.test(code)) return 'certificate';
  return FAILURES[name] ?? FAILURES[code] ?? 'failed';
}

/** `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 by the organisation's secret over `<unix seconds>.<body>`. */
export function signature(secret: string, body: string, at: number): string {
  const seconds = Math.floor(at / 1_000);
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}

/** The target whose addresses are checked. Without encryption only what the operator allows by name or network. */
const targetOf = (url: URL) => ({
  host: url.hostname,
  port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  namedOnly: url.protocol !== 'https:',
});

/**
 * Why this cannot be a webhook, or null. A host that has no address yet may be given one; every call checks again. Plain
 * `http` is only for what the operator allows.
 */
export async function urlProblem(text: string, policy: EgressPolicy): Promise<string | null> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'Use a URL that starts with https://';
  if (url.username || url.password) return 'A URL with a user name or a password in it is not called';
  if (url.hash) return 'A URL with a fragment is not called';
  const target = targetOf(url);
  try {
    await allowedAddresses(target, policy);
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    if (target.namedOnly) return 'Use https; plain http is only for hosts that the operator allows';
    if (error.refusal === 'forbidden') return error.message;
  }
  return null;
}

/** What is posted. `id` names the delivery to the receiver. */
export interface Post {
  id: string;
  type: 'application/x-www-form-urlencoded' | 'application/json';
  body: string;
}

/** Posts the body once, signed, and follows nothing. Never rejects. */
export async function callWebhook(
  { url: text, secret }: Hook,
  { id, type, body }: Post,
  { policy, signal: stop }: { policy: EgressPolicy; signal: AbortSignal },
): Promise<HookAnswer> {
  const start = performance.now();
  const tookMs = () => Math.round(performance.now() - start);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(LIMIT_MS)]);
  try {
    const url = new URL(text);
    const addresses = await inTime(allowedAddresses(targetOf(url), policy), signal);
    const headers = {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': `Lockkeeper/${version()}`,
      'X-Lockkeeper-Delivery': id,
      'X-Lockkeeper-Signature': signature(secret, body, Date.now()),
    };
    const options = { method: 'POST', headers, agent: false, lookup: pinned(addresses), signal } as const;
    const status = await post(url, { ...options, maxHeaderSize: MAX_HEADER_BYTES }, body);
    return { status, failure: null, tookMs: tookMs() };
  } catch (error) {
    return { status: null, failure: failureOf(signal.aborted ? signal.reason : error), tookMs: tookMs() };
  }
}

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop));
}

function post(url: URL, options: https.RequestOptions, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, options, (response) => {
      let bytes = 0;
      response.on('error', () => {});
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) response.destroy();
      });
      resolve(response.statusCode!);
    });
    request.on('error', reject);
    request.end(body);
  });
}
