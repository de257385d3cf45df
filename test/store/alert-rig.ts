import { Alerts } from '../../src/alerts/alerts.ts';
import type { AlertCode } from '../../src/alerts/codes.ts';
import type { AlertLimits } from '../../src/alerts/limits.ts';
import { Observations } from '../../src/alerts/observations.ts';
import { createLog } from '../../src/log.ts';
import type { StreamStats } from '../../src/media/engine.ts';
import type { AlertTable } from '../../src/store/schema-alerts.ts';
import type { OpenedStore } from './engines.ts';
import { addOrganisation, addStream } from './fixtures.ts';

export const SECOND = 1_000;
export const NOW = 1_800_000_000_000;

/** The watch of one process or more, over a clock and an engine whose words are given. */
export class Rig {
  readonly organisation: string;
  readonly stream: string;
  readonly observations = new Observations();
  readonly stats = new Map<string, StreamStats>();
  readonly opened: OpenedStore;
  readonly limits: Partial<AlertLimits>;
  now = NOW;
  isHeard = true;
  watches: Alerts[];

  constructor(opened: OpenedStore, ids: { organisation: string; stream: string }, limits: Partial<AlertLimits>) {
    this.opened = opened;
    this.organisation = ids.organisation;
    this.stream = ids.stream;
    this.limits = { graceMs: 0, ...limits };
    this.watches = [this.watch()];
  }

  static async of(opened: OpenedStore, limits: Partial<AlertLimits> = {}): Promise<Rig> {
    const { id: organisation } = await addOrganisation(opened.store);
    const { id: stream } = await addStream(opened.store, { organisation_id: organisation });
    return new Rig(opened, { organisation, stream }, limits);
  }

  watch(observations = this.observations): Alerts {
    const { store } = this.opened;
    const log = createLog('test', 'error');
    return new Alerts({ store, observations, log, limits: this.limits, now: () => this.now });
  }

  /** As after a restart of the process. */
  restart(): void {
    this.watches = [this.watch()];
  }

  /** What the engine says of the stream from now on: a healthy one, but for this. */
  says(more: Partial<StreamStats>): void {
    const idle = { viewers: 0, viewersWithoutToken: 0, oldestEpoch: 0, oldestGuardianEpoch: 0, push: null };
    const media = { videoCodec: 'h264', audioCodec: 'aac', width: 640, height: 360, bytesIn: 0, bytesOut: 0 };
    const rates = { bitrate: 1_000_000, fps: 25, announcedFps: 25, framesIn: 0, lastMediaAt: null };
    const publisher = { publisher: 'first', since: this.stats.get(this.stream)?.since ?? this.now };
    this.stats.set(this.stream, { stream: this.stream, ...idle, ...media, ...rates, ...publisher, ...more });
  }

  /** Media goes on, as long as nothing else is said of it. */
  async seconds(count: number, isSilent = false): Promise<void> {
    for (let second = 0; second < count; second++) {
      this.now += SECOND;
      const said = this.stats.get(this.stream);
      if (said && !isSilent) said.lastMediaAt = this.now;
      const wire = { heard: this.isHeard, heardAt: this.now, stats: this.stats };
      await Promise.all(this.watches.map((watch) => watch.look(wire)));
    }
  }

  note(code: AlertCode, subject = this.stream): void {
    this.observations.note({ code, organisation: this.organisation, subject, at: this.now, detail: {} });
  }

  all(): Promise<AlertTable[]> {
    const query = this.opened.store.db.selectFrom('alert').selectAll().orderBy('first_at').orderBy('id');
    return query.where('organisation_id', '=', this.organisation).execute();
  }

  /** Codes of what is open. */
  async open(): Promise<number[]> {
    return (await this.all()).filter(({ resolved_at }) => resolved_at === null).map(({ code }) => code);
  }

  async audited(): Promise<string[]> {
    const query = this.opened.store.db.selectFrom('audit').select('action').orderBy('id');
    return (await query.where('organisation_id', '=', this.organisation).execute()).map(({ action }) => action);
  }
}
