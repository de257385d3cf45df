import type { StreamSample } from '../../src/media/samples.ts';
import { type Rig, until } from './rig.ts';

export type Sampled = Extract<Rig['messages'][number], { type: 'samples' }>['batch'];

export const batchesOf = (rig: Rig): Sampled[] =>
  rig.messages.flatMap((message) => (message.type === 'samples' ? [message.batch] : []));

/** A stream's samples in their order, each batch counted once. */
export function samplesOf(rig: Rig, stream: string): (StreamSample & { at: number })[] {
  const known = new Set<string>();
  return batchesOf(rig).flatMap(({ source, seq, at, streams }) => {
    const key = `${source} ${seq}`;
    if (known.has(key)) return [];
    known.add(key);
    return streams.filter((sample) => sample.stream === stream).map((sample) => ({ ...sample, at }));
  });
}

type Counter = {
  [Key in keyof StreamSample]: StreamSample[Key] extends number ? Key : never;
}[keyof StreamSample];

/** A counter of a stream, over all windows so far. */
export const total = (rig: Rig, stream: string, counter: Counter): number =>
  samplesOf(rig, stream).reduce((sum, sample) => sum + sample[counter], 0);

/** Waits until the window that is open now has been told. */
export async function nextWindow(rig: Rig, stream: string): Promise<void> {
  const now = Date.now();
  await until(() => samplesOf(rig, stream).some(({ at }) => at >= now), 'a window that began after now');
}
