import { setTimeout as sleep } from 'node:timers/promises';
import { type MediaTag, TAG_AUDIO, TAG_DATA, TAG_VIDEO } from '../flv/tag.ts';
import { writeAmf } from './amf0.ts';
import { CHUNK_STREAM } from './chunk-writer.ts';
import { CLIENT_STREAM_ID, type ClientConnection, type ClientTarget, openClient } from './client-connection.ts';

/** A publisher that was accepted. */
export interface Publisher {
  /** Sends a tag at once. False when the connection is over, or so much is unsent that the tag was left out. */
  send(tag: MediaTag): boolean;
  /** Resolves when the connection is over: the server closed it, or `close` did. */
  readonly closed: Promise<void>;
  readonly open: boolean;
  /** Ends the stream politely, then the connection. */
  close(): Promise<void>;
  /** Drops the connection as if the cable were cut. */
  destroy(): void;
}

const MAX_UNSENT = 4 * 1024 * 1024;
const GOODBYE_MS = 500;
const SET_DATA_FRAME = writeAmf('@setDataFrame');

/** Connects and publishes. Rejects with `RtmpRefused` when the server refuses, or with the socket's error. */
export async function connectPublisher(target: ClientTarget): Promise<Publisher> {
  const connection = await openClient(target, ['publish', target.name, 'live']);
  const { socket, closed } = connection;
  return {
    closed,
    get open() {
      return !socket.destroyed;
    },
    send: (tag) => sendTag(connection, tag),
    close: () => sayGoodbye(connection),
    destroy: () => void socket.destroy(),
  };
}

/** Ends the stream politely, then the connection. */
export async function sayGoodbye(connection: ClientConnection): Promise<void> {
  const { socket, closed } = connection;
  connection.command(0, 'deleteStream', 0, null, CLIENT_STREAM_ID);
  socket.end();
  await Promise.race([closed, sleep(GOODBYE_MS, undefined, { ref: false })]);
  socket.destroy();
}

function sendTag(connection: ClientConnection, tag: MediaTag): boolean {
  if (connection.socket.destroyed || connection.socket.writableLength > MAX_UNSENT) return false;
  const { type, timestamp, data } = tag;
  const payload = type === TAG_DATA ? Buffer.concat([SET_DATA_FRAME, data]) : data;
  const csid = type === TAG_AUDIO ? CHUNK_STREAM.audio : type === TAG_VIDEO ? CHUNK_STREAM.video : CHUNK_STREAM.data;
  connection.send({ type, streamId: CLIENT_STREAM_ID, timestamp, payload }, csid);
  return true;
}
