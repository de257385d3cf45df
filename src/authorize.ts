import { type Capability, has } from './capabilities.ts';
import { ApiError } from './errors.ts';
import type { Grant, Principal, Refusal } from './principal.ts';
import { rolesWith } from './roles.ts';

/** What a media action aims at. HTTP's targets are found by scoped queries and need no field here. */
export interface Target {
  readonly organisation: string;
  readonly locked: boolean;
}

/**
 * The only decision function, for HTTP and for the wire alike. It reads nothing but its arguments: the principal's
 * rights were read from the store for this request, the target for this action.
 */
export function authorize(principal: Principal, capability: Capability, target?: Target): Grant | Refusal {
  const allowed =
    has(principal.rights, capability) &&
    (target === undefined || (target.organisation === principal.organisation && !target.locked));
  // One literal for both: whoever only reads `allowed` then pays for no object, because the compiler leaves it out.
  return { allowed, principal, capability } as Grant | Refusal;
}

/** The 403 that explains itself: what was missing, in which role the caller is, and which roles have it. */
export function explain({ principal, capability }: Refusal): ApiError {
  return new ApiError('denied', {
    capability: capability.id,
    role: principal.role,
    grantedTo: rolesWith(capability.id),
    reason: `You may not ${capability.sentence}.`,
  });
}
