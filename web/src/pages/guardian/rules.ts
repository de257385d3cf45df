import { useQuery } from '@tanstack/react-query';
import { type Answer, api } from '../../api.ts';

const NOUN = 'guardian-rule';

/** The same for an address and for a site. */
export interface Rule {
  id: string;
  /** An address, a network or a host. */
  value: string;
  type: 'deny' | 'allow';
  note: string | null;
  createdAt: string;
  createdBy: string | null;
  /** Null: for good. */
  expiresAt: string | null;
}

/** What the server says of a rule that was made: whom it took off, how fast, and whether it is certain. */
export interface Made {
  rule: Rule;
  viewers: number;
  tookMs: number;
  enforced: boolean;
}

export interface Wanted {
  value: string;
  type: 'deny' | 'allow';
  note: string;
  /** Seconds; null: for good. */
  expiresIn: number | null;
}

/** Where rules of a kind are read and made. */
export interface Kind {
  kind: 'ip' | 'referrer';
  list(): Promise<Rule[]>;
  make(wanted: Wanted): Promise<Made>;
  remove(id: string): Promise<unknown>;
}

type Address = Answer<'/guardian/ip', 'get'>[number];
type Referrer = Answer<'/guardian/referrer', 'get'>[number];

const ofAddress = ({ ip, tag, ...rest }: Address): Rule => ({ ...rest, value: ip, note: tag });
const ofReferrer = ({ domain, info, ...rest }: Referrer): Rule => ({ ...rest, value: domain, note: info });

interface Enforced {
  closed: { viewers: number };
  tookMs: number;
  enforced: boolean;
}
const made = (rule: Rule, { closed, tookMs, enforced }: Enforced): Made => ({
  rule,
  viewers: closed.viewers,
  tookMs,
  enforced,
});

export const ADDRESSES: Kind = {
  kind: 'ip',
  list: async () => (await api.get('/guardian/ip')).map(ofAddress),
  async make({ value, note, expiresIn }) {
    const asked = { ip: value, ...(note && { tag: note }), ...(expiresIn !== null && { expiresIn }) };
    const answer = await api.post('/guardian/ip', { body: asked });
    return made(ofAddress(answer), answer);
  },
  remove: (id) => api.delete('/guardian/ip/{id}', { params: { path: { id } } }),
};

export const REFERRERS: Kind = {
  kind: 'referrer',
  list: async () => (await api.get('/guardian/referrer')).map(ofReferrer),
  async make({ value, type, note, expiresIn }) {
    const asked = { domain: value, type, expiresIn, ...(note && { info: note }) };
    const answer = await api.post('/guardian/referrer', { body: asked });
    return made(ofReferrer(answer), answer);
  },
  remove: (id) => api.delete('/guardian/referrer/{id}', { params: { path: { id } } }),
};

export const NOUNS = [NOUN];

/** Milliseconds; a rule that has ended is told by no event. */
const EVERY_MS = 30_000;

export const useRules = ({ kind, list }: Kind) =>
  useQuery({ queryKey: [NOUN, kind], queryFn: list, refetchInterval: EVERY_MS });
