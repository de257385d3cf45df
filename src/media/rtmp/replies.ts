import type { DenyCode, MediaAction } from '../engine.ts';
import { FOUR_CC_LIST } from '../flv/inspect.ts';
import { type AmfValue, writeAmf } from './amf0.ts';
import { CHUNK_STREAM, OUT_CHUNK_SIZE, writeMessage } from './chunk-writer.ts';
import { EVENT, MESSAGE } from './message.ts';

/** Bytes either side may send before it wants an acknowledgement (5.4.4, 5.4.5). */
export const WINDOW = 2_500_000;
const LIMIT_DYNAMIC = 2;
/** Enhanced RTMP v2: several tracks in one stream pass through. */
const CAPS_MULTITRACK = 2;

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Protocol control messages and user control events go on chunk stream 2, message stream 0. */
function controlMessage(type: number, payload: Buffer): Buffer {
  return writeMessage({ type, streamId: 0, timestamp: 0, payload }, CHUNK_STREAM.control, OUT_CHUNK_SIZE);
}

export function userControl(event: number, value: Buffer): Buffer {
  return controlMessage(MESSAGE.userControl, Buffer.concat([Buffer.from([0, event]), value]));
}

export const acknowledgement = (bytes: number): Buffer => controlMessage(MESSAGE.acknowledgement, uint32(bytes >>> 0));

/** A command on message stream `streamId`. Never longer than the chunk size announced in `greeting`. */
export function commandMessage(streamId: number, ...values: AmfValue[]): Buffer {
  const message = { type: MESSAGE.command, streamId, timestamp: 0, payload: writeAmf(...values) };
  return writeMessage(message, CHUNK_STREAM.command, OUT_CHUNK_SIZE);
}

/** Everything that answers `connect` (7.2.1.1). */
export function greeting(transaction: number): Buffer {
  const server = { fmsVer: 'FMS/3,0,1,123', capabilities: 31, mode: 1 };
  const accepted = {
    level: 'status',
    code: 'NetConnection.Connect.Success',
    description: 'Connection succeeded.',
    objectEncoding: 0,
    fourCcList: [...FOUR_CC_LIST],
    capsEx: CAPS_MULTITRACK,
  };
  return Buffer.concat([
    controlMessage(MESSAGE.windowAckSize, uint32(WINDOW)),
    controlMessage(MESSAGE.peerBandwidth, Buffer.concat([uint32(WINDOW), Buffer.from([LIMIT_DYNAMIC])])),
    controlMessage(MESSAGE.setChunkSize, uint32(OUT_CHUNK_SIZE)),
    commandMessage(0, '_result', transaction, server, accepted),
  ]);
}

export function status(
  streamId: number,
  about: { level: 'status' | 'error'; code: string; description: string },
): Buffer {
  return commandMessage(streamId, 'onStatus', 0, null, about);
}

/** What a player hears before media. */
export function playStart(streamId: number): Buffer {
  const id = uint32(streamId);
  const access = writeAmf('|RtmpSampleAccess', true, true);
  const data = { type: MESSAGE.data, streamId, timestamp: 0, payload: access };
  return Buffer.concat([
    userControl(EVENT.streamBegin, id),
    status(streamId, { level: 'status', code: 'NetStream.Play.Reset', description: 'Playing and resetting.' }),
    status(streamId, { level: 'status', code: 'NetStream.Play.Start', description: 'Started playing.' }),
    writeMessage(data, CHUNK_STREAM.data, OUT_CHUNK_SIZE),
  ]);
}

/** The status code that makes encoders and players say the right thing. */
export function refusalCode(action: MediaAction, code: DenyCode | 'taken'): string {
  if (action === 'publish') {
    return code === 'unknown' || code === 'taken' ? 'NetStream.Publish.BadName' : 'NetStream.Publish.Denied';
  }
  return code === 'unknown' ? 'NetStream.Play.StreamNotFound' : 'NetStream.Play.Failed';
}
