import type { IncomingMessage } from 'node:http';

/** What a playback URL asks for. `query` is raw, without the question mark. */
export interface PlayoutTarget {
  app: string;
  name: string;
  query: string;
}

/** Reads `/live/<name>.<ending>?query`. Gives the status to answer with when it is not one. */
export function readTarget(
  url: string,
  ending: 'flv' | 'm3u8',
  limits: { name: number; query: number },
): PlayoutTarget | 400 | 404 | 414 {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const match = /^\/(live)\/([^/]+)\.(flv|m3u8)$/.exec(path);
  if (match?.[3] !== ending) return 404;
  if (Buffer.byteLength(query) > limits.query) return 414;
  let name: string;
  try {
    name = decodeURIComponent(match![2]!);
  } catch {
    return 400;
  }
  if (Buffer.byteLength(name) > limits.name) return 414;
  return { app: match[1]!, name, query };
}

const MAX_HEADER = 2_048;

/** A header's value, unless it is repeated or absurdly long. */
export function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value.length <= MAX_HEADER ? value : null;
}
