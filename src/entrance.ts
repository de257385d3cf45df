import type { Authenticator } from './authenticate.ts';
import { authorize, explain } from './authorize.ts';
import { capability } from './capabilities.ts';
import type { Services } from './http/services.ts';
import { bindScope } from './store/scope.ts';
import type { Store } from './store/store.ts';
import type { Usage } from './usage/usage.ts';

interface EntranceOptions {
  store: Store;
  authenticator: Authenticator;
  usage: Usage;
}

/** How a handler of a public route comes by a scope: by a caller's right, or by a token it has just made. */
export function entrance({ store, authenticator, usage }: EntranceOptions): Pick<Services, 'scopeFor' | 'enter'> {
  const scopeFor: Services['scopeFor'] = (caller, id, action, origin) => {
    const decision = authorize(caller, capability(id));
    if (!decision.allowed) throw explain(decision);
    usage.exercised(caller, id, Date.now());
    return bindScope(store, decision, action, origin);
  };
  return {
    scopeFor,
    enter: async (token, action, origin) =>
      scopeFor(await authenticator.caller({ type: 'token', text: token }, origin.ip), 'token:own', action, origin),
  };
}
