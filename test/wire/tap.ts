import type { ControlMessage, EngineMessage, MediaSession } from '../../src/media/engine.ts';
import type { Channel } from '../../src/media/link.ts';
import type { EngineDown } from '../../src/supervisor/supervisor-messages.ts';
import { until } from '../process/lockkeeper.ts';

type Held = Extract<ControlMessage, { type: 'verdict' }>;

/** A hand on the wire between the API and the engine: `through` goes into `start({ between })`. */
export interface Tap {
  through(channel: Channel): Channel;
  /** What the engine itself says is on air at this moment. */
  list(): Promise<MediaSession[]>;
  /** Everything the engine has told. */
  readonly heard: readonly EngineMessage[];
  /** From now on verdicts stay here, until `release`. Everything else goes on. */
  hold(): void;
  readonly held: readonly Held[];
  release(): void;
  /**
   * The next count of the engine arrives in one piece with the next start of a session, as two messages do that a pipe
   * delivers together.
   */
  joinCountAndStart(): void;
}

/** Far above whatever the API numbers its own questions with, which lets such an answer pass. */
const OWN_IDS = 1_000_000_000;

export function tap(): Tap {
  const heard: EngineMessage[] = [];
  let channel: Channel;
  let held: Held[] = [];
  let holding = false;
  let asked = OWN_IDS;
  let joining = false;
  let count: EngineMessage | null = null;

  /** Gives what is to be delivered now that this message has come. */
  function joined(message: EngineMessage | EngineDown): (EngineMessage | EngineDown)[] {
    if (joining && message.type === 'reply' && Array.isArray(message.result) && message.id < OWN_IDS) {
      count = message;
      return [];
    }
    if (message.type !== 'start' || count === null) return [message];
    joining = false;
    const both = [count, message];
    count = null;
    return both;
  }

  return {
    heard,
    get held() {
      return held;
    },
    through(wire) {
      channel = wire;
      wire.onMessage((message) => void (message.type !== 'engine-down' && heard.push(message)));
      return {
        onMessage: (listener) => wire.onMessage((message) => joined(message).forEach(listener)),
        send: (message) => void (holding && message.type === 'verdict' ? held.push(message) : wire.send(message)),
      };
    },
    async list() {
      const id = ++asked;
      channel.send({ type: 'list', id });
      const answer = () => heard.find((message) => message.type === 'reply' && message.id === id);
      await until(() => answer() !== undefined, 2_000, 'the list');
      return (answer() as Extract<EngineMessage, { type: 'reply' }>).result as MediaSession[];
    },
    hold() {
      holding = true;
    },
    joinCountAndStart() {
      joining = true;
    },
    release() {
      holding = false;
      for (const message of held) channel.send(message);
      held = [];
    },
  };
}
