import { useMessages } from '../../language.tsx';
import { controlWords } from './messages-one.ts';

export type Verb = 'stop' | 'lock' | 'unlock' | 'delete';

/** What the server says of an ending: who was cut off, how fast, and whether it is certain. */
export interface Ended {
  closed: { publishers: number; viewers: number };
  tookMs: number;
  enforced: boolean;
}

const DONE = { stop: 'doneStop', lock: 'doneLock', unlock: 'doneUnlock', delete: 'doneDelete' } as const;

/** Tells in words what became of it. */
export function useOutcome(): (verb: Verb, ended: Ended) => string {
  const words = useMessages(controlWords);
  return (verb, { closed: { publishers, viewers }, tookMs, enforced }) => {
    const done = words[DONE[verb]];
    if (verb === 'unlock') return done;
    if (!enforced) return `${done} ${words.notEnforced}`;
    const nobody = publishers + viewers === 0;
    // Never less than it took.
    return `${done} ${nobody ? words.nobody : words.closed(publishers, viewers, String(Math.max(1, Math.ceil(tookMs))))}`;
  };
}
