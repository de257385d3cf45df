import { type Guardian, isBehind } from '../guardian/guardian.ts';
import type { Logger } from '../log.ts';
import { recordAudit } from '../store/audit.ts';
import { clearLive, type MediaLookup, type MediaStream, setLive } from '../store/media.ts';
import type { Store } from '../store/store.ts';
import { type Closed, closing } from './closed.ts';
import { wireEvent } from './encoder.ts';
import type { EngineMessage, MediaSession, StreamStats } from './engine.ts';
import type { Follower, Reporter } from './follower.ts';
import type { Gate } from './gate.ts';
import { type Channel, EngineLink } from './link.ts';
import { asksForTokens } from './playback-term.ts';
import type { Pushing } from './push.ts';
import { Revocations, type RevokedLookup } from './revocations.ts';
import { SampleWriter } from './sample-writer.ts';
import type { SampleBatch } from './samples.ts';

const RECONCILE_MS = 1_000;
/** An engine that has said nothing for so long cannot be reached. */
const SILENT_MS = 5_000;
/** How long a kick waits for the engine to be empty of the stream. */
const EMPTY_BUDGET_MS = 1_000;

interface LiveOptions {
  followers: readonly Follower[];
  reporter: Reporter;
  store: Store;
  lookup: MediaLookup;
  /** The tokens that sessions come in with. */
  tokens: readonly RevokedLookup[];
  guardian: Guardian;
  gate: Gate;
  channel: Channel;
  pushing: Pushing;
  log: Logger;
}

/** Who is on air: answers the engine, follows the wire into the database, and takes off the air what must go. */
export class Live implements AsyncDisposable {
  readonly #options: LiveOptions;
  readonly #link: EngineLink;
  readonly #revocations: Revocations;
  readonly #samples: SampleWriter;
  readonly #reconciler: NodeJS.Timeout;
  #stats = new Map<string, StreamStats>();
  /** When the engine last said how its streams are, in unix milliseconds. */
  #heardAt = 0;
  /** What the wire did is written in the order in which it happened. */
  #written: Promise<void> = Promise.resolve();
  #reconciling = false;
  /** Publishers that came or went since the process began. */
  #moves = 0;
  /** The stream of each publishing session: the end of one whose stream was deleted is on record too. */
  readonly #publishing = new Map<string, MediaStream>();
  #closed = false;
  #addresses: { rtmp: string; playout: string } | null = null;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#revocations = new Revocations(options.tokens);
    this.#link = new EngineLink(options.channel, (message) => this.#hear(message));
    this.#samples = new SampleWriter({ ...options, acknowledge: (batch) => this.#link.sampled(batch) });
    this.#reconciler = setInterval(() => void this.reconcile(), RECONCILE_MS);
  }

  /** Where the engine listens, once it has said so. */
  get addresses(): { rtmp: string; playout: string } | null {
    return this.#addresses;
  }

  get engineUp(): boolean {
    return this.#link.up;
  }

  /** False when the engine cannot be reached: nobody knows how its streams are. */
  get heard(): boolean {
    return this.#link.up && Date.now() - this.#heardAt < SILENT_MS;
  }

  /** When it was last heard, in unix milliseconds; 0 before that. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** What was last heard of a stream's media, at most a second old; undefined when it is not on air. */
  statsOf(stream: string): StreamStats | undefined {
    return this.#stats.get(stream);
  }

  /** The same of every stream that is on air or waited for. */
  get stats(): ReadonlyMap<string, StreamStats> {
    return this.#stats;
  }

  /**
   * Ends everything of a stream that was let in before `epoch`, pending verdicts included. Null: whoever is on air now,
   * for a stream that the gate lets nobody into.
   */
  async takeOff(stream: string, epoch: number | null, reason: string): Promise<Closed> {
    const start = performance.now();
    const sum = { publishers: 0, viewers: 0 };
    const done = closing();
    try {
      do {
        const { matched, closed } = await this.#link.kick({
          target: { stream },
          ...(epoch !== null && { epoch }),
          reason,
        });
        sum.publishers += closed.publishers;
        sum.viewers += closed.viewers;
        // A kick that matched nothing is the engine's word that nothing older is left.
        if (matched === 0) {
          const ended = done(sum, true);
          // Those ends were told before the kick's answer: whoever reads the stream next finds them written.
          await this.#written;
          return ended;
        }
      } while (performance.now() - start < EMPTY_BUDGET_MS);
      return done(sum, false);
    } catch (error) {
      this.#options.log.warn({ err: error, stream, reason }, 'the engine could not be told; the reconciler will');
      return done(sum, false);
    }
  }

  /** Ends the viewers of an organisation whom its guardian shuts out now. */
  shutOut(organisation: string): Promise<Closed> {
    return this.#options.guardian.shutOut(this.#link, organisation);
  }

  /** Ends one session. @throws EngineUnreachable */
  async end(session: string, reason: string): Promise<void> {
    await this.#link.kick({ target: { session }, reason });
  }

  /** Ends whoever came in with this token; the reconciler does when the engine cannot be told. */
  async endToken(token: string): Promise<void> {
    try {
      await this.#revocations.end(this.#link, token);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the engine could not be told; the reconciler will');
    }
  }

  #hear(message: Exclude<EngineMessage, { type: 'reply' }> | { type: 'engine-down' }): void {
    if (message.type === 'authorise') {
      void this.#options.gate.decide(message.request).then((verdict) => this.#link.verdict(message.id, verdict));
    } else if (message.type === 'start') this.#follow(message.session, 'publish');
    else if (message.type === 'end') this.#follow(message.session, 'unpublish', message);
    else if (message.type === 'samples') this.#sampled(message.batch);
    else if (message.type === 'duplicate') this.#options.reporter.duplicate(message.stream, message.ip);
    else if (message.type === 'hello') {
      this.#addresses = { rtmp: message.rtmp, playout: message.playout };
      this.#heardAt = Date.now();
      const publishing = message.sessions.filter(({ action }) => action === 'publish');
      this.#write(() => this.#agree(publishing.map(({ stream, id }) => [stream, id])));
      for (const { stream } of publishing) this.forward(stream);
    } else {
      this.#stats = new Map();
      this.#moves++;
      this.#write(() => {
        this.#publishing.clear();
        return this.#agree([]);
      });
    }
  }

  #sampled(batch: SampleBatch): void {
    if (!this.#closed) this.#samples.take(batch);
  }

  #follow(session: MediaSession, action: 'publish' | 'unpublish', end?: Extract<EngineMessage, { type: 'end' }>): void {
    if (session.action !== 'publish') return;
    this.#moves++;
    this.#write(async () => {
      const [found] = await this.#options.lookup.byId({ id: session.stream });
      const stream = found ?? this.#publishing.get(session.id);
      this.#publishing.delete(session.id);
      if (stream && action === 'publish') this.#publishing.set(session.id, stream);
      const bytes = { in: session.bytes, out: end?.sent ?? 0 };
      const { store, followers } = this.#options;
      const publishing = { session: session.id, stream: stream ?? null, protocol: session.protocol };
      await store.transaction(async (tx) => {
        const at = Date.now();
        for (const follower of followers) {
          if (!end) await follower.started(tx, publishing, at);
          else await follower.ended(tx, publishing, at, { reason: end.reason, bytes, last: end.last });
        }
        if (!stream) return;
        if (action === 'publish') await setLive(tx, stream.id, session.id, at);
        else await clearLive(tx, stream.id, session.id, at);
        const detail = { protocol: session.protocol, bytes: session.bytes, ...(end && { reason: end.reason }) };
        await recordAudit(tx, wireEvent(stream, action, { ip: session.ip, requestId: session.id }, detail), at);
      });
    });
    if (action === 'publish') this.forward(session.stream);
  }

  /**
   * Has the engine forward a stream to where the database says. In turn with every other such word, so that the last
   * one is also the one that was read last.
   */
  forward(id: string): void {
    this.#write(async () => {
      const [stream] = await this.#options.lookup.byId({ id });
      this.#link.push(id, stream ? this.#options.pushing.of(stream) : null);
    });
  }

  #write(work: () => Promise<void>): void {
    if (this.#closed) return;
    this.#written = this.#written
      .then(work)
      .catch((error) => this.#options.log.error({ err: error }, 'the state of a stream was not written'));
  }

  /** Makes the database say what the engine says is on air: the publishing session of each stream. */
  async #agree(publishing: readonly (readonly [stream: string, session: string])[]): Promise<void> {
    const { lookup, store, followers } = this.#options;
    const onAir = new Map(publishing);
    const believed = await lookup.live({});
    const stale = believed.filter(({ id, live_session }) => onAir.get(id) !== live_session);
    const known = new Map(believed.map(({ id, live_session }) => [id, live_session]));
    const missing = [...onAir].filter(([id, session]) => known.get(id) !== session);
    if (stale.length + missing.length === 0) return;
    await store.transaction(async (tx) => {
      const at = Date.now();
      for (const stream of stale) {
        const session = stream.live_session!;
        await clearLive(tx, stream.id, session, at);
        const unseen = { reason: 'unseen', bytes: null, last: null } as const;
        for (const follower of followers) await follower.ended(tx, { session, stream, protocol: null }, at, unseen);
        const origin = { ip: null, requestId: session };
        await recordAudit(tx, wireEvent(stream, 'unpublish', origin, { reason: 'unseen' }), at);
      }
      for (const [id, session] of missing) {
        await setLive(tx, id, session, at);
        const [found] = await lookup.byId({ id });
        const publishing = { session, stream: found ?? null, protocol: null };
        for (const follower of followers) await follower.started(tx, publishing, at);
      }
    });
  }

  /**
   * Closes what is locked, deleted, unknown or older than its stream's epoch, viewers without a token that they would be
   * asked for now, and those whom rules shut out that are newer than they: heals what no message reached.
   */
  async reconcile(): Promise<void> {
    if (this.#reconciling || !this.#link.up) return;
    this.#reconciling = true;
    try {
      const { guardian } = this.#options;
      await guardian.expire();
      const moves = this.#moves;
      const stats = await this.#link.stats();
      this.#stats = new Map(stats.map((entry) => [entry.stream, entry]));
      this.#heardAt = Date.now();
      const publishing = stats.flatMap(({ stream, publisher }) =>
        publisher === null ? [] : [[stream, publisher] as const],
      );
      // A count that crossed with a start or an end is of no use: which of them it knew cannot be told.
      if (moves === this.#moves) this.#write(() => this.#agree(publishing));
      const behind = new Set<string>();
      for (const entry of stats) {
        const { stream: id, oldestEpoch, viewersWithoutToken } = entry;
        const [stream] = await this.#options.lookup.byId({ id });
        const open = stream !== undefined && stream.locked === 0;
        if (stream && isBehind(entry, stream)) behind.add(stream.organisation_id);
        if (!open || oldestEpoch < stream.epoch) await this.takeOff(id, open ? stream.epoch : null, 'reconciled');
        else if (viewersWithoutToken > 0 && asksForTokens(stream))
          await this.#link.kick({ target: { stream: id, token: null }, reason: 'secured' });
      }
      for (const organisation of behind) await guardian.shutOut(this.#link, organisation);
      await this.#revocations.heal(this.#link);
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the engine could not be reconciled');
    } finally {
      this.#reconciling = false;
    }
  }

  /** Resolves when everything the engine has said so far is in the database. */
  settled(): Promise<void> {
    return this.#written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#reconciler);
    this.#link[Symbol.dispose]();
    await Promise.all([this.#written, this.#samples.settled()]);
  }
}
