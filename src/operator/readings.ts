import type { Services } from '../http/services.ts';
import type { Monitoring } from '../monitoring.ts';
import type { Readings } from './measures.ts';

/** The operator's figures that stand in the parts already. */
export const readingsOf = (
  { live, events }: Pick<Services, 'live' | 'events'>,
  { openAlerts }: Pick<Monitoring, 'openAlerts'>,
): Readings => ({
  engineUp: () => live.engineUp,
  onAir() {
    const sum = { streams: 0, viewers: 0, bitrate: 0 };
    if (!live.heard) return sum;
    for (const { publisher, viewers, bitrate } of live.stats.values()) {
      if (publisher !== null) sum.streams++;
      sum.viewers += viewers;
      sum.bitrate += bitrate ?? 0;
    }
    return sum;
  },
  listeners: () => events.count,
  openAlerts,
});
