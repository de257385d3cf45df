import type { ServerResponse } from 'node:http';
import { CORS } from '../flv/playout-reply.ts';

export interface HlsFile {
  type: 'playlist' | 'media';
  body: string | Buffer;
}

/** A playlist is old in a second; a segment never changes, and belongs to the one who may fetch it. */
export const HEADERS: Readonly<Record<HlsFile['type'], Readonly<Record<string, string>>>> = {
  playlist: { 'Content-Type': 'application/vnd.apple.mpegurl', 'Cache-Control': 'no-store', ...CORS },
  media: { 'Content-Type': 'video/mp4', 'Cache-Control': 'private, max-age=60', ...CORS },
};

/** Sends it, or its head alone. Gives the bytes of the body. */
export function sendFile(response: ServerResponse, file: HlsFile, { id, head }: { id: string; head: boolean }): number {
  const length = Buffer.byteLength(file.body);
  response.writeHead(200, {
    ...HEADERS[file.type],
    'Content-Length': length,
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': id,
  });
  response.end(head ? undefined : file.body);
  return head ? 0 : length;
}
