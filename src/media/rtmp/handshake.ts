import { randomFillSync } from 'node:crypto';
import { ProtocolError } from './protocol-error.ts';

const VERSION = 3;
const SIZE = 1536;

export interface HandshakeStep {
  /** To be sent to the peer. */
  reply: Buffer | null;
  /** Set when the handshake is over: the bytes that came behind it. */
  rest: Buffer | null;
}

/**
 * The server's side of the plain handshake (RTMP 5.2). The version field of S1 stays 0, by which clients that know
 * the digested handshake (Flash, librtmp, ffmpeg) see that they need not check one. C2 is not compared with S1: many
 * encoders do not echo it.
 */
export function serverHandshake(): (bytes: Buffer) => HandshakeStep {
  let input: Buffer = Buffer.alloc(0);
  let replied = false;
  return (bytes) => {
    input = input.length === 0 ? bytes : Buffer.concat([input, bytes]);
    if (input.length > 0 && input[0] !== VERSION) throw new ProtocolError('not an RTMP handshake');
    let reply: Buffer | null = null;
    if (!replied && input.length > SIZE) {
      reply = Buffer.concat([Buffer.from([VERSION]), randomPacket(), input.subarray(1, SIZE + 1)]);
      replied = true;
    }
    const done = input.length >= 1 + 2 * SIZE;
    return { reply, rest: done ? input.subarray(1 + 2 * SIZE) : null };
  };
}

/** C0 and C1 in one buffer; afterwards the client answers S1 with its echo. */
export function clientHello(): Buffer {
  return Buffer.concat([Buffer.from([VERSION]), randomPacket()]);
}

/** The client's side: gives C2 as the reply once S0, S1 and S2 are in. */
export function clientHandshake(): (bytes: Buffer) => HandshakeStep {
  let input: Buffer = Buffer.alloc(0);
  return (bytes) => {
    input = input.length === 0 ? bytes : Buffer.concat([input, bytes]);
    if (input.length > 0 && input[0] !== VERSION) throw new ProtocolError('not an RTMP handshake');
    if (input.length < 1 + 2 * SIZE) return { reply: null, rest: null };
    return { reply: Buffer.from(input.subarray(1, SIZE + 1)), rest: input.subarray(1 + 2 * SIZE) };
  };
}

/** Time 0, version 0, then random bytes. */
function randomPacket(): Buffer {
  const packet = Buffer.alloc(SIZE);
  randomFillSync(packet, 8);
  return packet;
}
