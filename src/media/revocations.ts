import type { Prepared } from '../store/store.ts';
import type { Engine } from './engine.ts';

/** Longer than any clock of ours is off, and than a session can live whose control plane is gone (`LEASE_MS`). */
const LOOK_BACK_MS = 60_000;

/** Tokens of one kind, those of viewers or those of encoders. */
export interface RevokedLookup {
  revokedSince: Prepared<{ since: number }, { id: string }>;
}

/**
 * Takes revoked tokens off the air. What costs is each revocation of the last minute, once, however many sessions there
 * are: an engine that has acknowledged one lets nobody in by that token again.
 */
export class Revocations {
  readonly #lookups: readonly RevokedLookup[];
  readonly #acknowledged = new Map<string, number>();
  #healedAt = Date.now();

  constructor(lookups: readonly RevokedLookup[]) {
    this.#lookups = lookups;
  }

  /** Ends whoever came in with this token, and the verdicts under way. @throws EngineUnreachable */
  async end(engine: Engine, token: string): Promise<void> {
    await engine.kick({ target: { token }, reason: 'revoked' });
    this.#acknowledged.set(token, Date.now());
  }

  /** Tells the engine of every revocation that no message told it of. @throws EngineUnreachable */
  async heal(engine: Engine): Promise<void> {
    const now = Date.now();
    const since = this.#healedAt - LOOK_BACK_MS;
    for (const { revokedSince } of this.#lookups) {
      for (const { id } of await revokedSince({ since })) {
        if (!this.#acknowledged.has(id)) await this.end(engine, id);
      }
    }
    for (const [id, at] of this.#acknowledged) if (at < since - LOOK_BACK_MS) this.#acknowledged.delete(id);
    this.#healedAt = now;
  }
}
