import { Observations } from './alerts/observations.ts';
import type { Follower, Reporter } from './media/follower.ts';
import { Metrics } from './metrics/metrics.ts';
import type { Measures } from './operator/measures.ts';
import type { Store } from './store/store.ts';

interface MonitoringOptions {
  store: Store;
  measures: Measures;
}

export interface Monitoring extends AsyncDisposable {
  services: { metrics: Metrics; observations: Observations };
  /** Who is told of publishers and of what the engine measures. */
  followers: readonly Follower[];
  reporter: Reporter;
}

/** What is measured, and what comes of it: figures and alerts. */
export function openMonitoring({ store, measures }: MonitoringOptions): Monitoring {
  const observations = new Observations();
  const metrics = new Metrics(store);
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
    async [Symbol.asyncDispose]() {},
  };
}
