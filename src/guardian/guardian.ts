import type { Logger } from '../log.ts';
import { type Closed, closing } from '../media/closed.ts';
import type { Engine, StreamStats } from '../media/engine.ts';
import { type GuardianLookup, raiseEpochs } from '../store/guardian.ts';
import type { MediaStream } from '../store/media.ts';
import type { Store } from '../store/store.ts';

/** Longer than any clock of ours is off, and than a session can live whose control plane is gone. */
const LOOK_BACK_MS = 60_000;

/**
 * Has viewers who are on air measured by rules that were changed after they came. The engine keeps with each of them
 * the epoch by whose rules it was measured, so whoever a lost message was about can be told from that alone.
 */
export class Guardian {
  readonly #store: Store;
  readonly #lookup: GuardianLookup;
  readonly #log: Logger;
  /** When a rule has ended that let viewers in, by its id: of those that were acted upon. */
  readonly #ended = new Map<string, number | null>();
  #endedAt = Date.now();

  constructor(store: Store, lookup: GuardianLookup, log: Logger) {
    this.#store = store;
    this.#lookup = lookup;
    this.#log = log;
  }

  /** Ends the viewers of an organisation whom its rules shut out now; the reconciler does when the engine is away. */
  async shutOut(engine: Engine, organisation: string): Promise<Closed> {
    const done = closing();
    try {
      return done(await this.#measure(engine, organisation), true);
    } catch (error) {
      this.#log.warn({ err: error, organisation }, 'the engine could not be told of rules; the reconciler will');
      return done({ publishers: 0, viewers: 0 }, false);
    }
  }

  /** @throws EngineUnreachable */
  async #measure(engine: Engine, organisation: string): Promise<Closed['closed']> {
    // The epoch first: rules that are read behind it are at least as new.
    const [found] = await this.#lookup.epoch({ organisation });
    const rules = await this.#lookup.all({ organisation, now: Date.now() });
    const of = (kind: string, type: string) =>
      rules.filter((rule) => rule.kind === kind && rule.type === type).map(({ value }) => value);
    const { closed } = await engine.guard({
      organisation,
      epoch: found?.guardian_epoch ?? 0,
      rules: { ip: of('ip', 'deny'), deny: of('referrer', 'deny'), allow: of('referrer', 'allow') },
    });
    return closed;
  }

  /** Has those measured anew whom a rule let in that has ended by itself. To be called before streams are read. */
  async expire(): Promise<void> {
    const now = Date.now();
    const after = this.#endedAt - LOOK_BACK_MS;
    const rows = await this.#lookup.allowedUntil({ after, now });
    const fresh = rows.filter(({ id, expires_at }) => this.#ended.get(id) !== expires_at);
    if (fresh.length > 0) {
      const organisations = [...new Set(fresh.map(({ organisation_id }) => organisation_id))];
      await this.#store.transaction((tx) => raiseEpochs(tx, organisations));
    }
    for (const { id, expires_at } of fresh) this.#ended.set(id, expires_at);
    for (const [id, at] of this.#ended) if ((at ?? 0) <= after - LOOK_BACK_MS) this.#ended.delete(id);
    this.#endedAt = now;
  }
}

/** Whether a stream has viewers who were measured by older rules than there are. */
export const isBehind = ({ oldestGuardianEpoch: oldest }: StreamStats, { guardian_epoch }: MediaStream): boolean =>
  oldest !== null && oldest < guardian_epoch;
