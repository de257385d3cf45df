import { TAG_DATA, type TagType } from '../flv/tag.ts';
import { readAmfValue } from './amf0.ts';
import { handleCommand } from './commands.ts';
import type { RtmpConnection } from './connection.ts';
import { EVENT, MESSAGE, type RtmpMessage } from './message.ts';
import { ProtocolError } from './protocol-error.ts';
import { userControl } from './replies.ts';

/** One message of a connection: media to its stream, commands to their handlers. Throws `ProtocolError`. */
export function dispatch(connection: RtmpConnection, message: RtmpMessage): void {
  switch (message.type) {
    case MESSAGE.audio:
    case MESSAGE.video:
      feed(connection, message, message.payload);
      break;
    case MESSAGE.data:
    case MESSAGE.dataAmf3:
      data(connection, message);
      break;
    case MESSAGE.command:
    case MESSAGE.commandAmf3:
      handleCommand(connection, message);
      break;
    case MESSAGE.windowAckSize:
      if (message.payload.length >= 4) connection.setWindow(message.payload.readUInt32BE(0));
      break;
    case MESSAGE.userControl:
      control(connection, message.payload);
      break;
    default:
    // Acknowledgements, peer bandwidth, shared objects: nothing for us to do.
  }
}

/** Only the publisher of the moment feeds its stream; whoever else sends media has no business here. */
function feed(connection: RtmpConnection, message: RtmpMessage, payload: Buffer): void {
  const { seat } = connection;
  if (seat === null || seat.viewer !== null) throw new ProtocolError('media without publishing');
  if (message.streamId !== connection.streamId) return;
  connection.mediaAt = performance.now();
  const type = (message.type === MESSAGE.dataAmf3 ? TAG_DATA : message.type) as TagType;
  if (!connection.around.onAir.feed(seat, { type, timestamp: message.timestamp, data: payload })) {
    throw new ProtocolError('media from a session that is not on air');
  }
}

/** Metadata and cues. `@setDataFrame` asks the server to keep what follows; the rest is the script tag itself. */
function data(connection: RtmpConnection, message: RtmpMessage): void {
  const payload = message.type === MESSAGE.dataAmf3 ? message.payload.subarray(1) : message.payload;
  if (payload.length === 0) throw new ProtocolError('empty data message');
  const { value, end } = readAmfValue(payload, 0);
  // Players and encoders announce things before they are let in; it is not media.
  if (connection.seat === null || connection.seat.viewer !== null) return;
  feed(connection, message, value === '@setDataFrame' ? payload.subarray(end) : payload);
}

function control(connection: RtmpConnection, payload: Buffer): void {
  if (payload.length < 6 || payload.readUInt16BE(0) !== EVENT.pingRequest) return;
  if (connection.socket.writableLength < 64 * 1024)
    connection.send(userControl(EVENT.pingResponse, payload.subarray(2, 6)));
}
