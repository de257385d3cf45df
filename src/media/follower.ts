import type { Tx } from '../store/store.ts';
import type { EndReason, Protocol, StreamFigures } from './engine.ts';
import type { SampleBatch } from './samples.ts';

/** A publisher's time on air. `protocol` is null when nobody saw it begin. */
export interface Publishing {
  session: string;
  stream: { id: string; organisation_id: string } | null;
  protocol: Protocol | null;
}

/** How it ended. Null for bytes and the stream's last figures when nobody saw it. */
export interface PublishingEnd {
  reason: EndReason | 'unseen';
  bytes: { in: number; out: number } | null;
  last: StreamFigures | null;
}

/** Is told who publishes, in the transaction that writes it down. */
export interface Follower {
  started(tx: Tx, publishing: Publishing, at: number): Promise<void>;
  ended(tx: Tx, publishing: Publishing, at: number, end: PublishingEnd): Promise<void>;
}

/** Is told what else the engine reports. */
export interface Reporter {
  /** Resolves when it is written: only then does the engine forget it. */
  sampled(batch: SampleBatch): Promise<void>;
  /** Somebody was kept from publishing to a stream that is on air. */
  duplicate(stream: string, ip: string): void;
}
