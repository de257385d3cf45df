import type { Logger } from '../../log.ts';
import {
  type Allow,
  type AuthoriseRequest,
  type Deny,
  type DenyCode,
  type EngineMessage,
  type Guarded,
  LEASE_MS,
  VERDICT_MS,
} from '../engine.ts';
import { pagesOf } from '../flv/guarding.ts';
import type { Audience } from '../samples.ts';
import { EPOCH_MEMORY_MS, EPOCH_MEMORY_SIZE, MAX_DELAY_MS } from './limits.ts';

/** An allow together with what is needed to see whether it still holds. */
export interface Pass extends Allow {
  askedAt: number;
  pages: readonly string[];
}

/** What of a pass stays with the session as long as it lasts. */
export const termsOf = ({ stream, epoch, token, endsAt, from, audience, guarded, pages }: Pass) => ({
  stream,
  epoch,
  ...(token !== undefined && { token }),
  ...(endsAt !== undefined && { endsAt }),
  ...(from !== undefined && { from }),
  ...(audience !== undefined && { audience }),
  ...(guarded !== undefined && { guarded, pages }),
});

export interface DoorOptions {
  send(message: EngineMessage): void;
  log: Logger;
  leaseMs?: number | undefined;
  verdictMs?: number | undefined;
}

interface Pending {
  session: string;
  kicked: boolean;
  settle(verdict: unknown): void;
}

const DENY_CODES: ReadonlySet<string> = new Set<DenyCode>([
  'unknown',
  'invalid',
  'unauthorised',
  'locked',
  'refused',
  'blocked',
  'unavailable',
]);

/**
 * Asks the control plane, and says no whenever it cannot be sure: no answer in time, an answer it cannot read, no sign
 * of life within the lease. Remembers epochs of locks and of guardians, and revoked tokens, because a verdict may have
 * been read before a lock and arrive behind it.
 */
export class Door {
  readonly #send: (message: EngineMessage) => void;
  readonly #log: Logger;
  readonly #leaseMs: number;
  readonly #verdictMs: number;
  readonly #pending = new Map<number, Pending>();
  readonly #epochs = new Map<string, { epoch: number; until: number }>();
  readonly #guardians = new Map<string, { epoch: number; until: number }>();
  readonly #revoked = new Map<string, { until: number }>();
  #nextId = 1;
  #heardAt = performance.now();
  /** Verdicts asked for before this moment are refused: something had to be forgotten too early. */
  #blindUntil = Number.NEGATIVE_INFINITY;

  constructor(options: DoorOptions) {
    this.#send = options.send;
    this.#log = options.log;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#verdictMs = options.verdictMs ?? VERDICT_MS;
  }

  /** Never rejects. */
  authorise(request: AuthoriseRequest): Promise<Pass | Deny> {
    if (!this.leased) return Promise.resolve(unavailable());
    const id = this.#nextId++;
    const askedAt = performance.now();
    const pages = pagesOf(request);
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(null), this.#verdictMs);
      const settle = (verdict: unknown): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        const read = readVerdict(verdict);
        if (read === null) this.#log.warn({ session: request.session }, 'no usable verdict: denied');
        if (read === null || (read.allow && pending.kicked)) resolve(unavailable());
        else resolve(read.allow ? { ...read, askedAt, pages } : read);
      };
      const pending: Pending = { session: request.session, kicked: false, settle };
      this.#pending.set(id, pending);
      try {
        this.#send({ type: 'authorise', id, request });
      } catch {
        settle(null);
      }
    });
  }

  answer(id: number, verdict: unknown): void {
    this.#pending.get(id)?.settle(verdict);
  }

  /** Why a pass admits nobody any more, or null. To be asked in the tick in which the session is registered. */
  objection(pass: Pass): Deny | null {
    if (!this.#holds(pass)) return { allow: false, code: 'locked', message: 'Not allowed any more.' };
    const { guarded } = pass;
    // The rules may still let this viewer in: it asks again, and is measured by them.
    const isOld = guarded !== undefined && guarded.epoch < (this.#guardians.get(guarded.organisation)?.epoch ?? 0);
    return isOld ? unavailable() : null;
  }

  #holds(pass: Pass): boolean {
    if (!this.leased || pass.askedAt <= this.#blindUntil) return false;
    if (pass.token !== undefined && this.#revoked.has(pass.token)) return false;
    if (pass.endsAt !== undefined && pass.endsAt <= Date.now()) return false;
    return pass.epoch >= (this.#epochs.get(pass.stream)?.epoch ?? Number.NEGATIVE_INFINITY);
  }

  /** Verdicts for `stream` older than `epoch` are dead from now on. */
  forbidBefore(stream: string, epoch: number): void {
    this.#raise(this.#epochs, stream, epoch);
  }

  /** Verdicts about this organisation's viewers that are older than its guardian's `epoch` are dead from now on. */
  guardFrom({ organisation, epoch }: Guarded): void {
    this.#raise(this.#guardians, organisation, epoch);
  }

  #raise(memory: Map<string, { epoch: number; until: number }>, of: string, epoch: number): void {
    const known = memory.get(of)?.epoch ?? epoch;
    memory.delete(of);
    memory.set(of, { epoch: Math.max(known, epoch), until: performance.now() + EPOCH_MEMORY_MS });
    this.#forgetOld(memory);
  }

  /** Verdicts by this token are dead from now on. */
  forbidToken(token: string): void {
    this.#revoked.delete(token);
    this.#revoked.set(token, { until: performance.now() + EPOCH_MEMORY_MS });
    this.#forgetOld(this.#revoked);
  }

  /** A kick of a session that still waits for its verdict. */
  refusePending(session: string): void {
    for (const pending of this.#pending.values()) if (pending.session === session) pending.kicked = true;
  }

  /** Any word from the control plane renews the lease. Gives the milliseconds since the last one. */
  heard(): number {
    const now = performance.now();
    const gap = now - this.#heardAt;
    this.#heardAt = now;
    return gap;
  }

  get leased(): boolean {
    return performance.now() - this.#heardAt <= this.#leaseMs;
  }

  /** Denies whoever waits: the engine is going down. */
  close(): void {
    for (const pending of [...this.#pending.values()]) pending.settle(null);
  }

  /** A map is in order of age, so the expired ones are in front. */
  #forgetOld(memory: Map<string, { until: number }>): void {
    const now = performance.now();
    for (const [key, entry] of memory) {
      const tooMany = memory.size > EPOCH_MEMORY_SIZE;
      if (entry.until > now && !tooMany) return;
      if (entry.until > now) this.#blindUntil = now;
      memory.delete(key);
    }
  }
}

function unavailable(): Deny {
  return { allow: false, code: 'unavailable', message: 'The stream cannot be authorised at the moment. Try again.' };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const MOST_LETTERS = 100;
const isWord = (value: unknown): value is string => typeof value === 'string' && value.length <= MOST_LETTERS;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Undefined for what cannot be read: a viewer is counted among the others then, and plays all the same. */
function readAudience(raw: unknown): Audience | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { agent, referrer, country } = raw as Record<string, unknown>;
  return isWord(agent) && isWord(referrer) && isWord(country) ? { agent, referrer, country } : undefined;
}

/** Null for what cannot be read: nobody could end that viewer. */
function readGuarded(raw: unknown): Guarded | undefined | null {
  if (raw === undefined) return undefined;
  if (typeof raw !== 'object' || raw === null) return null;
  const { organisation, epoch } = raw as Record<string, unknown>;
  return isText(organisation) && isNumber(epoch) ? { organisation, epoch } : null;
}

/** Reads what came over the channel as a verdict; null for anything that is not exactly one. */
function readVerdict(raw: unknown): Allow | Deny | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const verdict = raw as Record<string, unknown>;
  if (verdict.allow === true) {
    const { stream, epoch, token, endsAt, from } = verdict;
    if (!isText(stream) || !isNumber(epoch)) return null;
    // A bound that cannot be read is no bound: rather nobody than somebody for ever.
    if (token !== undefined && !isText(token)) return null;
    if (endsAt !== undefined && !isNumber(endsAt)) return null;
    if (from !== undefined && !isText(from)) return null;
    const audience = readAudience(verdict.audience);
    const guarded = readGuarded(verdict.guarded);
    if (guarded === null) return null;
    return {
      allow: true,
      stream,
      epoch,
      ...(token !== undefined && { token }),
      ...(endsAt !== undefined && { endsAt }),
      ...(from !== undefined && { from }),
      ...(audience !== undefined && { audience }),
      ...(guarded !== undefined && { guarded }),
    };
  }
  if (verdict.allow !== false) return null;
  const { code, message, delayMs } = verdict;
  if (typeof code !== 'string' || !DENY_CODES.has(code) || typeof message !== 'string') return null;
  const held = typeof delayMs === 'number' && delayMs > 0 ? Math.min(delayMs, MAX_DELAY_MS) : 0;
  return { allow: false, code: code as DenyCode, message: message.slice(0, 500), ...(held > 0 && { delayMs: held }) };
}
