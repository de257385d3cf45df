import { useRef } from 'react';
import { api } from '../../api.ts';

const LIFE_S = 300;
/** Seconds before its end at which a token is not used any more. */
const MARGIN_S = 15;

/**
 * Gives a playback token for one stream, made when there is none that still holds: what is looked at here opens nothing
 * else and nothing for long.
 */
export function useViewerToken(stream: string): () => Promise<string> {
  const held = useRef<{ stream: string; token: string; until: number } | null>(null);
  return async () => {
    const now = Math.floor(Date.now() / 1_000);
    if (held.current?.stream === stream && held.current.until - MARGIN_S > now) return held.current.token;
    const exp = now + LIFE_S;
    const { data } = await api.post('/api/v1/splay', { body: { streams: [stream], exp, tag: 'dashboard' } });
    held.current = { stream, token: data.token, until: exp };
    return data.token;
  };
}
