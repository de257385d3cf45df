import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api.ts';
import type { LiveNow } from './types.ts';

export interface Sample {
  /** Unix seconds. */
  at: number;
  /** Bits per second; null where nothing was known. */
  bitrate: number | null;
  viewers: number | null;
}

/** Seconds that are looked back. */
export const WINDOW_S = 300;
/** Seconds without a sample that are a gap, not a slow answer. */
const GAP_S = 5;
const EVERY_MS = 1_000;

/** A gap is one: nobody looked, so nothing is known of what was between. */
function extend(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  const gap = last && sample.at - last.at > GAP_S ? [{ at: last.at + 1, bitrate: null, viewers: null }] : [];
  return [...samples, ...gap, sample].filter(({ at }) => at > sample.at - WINDOW_S);
}

/** How a stream does on the wire: now, and since the page looks. Asked every second while it is on air and looked at. */
export function useLive(id: string, live: boolean): { now: LiveNow | undefined; samples: readonly Sample[] } {
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['stream', id, 'live'],
    queryFn: () => api.get('/stream/{id}/live', { params: { path: { id } } }),
    enabled: live,
    refetchInterval: live && EVERY_MS,
    refetchIntervalInBackground: false,
  });
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (!live || !data || dataUpdatedAt === 0) return;
    const { bitrate, viewers } = data;
    setSamples((before) => extend(before, { at: dataUpdatedAt / 1_000, bitrate, viewers }));
  }, [live, data, dataUpdatedAt]);
  return { now: live ? data : undefined, samples };
}
