import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Node's own limit for a request's head. */
const LONGEST_HEAD = 16 * 1024;
/** How long the client has to read the answer and hang up. */
const LINGER_MS = 500;

const REQUEST_LINE = /^(GET|HEAD) (\/[\x21-\x7e\x80-\xff]*) HTTP\/1\.1$/;
/** RFC 9110, 5.1 and 5.5. */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

interface Head {
  method: 'GET' | 'HEAD';
  url: string;
  headers: Record<string, string>;
}

/** Reads a whole request without a body, one character per byte. Null when it is anything else. */
function readHead(packet: Buffer): Head | null {
  if (packet.length > LONGEST_HEAD || packet.indexOf('\r\n\r\n') !== packet.length - 4) return null;
  const [first = '', ...lines] = packet.toString('latin1').slice(0, -4).split('\r\n');
  const [, method, target] = REQUEST_LINE.exec(first) ?? [];
  if (target === undefined) return null;
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, field, value = ''] = FIELD.exec(line) ?? [];
    if (field === undefined) return null;
    const name = field.toLowerCase();
    // Of two values, both: two credentials must not become one.
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0) return null;
  const url = target.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  return { method: method as Head['method'], url, headers };
}

/**
 * [doc] Real clients, curl among them, send `tags[]=Übung` as plain UTF-8, which Node's parser refuses. Such a request is
 * encoded as it should have been and goes the way of every other; the connection ends behind it.
 * @returns whether the error was of this kind, and is being answered
 */
export function answerUnencoded(
  app: FastifyInstance,
  { code, rawPacket }: { code?: string; rawPacket?: Buffer },
  socket: Socket,
): boolean {
  const head = code === 'HPE_INVALID_URL' && rawPacket ? readHead(rawPacket) : null;
  if (head === null) return false;
  const remoteAddress = socket.remoteAddress ?? '';
  app.inject({ ...head, remoteAddress }).then(
    ({ statusCode, headers, rawPayload }) => {
      const fields = Object.entries({ ...headers, connection: 'close' })
        .flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}\r\n`))
        .join('');
      const line = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\n`;
      // The parser is gone and with it every time limit.
      socket.setTimeout(LINGER_MS, () => socket.destroy());
      socket.end(Buffer.concat([Buffer.from(`${line}${fields}\r\n`, 'latin1'), rawPayload]));
    },
    () => socket.destroy(),
  );
  return true;
}
