import type { Authenticator } from '../authenticate.ts';
import { authorize } from '../authorize.ts';
import { capability } from '../capabilities.ts';
import type { Logger } from '../log.ts';
import type { MediaStream } from '../store/media.ts';
import type { Usage } from '../usage/usage.ts';
import type { Allow, AuthoriseRequest, Deny, DenyCode, MediaAction, Verdict } from './engine.ts';

export interface Gate {
  /** Never throws: whatever goes wrong is a no. */
  decide(request: AuthoriseRequest): Promise<Verdict>;
}

/**
 * What an organisation asks for beyond the name, once `authorize` has said yes: a token, a webhook's word. Each adds to
 * the allow or refuses; they are asked in order, and whatever one of them throws is a no.
 */
export type Term = (request: AuthoriseRequest, stream: MediaStream) => Promise<Partial<Allow> | Deny>;
export type Terms = Readonly<Record<MediaAction, readonly Term[]>>;

const PUBLISH = capability('media:publish');
const PLAY = capability('media:play');

/** What encoders publish to, and what players play from. */
const APPS = { publish: ['live'], play: ['live', 'play'] } as const;

const WORDS: Record<DenyCode, string> = {
  unknown: 'No stream has this name',
  invalid: 'Show one playback token, not several',
  locked: 'This stream is locked',
  refused: 'This is not allowed here',
  blocked: 'Not allowed here',
  unauthorised: 'Playback of this stream needs a valid token',
  unavailable: 'Not available at the moment, try again',
};

export const deny = (code: DenyCode, delayMs?: number): Deny => ({
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

/** A publisher or viewer of a stream that there is, who was not let in. */
export interface RefusedEntry {
  stream: MediaStream;
  action: MediaAction;
  code: DenyCode;
  ip: string;
}

interface GateOptions {
  terms: Terms;
  /** Is told of every refusal of a stream that there is, and keeps nobody waiting. */
  refused(refusal: RefusedEntry): void;
  authenticator: Authenticator;
  usage: Usage;
  log: Logger;
}

/** The wire's side of the one door: the same authenticate and authorize as HTTP, for publishers and players. */
export function createGate({ authenticator, usage, log, terms, refused }: GateOptions): Gate {
  const delayFor = guessing();

  async function ask(request: AuthoriseRequest): Promise<Verdict> {
    const { action, app, name, session, ip } = request;
    if (!(APPS[action] as readonly string[]).includes(app)) return deny('unknown', delayFor(ip));
    const found = await authenticator.media(
      { type: action === 'publish' ? 'ingest-name' : 'playout-name', text: name },
      session,
    );
    if (found === null) return deny('unknown', delayFor(ip));
    const { principal, stream } = found;
    const target = { organisation: stream.organisation_id, locked: stream.locked === 1 };
    const decision = authorize(principal, action === 'publish' ? PUBLISH : PLAY, target);
    const verdict = decision.allowed ? await meet(request, stream) : deny(target.locked ? 'locked' : 'refused');
    if (verdict.allow) return verdict;
    const { code } = verdict;
    refused({ stream, action, code, ip });
    if (action === 'publish') {
      const origin = { ip, requestId: session };
      const detail = { reason: code, message: verdict.message, capability: PUBLISH.id };
      void usage.refused({
        principal,
        origin,
        action,
        target: { type: 'stream', id: stream.id },
        outcome: 'refused',
        detail,
      });
    }
    return verdict;
  }

  async function meet(request: AuthoriseRequest, stream: MediaStream): Promise<Verdict> {
    const allow: Allow = { allow: true, stream: stream.id, epoch: stream.epoch };
    for (const term of terms[request.action]) {
      const answer = await term(request, stream);
      if (answer.allow === false) return answer as Deny;
      Object.assign(allow, answer);
    }
    return allow;
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
