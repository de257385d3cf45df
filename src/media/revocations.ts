import type { PlaybackLookup } from '../store/playback-token.ts';
import type { Engine } from './engine.ts';

/** Longer than any clock of ours is off, and than a session can live whose control plane is gone (`LEASE_MS`). */
const LOOK_BACK_MS = 60_000;

/**
 * Takes revoked tokens off the air. What costs is each revocation of the last minute, once, however many viewers there
 * are: an engine that has acknowledged one lets nobody in by that token again.
 */
export class Revocations {
  readonly #lookup: Pick<PlaybackLookup, 'revokedSince'>;
  readonly #acknowledged = new Map<string, number>();
  #healedAt = Date.now();

  constructor(lookup: Pick<PlaybackLookup, 'revokedSince'>) {
    this.#lookup = lookup;
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
    for (const { id } of await this.#lookup.revokedSince({ since })) {
      if (!this.#acknowledged.has(id)) await this.end(engine, id);
    }
    for (const [id, at] of this.#acknowledged) if (at < since - LOOK_BACK_MS) this.#acknowledged.delete(id);
    this.#healedAt = now;
  }
}
