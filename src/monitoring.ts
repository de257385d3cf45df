import { Observations } from './alerts/observations.ts';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import type { Follower, Reporter } from './media/follower.ts';
import { Metrics } from './metrics/metrics.ts';
import { MetricsUpkeep } from './metrics/upkeep.ts';
import type { Measures } from './operator/measures.ts';
import type { Store } from './store/store.ts';

interface MonitoringOptions {
  config: Config;
  store: Store;
  log: Logger;
  measures: Measures;
}

export interface Monitoring extends AsyncDisposable {
  services: { metrics: Metrics; observations: Observations };
  /** Who is told of publishers and of what the engine measures. */
  followers: readonly Follower[];
  reporter: Reporter;
}

/** What is measured, and what comes of it: figures and alerts. */
export function openMonitoring({ config, store, log, measures }: MonitoringOptions): Monitoring {
  const observations = new Observations();
  const metrics = new Metrics(store, log);
  const upkeep = new MetricsUpkeep({ store, keep: config.metricsKeep, log });
  return {
    services: { metrics, observations },
    followers: [metrics],
    reporter: {
      async sampled(batch) {
        await metrics.sampled(batch);
        measures.sampled(batch);
      },
      duplicate: () => {},
    },
    async [Symbol.asyncDispose]() {
      await upkeep[Symbol.asyncDispose]();
      await metrics[Symbol.asyncDispose]();
    },
  };
}
