import type { Authenticator } from '../authenticate.ts';
import { authorize } from '../authorize.ts';
import { capability } from '../capabilities.ts';
import type { Logger } from '../log.ts';
import type { Usage } from '../usage.ts';
import type { AuthoriseRequest, Deny, DenyCode, Verdict } from './engine.ts';

export interface Gate {
  /** Never throws: whatever goes wrong is a no. */
  decide(request: AuthoriseRequest): Promise<Verdict>;
}

const PUBLISH = capability('media:publish');
const PLAY = capability('media:play');

/** What encoders publish to, and what players play from. */
const APPS = { publish: ['live'], play: ['live', 'play'] } as const;

const WORDS: Record<DenyCode, string> = {
  unknown: 'No stream has this name',
  locked: 'This stream is locked',
  refused: 'This is not allowed here',
  unauthorised: 'Playback of this stream needs a valid token',
  unavailable: 'Not available at the moment, try again',
};

const deny = (code: DenyCode, delayMs?: number): Deny => ({
  allow: false,
  code,
  message: WORDS[code],
  ...(delayMs && { delayMs }),
});

/** Each unknown name from an address slows its next answer down, to this at the most. */
const SLOWEST_MS = 2_000;
const FORGET_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** How long an address waits for its next no, growing with the unknown names it has tried within a minute. */
function guessing() {
  const tries = new Map<string, { count: number; last: number }>();
  return (ip: string): number => {
    const now = Date.now();
    const before = tries.get(ip);
    const count = before && now - before.last < FORGET_MS ? before.count + 1 : 1;
    tries.delete(ip);
    tries.set(ip, { count, last: now });
    if (tries.size > MOST_ADDRESSES) tries.delete(tries.keys().next().value!);
    return Math.min(SLOWEST_MS, 25 * 2 ** Math.min(count, 10));
  };
}

interface GateOptions {
  authenticator: Authenticator;
  usage: Usage;
  log: Logger;
}

/** The wire's side of the one door: the same authenticate and authorize as HTTP, for publishers and players. */
export function createGate({ authenticator, usage, log }: GateOptions): Gate {
  const delayFor = guessing();

  async function ask({ action, app, name, session, ip }: AuthoriseRequest): Promise<Verdict> {
    if (!(APPS[action] as readonly string[]).includes(app)) return deny('unknown', delayFor(ip));
    const found = await authenticator.media(
      { type: action === 'publish' ? 'ingest-name' : 'playout-name', text: name },
      session,
    );
    if (found === null) return deny('unknown', delayFor(ip));
    const { principal, stream } = found;
    const target = { organisation: stream.organisation_id, locked: stream.locked === 1 };
    const decision = authorize(principal, action === 'publish' ? PUBLISH : PLAY, target);
    if (decision.allowed) return { allow: true, stream: stream.id, epoch: stream.epoch };
    const code = target.locked ? 'locked' : 'refused';
    if (action === 'publish') {
      const origin = { ip, requestId: session };
      const detail = { reason: code, capability: PUBLISH.id };
      void usage.refused({
        principal,
        origin,
        action,
        target: { type: 'stream', id: stream.id },
        outcome: 'refused',
        detail,
      });
    }
    return deny(code);
  }

  return {
    async decide(request) {
      try {
        return await ask(request);
      } catch (error) {
        log.error({ err: error, session: request.session }, 'no verdict could be reached');
        return deny('unavailable');
      }
    },
  };
}
