import type { AlertCode, AlertDetail } from './codes.ts';

/** Something that is wrong now. */
export interface Wrong {
  readonly code: AlertCode;
  readonly subject: string;
  /** Null for what is about a stream: that one's. */
  readonly organisation: string | null;
  readonly detail: AlertDetail;
  /** When it was last seen, in unix milliseconds. */
  readonly at: number;
}

/** The detail of an alert that is open: what is wrong already goes on by other limits than what is not. */
export type OpenDetail = (code: AlertCode, subject: string) => AlertDetail | undefined;
