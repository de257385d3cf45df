import { type AuditFeed, type FedRow, MOST_ROWS } from '../store/audit-feed.ts';
import { idAfter, timeOfId } from '../store/ids.ts';
import type { Listener } from './listener.ts';
import { type Told, toldBy } from './told.ts';

/** A row is committed after its id was made, and clocks differ: so far back rows still turn up. */
const OVERLAP_MS = 10_000;

/** The listeners of one organisation, and what there is to tell them. */
export class Room {
  readonly organisation: string;
  readonly listeners = new Set<Listener>();
  readonly #feed: AuditFeed;
  /** Rows that were there when the log was last read; null before that. */
  #seen: ReadonlySet<string> | null = null;

  constructor(organisation: string, feed: AuditFeed) {
    this.organisation = organisation;
    this.#feed = feed;
  }

  /** What was committed since it was last asked for, oldest first; null when that is too much to tell one by one. */
  async news(): Promise<Told[] | null> {
    const seen = this.#seen;
    const rows = await this.#behind(Date.now());
    this.#seen = new Set(rows.map(({ id }) => id));
    return seen === null ? [] : this.#told(rows.filter(({ id }) => !seen.has(id)));
  }

  /** What was committed behind a position, and perhaps a little before it; null as above. */
  async missed(position: string): Promise<Told[] | null> {
    return this.#told(await this.#behind(timeOfId(position)));
  }

  async #behind(at: number): Promise<FedRow[]> {
    return this.#feed.behind({ organisation: this.organisation, id: idAfter(at - OVERLAP_MS) });
  }

  async #told(newestFirst: readonly FedRow[]): Promise<Told[] | null> {
    if (newestFirst.length > MOST_ROWS) return null;
    const told: Told[] = [];
    for (const row of newestFirst.toReversed()) {
      const { target_type: type, target_id: id, outcome } = row;
      const isStream = type === 'stream' && id !== null && outcome === 'allowed';
      const state = isStream ? ((await this.#feed.stateOf(this.organisation, id)) ?? 'deleted') : null;
      told.push(...toldBy(row, state));
    }
    return told;
  }
}
