import { MESSAGE, type RtmpMessage } from './message.ts';
import { ProtocolError } from './protocol-error.ts';

/** Messages within a second: audio and video, and all others. */
export interface MessageRates {
  mediaPerSecond: number;
  messagesPerSecond: number;
}

/** Counts one connection's messages. Small ones are cheap to send and dear to answer. */
export class MessageBudget {
  readonly #most: MessageRates;
  #second = 0;
  #media = 0;
  #others = 0;

  constructor(most: MessageRates) {
    this.#most = most;
  }

  /** Throws when the peer sends more messages within a second than any encoder or player has reason to. */
  spend(message: RtmpMessage): void {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#media = 0;
      this.#others = 0;
    }
    const media = message.type === MESSAGE.audio || message.type === MESSAGE.video;
    const spent = media ? ++this.#media > this.#most.mediaPerSecond : ++this.#others > this.#most.messagesPerSecond;
    if (spent) throw new ProtocolError('too many messages');
  }
}
