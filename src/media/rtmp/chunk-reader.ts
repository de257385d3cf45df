import { DEFAULT_CHUNK_SIZE } from './chunk-writer.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { ProtocolError } from './protocol-error.ts';

export interface ChunkLimits {
  message: number;
  command: number;
  data: number;
  partial: number;
  chunkStreams: number;
}

/** What the last head on a chunk stream said, and the message being put together on it. */
interface ChunkStream {
  timestamp: number;
  delta: number;
  /** The extended timestamp as it was read: encoders disagree whether continuations repeat it. */
  extended: number | null;
  length: number;
  type: number;
  streamId: number;
  partial: Buffer | null;
  filled: number;
  inMessage: boolean;
}

const EMPTY = Buffer.alloc(0);
const HEAD_SIZE = [11, 7, 3, 0] as const;
const EXTENDED = 0xffffff;
const FIRST_ALLOCATION = 4_096;

/**
 * Puts messages together from chunks (RTMP 5.3). `push` bytes as they arrive, then call `next` until it gives null; a
 * caller that must wait simply stops asking. Memory grows with the bytes that arrived, never with an announced length.
 * Throws `ProtocolError`; the reader is of no use afterwards.
 */
export class ChunkReader {
  /** May be widened while reading, when the peer has been let in. */
  limits: ChunkLimits;
  #input: Buffer = EMPTY;
  #at = 0;
  #chunkSize = DEFAULT_CHUNK_SIZE;
  #streams = new Map<number, ChunkStream>();
  #current: ChunkStream | null = null;
  #chunkLeft = 0;
  #partialBytes = 0;

  constructor(limits: ChunkLimits) {
    this.limits = limits;
  }

  push(bytes: Buffer): void {
    const rest = this.#input.length - this.#at;
    this.#input = rest === 0 ? bytes : Buffer.concat([this.#input.subarray(this.#at), bytes]);
    this.#at = 0;
  }

  /** The next complete message, or null when more bytes are needed. Its payload may be a view of the pushed bytes. */
  next(): RtmpMessage | null {
    for (;;) {
      if (this.#current === null && !this.#readHead()) break;
      const message = this.#readPayload();
      if (message === null) {
        if (this.#current !== null) break;
        continue;
      }
      if (message.type === MESSAGE.setChunkSize) this.#setChunkSize(message.payload);
      else if (message.type === MESSAGE.abort) this.#abort(message.payload);
      else return message;
    }
    if (this.#at === this.#input.length) {
      this.#input = EMPTY;
      this.#at = 0;
    }
    return null;
  }

  /** Reads basic and message head once they are complete; false when bytes are missing. */
  #readHead(): boolean {
    const input = this.#input;
    let at = this.#at;
    if (at >= input.length) return false;
    const format = (input[at]! >> 6) as 0 | 1 | 2 | 3;
    let csid = input[at]! & 63;
    at += 1;
    if (csid < 2) {
      if (at + csid + 1 > input.length) return false;
      const wide = csid === 1;
      csid = 64 + input[at]! + (wide ? input[at + 1]! * 256 : 0);
      at += wide ? 2 : 1;
    }
    if (at + HEAD_SIZE[format] > input.length) return false;
    const stream = this.#streams.get(csid) ?? this.#open(csid, format);
    const behind = format === 3 ? continueHead(stream, input, at) : newHead(stream, { format, input, at });
    if (behind < 0) return false;
    this.#at = behind;
    this.#begin(stream, format);
    return true;
  }

  #open(csid: number, format: number): ChunkStream {
    // Some encoders open the control stream with a type 1 head; types 2 and 3 have nothing to build on.
    if (format > 1) throw new ProtocolError('chunk without a head before it');
    if (this.#streams.size >= this.limits.chunkStreams) throw new ProtocolError('too many chunk streams');
    const stream: ChunkStream = {
      timestamp: 0,
      delta: 0,
      extended: null,
      length: 0,
      type: 0,
      streamId: 0,
      partial: null,
      filled: 0,
      inMessage: false,
    };
    this.#streams.set(csid, stream);
    return stream;
  }

  #begin(stream: ChunkStream, format: number): void {
    // A head in the middle of a message gives the unfinished one up.
    if (format !== 3 && stream.inMessage) this.#forget(stream);
    if (!stream.inMessage) {
      const { message, command, data } = this.limits;
      const type = stream.type;
      const isCommand = type === MESSAGE.command || type === MESSAGE.commandAmf3 || type < MESSAGE.audio;
      const isData = type === MESSAGE.data || type === MESSAGE.dataAmf3;
      const limit = isCommand ? Math.min(command, message) : isData ? Math.min(data, message) : message;
      if (stream.length > limit) throw new ProtocolError('message too large');
      if (format === 3) stream.timestamp = (stream.timestamp + stream.delta) >>> 0;
      stream.inMessage = true;
    }
    this.#current = stream;
    this.#chunkLeft = Math.min(this.#chunkSize, stream.length - stream.filled);
  }

  #readPayload(): RtmpMessage | null {
    const stream = this.#current!;
    const count = Math.min(this.#chunkLeft, this.#input.length - this.#at);
    const piece = this.#input.subarray(this.#at, this.#at + count);
    this.#at += count;
    this.#chunkLeft -= count;
    const whole = stream.filled === 0 && count === stream.length;
    if (!whole) this.#collect(stream, piece);
    if (this.#chunkLeft > 0) return null;
    this.#current = null;
    if (!whole && stream.filled < stream.length) return null;
    const payload = whole ? piece : stream.partial!.subarray(0, stream.length);
    this.#forget(stream);
    return { type: stream.type, streamId: stream.streamId, timestamp: stream.timestamp, payload };
  }

  /** Appends to the unfinished message; the buffer doubles with what has arrived. */
  #collect(stream: ChunkStream, piece: Buffer): void {
    const needed = stream.filled + piece.length;
    if (stream.partial === null || stream.partial.length < needed) {
      const size = Math.min(stream.length, Math.max(needed, 2 * stream.filled, FIRST_ALLOCATION));
      const grown = Buffer.allocUnsafeSlow(size);
      stream.partial?.copy(grown, 0, 0, stream.filled);
      stream.partial = grown;
    }
    piece.copy(stream.partial, stream.filled);
    stream.filled = needed;
    this.#partialBytes += piece.length;
    if (this.#partialBytes > this.limits.partial) throw new ProtocolError('too much in unfinished messages');
  }

  #forget(stream: ChunkStream): void {
    this.#partialBytes -= stream.filled;
    stream.partial = null;
    stream.filled = 0;
    stream.inMessage = false;
  }

  /** 5.4.1. Sizes above the largest message mean the same as that; 0 and the reserved bit are refused. */
  #setChunkSize(payload: Buffer): void {
    const size = payload.length >= 4 ? payload.readUInt32BE(0) : 0;
    if (size === 0 || size > 0x7fffffff) throw new ProtocolError('impossible chunk size');
    this.#chunkSize = Math.min(size, 0xffffff);
  }

  #abort(payload: Buffer): void {
    if (payload.length < 4) throw new ProtocolError('abort without a chunk stream');
    const stream = this.#streams.get(payload.readUInt32BE(0));
    if (stream?.inMessage) this.#forget(stream);
  }
}

/** Types 0, 1 and 2 (5.3.1.2). Returns the offset behind the head, or -1 when the extended timestamp is missing. */
function newHead(stream: ChunkStream, head: { format: 0 | 1 | 2; input: Buffer; at: number }): number {
  const { format, input, at } = head;
  let behind = at + HEAD_SIZE[format];
  const field = input.readUIntBE(at, 3);
  const extended = field === EXTENDED;
  if (extended && behind + 4 > input.length) return -1;
  const time = extended ? input.readUInt32BE(behind) : field;
  if (extended) behind += 4;
  stream.extended = extended ? time : null;
  stream.timestamp = format === 0 ? time : (stream.timestamp + time) >>> 0;
  // A type 3 head that begins a message after a type 0 head repeats that head's time as its delta (5.3.1.2.4).
  stream.delta = time;
  if (format < 2) {
    stream.length = input.readUIntBE(at + 3, 3);
    stream.type = input[at + 6]!;
  }
  if (format === 0) stream.streamId = input.readUInt32LE(at + 7);
  return behind;
}

/** Type 3 (5.3.1.2.4). In the middle of a message the extended timestamp is only read where it is repeated. */
function continueHead(stream: ChunkStream, input: Buffer, at: number): number {
  const { extended } = stream;
  if (extended === null) return at;
  const known = Math.min(4, input.length - at);
  if (stream.inMessage) {
    // The first byte that differs decides: a short last chunk may have nothing behind it to wait for.
    for (let i = 0; i < known; i++) if (input[at + i] !== ((extended >>> (24 - 8 * i)) & 255)) return at;
  }
  return known < 4 ? -1 : at + 4;
}
