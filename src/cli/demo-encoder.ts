import { publishFlvLoop, RtmpRefused } from '../media/rtmp/client.ts';

const RETRY_MS = 2_000;

/**
 * Publishes a clip over and over, as an encoder on the road does: it tries again, whatever happens to it. `tell` gets
 * a sentence whenever its fortune changes.
 */
export function startEncoder(publishUrl: string, clip: string, tell: (event: string) => void): Disposable {
  const slash = publishUrl.lastIndexOf('/');
  const stop = new AbortController();
  let lastSaid = '';
  const say = (event: string) => {
    if (!stop.signal.aborted && event !== lastSaid) tell(event);
    lastSaid = event;
  };
  publishFlvLoop({
    url: publishUrl.slice(0, slash),
    name: publishUrl.slice(slash + 1),
    file: clip,
    signal: stop.signal,
    reconnectMs: RETRY_MS,
    onState: (state, error) => say(state === 'live' ? 'The encoder is on air.' : fateOf(error)),
  }).catch((error: Error) => say(`The encoder cannot play the clip: ${error.message}`));
  return { [Symbol.dispose]: () => stop.abort() };
}

function fateOf(error: Error | null): string {
  if (error === null) return 'The encoder was thrown off. It keeps trying to come back.';
  const why = error instanceof RtmpRefused ? `was refused (${error.message})` : 'does not reach the RTMP port';
  return `The encoder ${why}. It keeps trying.`;
}
