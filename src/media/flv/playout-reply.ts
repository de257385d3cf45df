import type { ServerResponse } from 'node:http';
import type { DenyCode } from '../engine.ts';

/** Any page may play: what decides is the token, and a refusal without these headers reads "failed to fetch". */
export const CORS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Retry-After, X-Request-Id, WWW-Authenticate',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** Sent before media, by hand: no chunked framing, and nothing that would keep the socket afterwards. */
export function mediaHead(requestId: string): string {
  const headers = {
    'Content-Type': 'video/x-flv',
    'Cache-Control': 'no-store',
    Connection: 'close',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': requestId,
    ...CORS,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`;
}

export interface Refusal {
  status: number;
  /** The number of the public error table. */
  code: number;
  message: string;
  /** What a WebSocket is closed with: terminal for players below 4500. */
  close: number;
}

const REFUSALS: Record<DenyCode, Omit<Refusal, 'message'>> = {
  unknown: { status: 404, code: 4040, close: 4404 },
  invalid: { status: 400, code: 1000, close: 4400 },
  unauthorised: { status: 401, code: 4003, close: 4401 },
  locked: { status: 403, code: 2001, close: 4403 },
  refused: { status: 403, code: 2001, close: 4403 },
  blocked: { status: 403, code: 2001, close: 4403 },
  unavailable: { status: 503, code: 5030, close: 4503 },
};

export function refusalOf(code: DenyCode, message: string): Refusal {
  return { ...REFUSALS[code], message };
}

const REQUEST_REFUSALS: Record<number, { code: number; message: string }> = {
  400: { code: 1000, message: 'Request is not valid' },
  404: { code: 4040, message: 'Not found' },
  405: { code: 1000, message: 'Method is not allowed' },
  408: { code: 1000, message: 'Request took too long' },
  414: { code: 1000, message: 'Address is too long' },
  429: { code: 4290, message: 'Too many connections' },
  431: { code: 1000, message: 'Headers are too long' },
  500: { code: 5000, message: 'Internal error' },
};

/** A refusal of the request itself, before anybody was asked. */
export function badRequest(status: number): Refusal {
  const known = REQUEST_REFUSALS[status] ?? REQUEST_REFUSALS[400]!;
  return { status, ...known, close: 4400 };
}

/** The body every error of the product has. */
export function errorBody(refusal: Refusal, requestId: string): string {
  const { message, code, status } = refusal;
  return JSON.stringify({ error: { message, code }, status, message, requestId });
}

function errorHeaders(refusal: Refusal): Record<string, string> {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
    ...CORS,
    ...((refusal.status === 503 || refusal.status === 429) && { 'Retry-After': '2' }),
    ...(refusal.status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...(refusal.status === 405 && { Allow: 'GET, HEAD, OPTIONS' }),
  };
}

export function sendRefusal(response: ServerResponse, refusal: Refusal, requestId: string): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(refusal.status, { ...errorHeaders(refusal), 'X-Request-Id': requestId });
  response.end(errorBody(refusal, requestId));
}

/** The same for a socket that has no response object (upgrades, requests that did not parse). */
export function rawRefusal(refusal: Refusal, requestId: string): string {
  const body = errorBody(refusal, requestId);
  const headers = {
    ...errorHeaders(refusal),
    'X-Request-Id': requestId,
    'Content-Length': `${Buffer.byteLength(body)}`,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${refusal.message.replace(/[^ -~]/g, '')}\r\n${lines.join('')}\r\n${body}`;
}
