import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deny, DenyCode, MediaAction } from '../engine.ts';
import { type AmfObject, type AmfValue, readAmf } from './amf0.ts';
import type { RtmpConnection } from './connection.ts';
import { type Pass, termsOf } from './door.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import type { Entrance } from './on-air.ts';
import { PLAY_STREAM_ID } from './packets.ts';
import { ProtocolError } from './protocol-error.ts';
import { commandMessage, greeting, playStart, refusalCode, status } from './replies.ts';

interface Command {
  streamId: number;
  transaction: number;
  /** What follows the command object. */
  args: AmfValue[];
  about: AmfValue;
}

type Handler = (connection: RtmpConnection, command: Command) => void;

/** A connection needs one or two message streams. */
const MAX_STREAMS = 16;
const MAX_TEXT = 256;

const COMMANDS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['connect', connect],
  ['createStream', createStream],
  ['publish', (connection, command) => enter(connection, command, 'publish')],
  ['play', (connection, command) => enter(connection, command, 'play')],
  ['FCPublish', acknowledge],
  ['releaseStream', acknowledge],
  ['_checkbw', acknowledge],
  ['getStreamLength', (connection, command) => answer(connection, command, 0)],
  ['FCUnpublish', leave],
  ['deleteStream', leave],
  ['closeStream', leave],
]);

/** Commands we do not know are passed over, as the others of this protocol do. Throws `ProtocolError`. */
export function handleCommand(connection: RtmpConnection, message: RtmpMessage): void {
  // AMF3 commands begin with a byte of their own and go on in AMF0, which is all that encoders put there.
  const start = message.type === MESSAGE.commandAmf3 ? 1 : 0;
  const [name, transaction, about, ...args] = readAmf(message.payload, start);
  if (typeof name !== 'string') throw new ProtocolError('command without a name');
  const handler = COMMANDS.get(name);
  if (handler === undefined) return;
  if (name !== 'connect' && connection.peer === null) throw new ProtocolError('command before connect');
  const number = typeof transaction === 'number' ? transaction : 0;
  handler(connection, { streamId: message.streamId, transaction: number, args, about });
}

function connect(connection: RtmpConnection, command: Command): void {
  if (connection.peer !== null) throw new ProtocolError('second connect');
  const about = isObject(command.about) ? command.about : {};
  const { app } = about;
  if (typeof app !== 'string' || app.length > MAX_TEXT) throw new ProtocolError('connect without an app');
  const path = app.split('?', 1)[0]!.replace(/^\/+|\/+$/g, '');
  connection.peer = { app: path, userAgent: text(about.flashVer), referrer: text(about.pageUrl, 2_048) };
  connection.send(greeting(command.transaction));
}

function createStream(connection: RtmpConnection, command: Command): void {
  if (++connection.streams > MAX_STREAMS) throw new ProtocolError('too many message streams');
  // Always the same one, because a connection has one session, and all players can then be sent the same bytes.
  connection.send(commandMessage(0, '_result', command.transaction, null, PLAY_STREAM_ID));
}

function acknowledge(connection: RtmpConnection, command: Command): void {
  answer(connection, command, null);
}

function answer(connection: RtmpConnection, command: Command, value: AmfValue): void {
  if (command.transaction !== 0) connection.send(commandMessage(0, '_result', command.transaction, null, value));
}

function leave(connection: RtmpConnection, command: Command): void {
  const wasOn = connection.seat !== null;
  connection.leave('closed');
  const code = 'NetStream.Unpublish.Success';
  if (!wasOn) answer(connection, command, null);
  else connection.send(status(connection.streamId, { level: 'status', code, description: 'Stream closed.' }));
}

/** `publish` and `play` (7.2.2.1, 7.2.2.6): the name goes to the door, and until it answers nothing is read. */
function enter(connection: RtmpConnection, command: Command, action: MediaAction): void {
  if (connection.seat !== null) throw new ProtocolError('second publish or play');
  const [raw] = command.args;
  if (typeof raw !== 'string') throw new ProtocolError('publish or play without a name');
  const { limits } = connection.around;
  const mark = raw.indexOf('?');
  const name = mark < 0 ? raw : raw.slice(0, mark);
  const query = mark < 0 ? '' : raw.slice(mark + 1);
  if (name === '' || Buffer.byteLength(name) > limits.name) throw new ProtocolError('name is empty or too long');
  if (Buffer.byteLength(query) > limits.query) throw new ProtocolError('query is too long');
  connection.streamId = command.streamId;
  connection.hold();
  // A session of its own each time: a connection may publish again after it stopped.
  decide(connection, { session: randomUUID(), action, name, query }).catch((error) => {
    connection.around.log.error({ session: connection.id, err: error }, 'rtmp session failed');
    connection.close('protocol');
  });
}

interface Wish {
  session: string;
  action: MediaAction;
  name: string;
  query: string;
}

async function decide(connection: RtmpConnection, wish: Wish): Promise<void> {
  const { app, userAgent, referrer } = connection.peer!;
  const { door } = connection.around;
  const { ip } = connection;
  const verdict = await door.authorise({
    ...wish,
    protocol: 'rtmp',
    app,
    ip,
    userAgent,
    origin: null,
    referrer,
    authorization: null,
  });
  if (!verdict.allow) return refuseLater(connection, wish.action, verdict);
  if (connection.closed) return;
  // No await from here to the seat: a lock that arrives now finds the session either refused or on the list.
  const objection = door.objection(verdict);
  if (objection !== null) return refuse(connection, wish.action, objection);
  const entered =
    wish.action === 'publish' ? startPublishing(connection, wish, verdict) : startPlaying(connection, wish, verdict);
  if (entered) connection.release();
}

async function refuseLater(connection: RtmpConnection, action: MediaAction, verdict: Deny): Promise<void> {
  if (verdict.delayMs) await sleep(verdict.delayMs, undefined, { ref: false });
  refuse(connection, action, verdict);
}

function refuse(
  connection: RtmpConnection,
  action: MediaAction,
  why: { code: DenyCode | 'taken'; message: string },
): void {
  const about = { level: 'error', code: refusalCode(action, why.code), description: why.message } as const;
  connection.refuse(status(connection.streamId, about));
}

function newSession(connection: RtmpConnection, wish: Wish, pass: Pass): Entrance {
  const { session: id, action } = wish;
  return {
    session: { id, action, protocol: 'rtmp', ...termsOf(pass), ip: connection.ip, since: Date.now(), bytes: 0 },
    destroy: connection.close.bind(connection),
  };
}

function startPublishing(connection: RtmpConnection, wish: Wish, pass: Pass): boolean {
  const seat = connection.around.onAir.publish(newSession(connection, wish, pass));
  if (seat === null) {
    refuse(connection, 'publish', { code: 'taken', message: 'The stream is being published already.' });
    return false;
  }
  connection.admit(seat);
  const about = { level: 'status', code: 'NetStream.Publish.Start', description: 'Publishing.' } as const;
  connection.send(status(connection.streamId, about));
  return true;
}

function startPlaying(connection: RtmpConnection, wish: Wish, pass: Pass): boolean {
  const prepare = (): void => void connection.socket.write(playStart(connection.streamId));
  const how = { format: 'rtmp', sink: connection.socket, prepare } as const;
  connection.admit(connection.around.onAir.play(newSession(connection, wish, pass), how));
  return true;
}

const isObject = (value: AmfValue): value is AmfObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function text(value: AmfValue, most = MAX_TEXT): string | null {
  return typeof value === 'string' && value.length <= most ? value : null;
}
