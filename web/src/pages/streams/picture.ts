import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { queries } from '../../api.ts';
import type { Ending } from './mpegts-player.ts';
import type { Stream } from './types.ts';
import { useViewerToken } from './viewer-token.ts';

export type Picture = 'connecting' | 'playing' | 'blocked' | Ending;

/** Milliseconds until it is tried again, the longer the more often it failed; then somebody has to ask for it. */
const PAUSES = [300, 1_000, 2_000, 4_000, 8_000] as const;

const withToken = (url: string, token: string) => `${url}?token=${encodeURIComponent(token)}`;

interface Options {
  /** Whether viewers show a token; undefined while it is not known. */
  secure: boolean | undefined;
  /** Whether one may be made. */
  mayMakeToken: boolean;
}

/**
 * Keeps a live stream playing in a video element: ends with it, comes back with it. `again` begins anew where it was
 * given up.
 */
export function usePicture(video: RefObject<HTMLVideoElement | null>, stream: Stream, options: Options) {
  const { secure, mayMakeToken } = options;
  const [picture, setPicture] = useState<Picture>('connecting');
  const [round, setRound] = useState(0);
  const [failures, setFailures] = useState(0);
  const tokenFor = useViewerToken(stream.id);
  const url = stream.playout.h5live[0]?.server.websocket;
  const wanted = stream.state === 'live' && url !== undefined && secure !== undefined && (!secure || mayMakeToken);
  const address = useEffectEvent(async () => (secure ? withToken(url!, await tokenFor()) : url!));
  const pause = useEffectEvent(() => PAUSES[failures]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a round is one try
  useEffect(() => {
    if (!wanted) {
      setFailures(0);
      return;
    }
    let stop = () => {};
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    const ended = (why: Ending) => {
      if (left) return;
      setPicture(why);
      const wait = why === 'unsupported' ? undefined : pause();
      const retry = () => {
        setFailures((before) => before + 1);
        setRound((before) => before + 1);
      };
      // Why it ended, the stream's state says: of one that is locked nothing is tried.
      const read = queries.invalidateQueries({ queryKey: ['stream', stream.id], exact: true });
      void read.finally(() => {
        if (!left && wait !== undefined) timer = setTimeout(retry, wait);
      });
    };
    const playing = () => {
      setPicture('playing');
      setFailures(0);
    };
    setPicture('connecting');
    Promise.all([address(), import('./mpegts-player.ts')])
      .then(([target, { playInto }]) => {
        if (!left && video.current)
          stop = playInto(video.current, target, { playing, blocked: () => setPicture('blocked'), ended });
      })
      .catch(() => ended('lost'));
    return () => {
      left = true;
      clearTimeout(timer);
      stop();
    };
  }, [wanted, url, round]);

  const again = () => {
    setFailures(0);
    setRound((before) => before + 1);
  };
  const given = picture === 'lost' || picture === 'over' ? PAUSES[failures] === undefined : false;
  return { picture, again, given };
}
