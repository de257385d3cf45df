import { hash, randomBytes } from 'node:crypto';
import { ApiError } from '../errors.ts';

/** A single-use permission of 192 random bits, in URL-safe text. Only its hash is stored. */
export const newTicket = (): string => randomBytes(24).toString('base64url');
export const ticketHash = (ticket: string): string => hash('sha256', ticket, 'base64url');

/** The same answer for every cause. */
export const deadTicket = (parameter: 'resetToken' | 'token'): ApiError =>
  new ApiError('badToken', { parameter, reason: 'It was used, has expired, or never was' });
