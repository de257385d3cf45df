import type { GuardianLookup, RuleKind } from '../store/guardian.ts';
import { MOST_LABELS } from './engine.ts';
import { NETWORKS, networksAround, pagesOf, patternsOf } from './flv/guarding.ts';
import { deny, type Term } from './gate.ts';

/** Two pages at most are told. */
const PATTERNS = 2 * MOST_LABELS;

/**
 * Whoever plays is measured by the rules of the stream's organisation, read at every play: whether a rule is about this
 * viewer is looked up by the few names that such a rule could have, however many rules there are. The engine keeps the
 * epoch with the session, and admits nobody under an older one than it has heard of.
 */
export function guardianTerm(lookup: GuardianLookup): Term {
  const ipv4 = lookUp(lookup, 'ip', NETWORKS.ipv4);
  const ipv6 = lookUp(lookup, 'ip', NETWORKS.ipv6);
  const patterns = lookUp(lookup, 'referrer', PATTERNS);
  return async (request, stream) => {
    const guarded = { organisation: stream.organisation_id, epoch: stream.guardian_epoch };
    // No rule has ever been made.
    if (guarded.epoch === 0) return { guarded };
    const at = { organisation: guarded.organisation, now: Date.now() };
    const networks = networksAround(request.ip);
    const fromThere = await (networks.length > NETWORKS.ipv4 ? ipv6 : ipv4)(at, networks);
    if (fromThere.length > 0) return deny('blocked');
    const pages = pagesOf(request);
    const rules = await patterns(at, pages.flatMap(patternsOf));
    const allowed = new Set(rules.filter(({ type }) => type === 'allow').map(({ value }) => value));
    if (rules.length > allowed.size) return deny('blocked');
    if ((await lookup.anyAllowed(at)).length === 0) return { guarded };
    const isAllowed = (page: string) => patternsOf(page).some((pattern) => allowed.has(pattern));
    return pages.length > 0 && pages.every(isAllowed) ? { guarded } : deny('blocked');
  };
}

/** Asks for as many candidates as there are; the query always has the same number of places. */
function lookUp(lookup: GuardianLookup, kind: RuleKind, places: number) {
  const ask = lookup.among(kind, places);
  return (at: { organisation: string; now: number }, candidates: readonly string[]) => {
    if (candidates.length === 0) return [];
    const values: Record<`value${number}`, string> = {};
    for (let place = 0; place < places; place++) values[`value${place}`] = candidates[place] ?? '';
    return ask({ ...values, ...at });
  };
}
