import { randomBytes } from 'node:crypto';
import { PLAYLIST } from './playlist.ts';

/** Bytes of a session's path: who has it may fetch what the session may. */
const SECRET_BYTES = 24;

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** From `/live/<name>.m3u8` to the session's playlist; relative, because a proxy may have put a folder before both. */
export const playlistUri = (secret: string): string => `../hls/${secret}/${PLAYLIST}`;

/** Reads `/hls/<secret>/<file>`; null for anything else. What follows a `?` says nothing here. */
export function readFilePath(url: string): { secret: string; file: string } | null {
  const match = /^\/hls\/([\w-]{32})\/([\w.-]{1,40})(?:\?|$)/.exec(url);
  return match === null ? null : { secret: match[1]!, file: match[2]! };
}

/** True for what HLS answers: the playlist of a name, and everything of a session. */
export const isHls = (url: string): boolean => isSession(url) || /^[^?]*\.m3u8(?:\?|$)/.test(url);

export const isSession = (url: string): boolean => url.startsWith('/hls/');
