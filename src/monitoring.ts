import { Alerts, type Wire } from './alerts/alerts.ts';
import type { Severity } from './alerts/codes.ts';
import { DeadTokens } from './alerts/dead-tokens.ts';
import type { AlertLimits } from './alerts/limits.ts';
import { notify } from './alerts/notices.ts';
import type { Observations } from './alerts/observations.ts';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import type { Follower, Reporter } from './media/follower.ts';
import type { RefusedEntry } from './media/gate.ts';
import type { MetricsKeep } from './metrics/keep.ts';
import { Metrics } from './metrics/metrics.ts';
import { MetricsUpkeep } from './metrics/upkeep.ts';
import type { Measures } from './operator/measures.ts';
import type { Store } from './store/store.ts';

interface MonitoringOptions {
  config: Config;
  store: Store;
  observations: Observations;
  log: Logger;
  measures: Measures;
  /** Other limits than the usual ones. */
  alertLimits: Partial<AlertLimits>;
}

export interface Monitoring extends AsyncDisposable {
  services: { metrics: Metrics; observations: Observations; metricsKeep: MetricsKeep };
  /** Who is told of publishers and of what the engine measures. */
  followers: readonly Follower[];
  reporter: Reporter;
  /** Begins to look for what is wrong. */
  watch(wire: Wire): void;
  /** How many are open, of all organisations, by severity. */
  openAlerts(): ReadonlyMap<Severity, number>;
  /** Is told of everybody who is not let in to a stream that there is. */
  refused(refusal: RefusedEntry): void;
  /** Is told the hash of a token that opened nothing. */
  unknownToken(hash: string): void;
}

/** What is measured, and what comes of it: figures and alerts. */
export function openMonitoring({
  config,
  store,
  observations,
  log,
  measures,
  ...options
}: MonitoringOptions): Monitoring {
  const alerts = new Alerts({ store, observations, log, notify, limits: options.alertLimits });
  const deadTokens = new DeadTokens(store, observations, log);
  const metrics = new Metrics(store, log);
  const upkeep = new MetricsUpkeep({ store, keep: config.metricsKeep, log });
  return {
    services: { metrics, observations, metricsKeep: config.metricsKeep },
    followers: [metrics, alerts],
    reporter: {
      async sampled(batch) {
        if (await metrics.sampled(batch)) measures.sampled(batch);
      },
      duplicate: (stream) => alerts.duplicate(stream),
    },
    watch: (wire) => alerts.run(wire),
    openAlerts: () => alerts.open(),
    refused({ stream, action, code }) {
      metrics.refused(stream, code);
      if (action !== 'publish') return;
      const { id: subject, organisation_id: organisation } = stream;
      observations.note({ code: 91001, organisation, subject, at: Date.now(), detail: {} });
    },
    unknownToken: (hash) => deadTokens.refused(hash),
    async [Symbol.asyncDispose]() {
      await alerts[Symbol.asyncDispose]();
      await deadTokens[Symbol.asyncDispose]();
      await upkeep[Symbol.asyncDispose]();
      await metrics[Symbol.asyncDispose]();
    },
  };
}
