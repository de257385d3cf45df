import type { RtmpMessage } from './message.ts';

/** Chunk streams we write to. Everyone's player gets the same ones, so that the bytes can be shared. */
export const CHUNK_STREAM = { control: 2, command: 3, audio: 4, data: 5, video: 6 } as const;

/** The chunk size we announce before we write more than 128 bytes: few chunk heads, still one head per frame. */
export const OUT_CHUNK_SIZE = 60_000;
/** What both sides assume until told otherwise (5.4.1). */
export const DEFAULT_CHUNK_SIZE = 128;

const EXTENDED = 0xffffff;

/**
 * A message as chunks (5.3.1). Always a full head (type 0) and bare continuations (type 3): twelve bytes buy us a
 * writer without state, whose output any connection can send.
 */
export function writeMessage(message: RtmpMessage, csid: number, chunkSize: number): Buffer {
  const target = Buffer.allocUnsafe(messageSize(message, chunkSize));
  writeMessageAt(target, 0, { message, csid, chunkSize });
  return target;
}

export function messageSize(message: RtmpMessage, chunkSize: number): number {
  const extra = message.timestamp >= EXTENDED ? 4 : 0;
  const length = message.payload.length;
  const continuations = Math.max(0, Math.ceil(length / chunkSize) - 1);
  return 12 + extra + length + continuations * (1 + extra);
}

/** Writes into `target` at `offset` and returns the offset behind. `csid` is 2 to 63. */
export function writeMessageAt(
  target: Buffer,
  offset: number,
  what: { message: RtmpMessage; csid: number; chunkSize: number },
): number {
  const { message, csid, chunkSize } = what;
  const { payload, timestamp } = message;
  const extended = timestamp >= EXTENDED;
  target[offset] = csid;
  target.writeUIntBE(extended ? EXTENDED : timestamp, offset + 1, 3);
  target.writeUIntBE(payload.length, offset + 4, 3);
  target[offset + 7] = message.type;
  target.writeUInt32LE(message.streamId, offset + 8);
  let at = offset + 12;
  if (extended) at = target.writeUInt32BE(timestamp, at);
  for (let sent = 0; sent < payload.length; sent += chunkSize) {
    if (sent > 0) {
      target[at++] = 0xc0 | csid;
      if (extended) at = target.writeUInt32BE(timestamp, at);
    }
    at += payload.copy(target, at, sent, Math.min(sent + chunkSize, payload.length));
  }
  return at;
}
