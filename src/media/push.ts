import { allowedAddresses, EgressError, type EgressPolicy } from '../egress.ts';
import type { Secrets } from '../secrets.ts';
import type { Push } from './engine.ts';
import { readPushUrl } from './push-url.ts';

/** What is known of a stream: where it is forwarded to, encrypted. */
type Pushed = { push_cipher: string | null };

export interface Pushing {
  /** What the engine is told of a stream: where to, and what may be called. Null: nowhere. */
  of(stream: Pushed): Push | null;
  /**
   * The host of a URL that a stream may be forwarded to. Who cannot be reached now may be later: only what may never be
   * called is a problem.
   */
  check(url: string): Promise<{ host: string } | { problem: string }>;
}

/** A resolver that hangs says nothing against a name; it is asked again at every connect. */
const RESOLVE_MS = 2_000;

export function createPushing(secrets: Secrets, egress: () => EgressPolicy): Pushing {
  return {
    of({ push_cipher }) {
      const target = push_cipher === null ? null : readPushUrl(secrets.decrypt(push_cipher));
      return target === null || typeof target === 'string' ? null : { ...target, egress: egress() };
    },
    async check(url) {
      const target = readPushUrl(url);
      if (typeof target === 'string') return { problem: target };
      const { promise: late, resolve } = Promise.withResolvers<null>();
      const timer = setTimeout(resolve, RESOLVE_MS, null);
      try {
        await Promise.race([allowedAddresses(target, egress()), late]);
      } catch (error) {
        if (!(error instanceof EgressError)) throw error;
        if (error.refusal === 'forbidden') return { problem: error.message };
      } finally {
        clearTimeout(timer);
      }
      return { host: target.host };
    },
  };
}
