import ipaddr from 'ipaddr.js';
import { type AuthoriseRequest, type GuardianRules, MOST_LABELS, WIDEST } from '../engine.ts';

/** What a viewer is measured by: its address, and the hosts of the pages it plays on, as `pagesOf` gives them. */
export interface Watcher {
  ip: string;
  pages: readonly string[];
}

const LONGEST_HOST = 253;

/** Empty for what names no host: a page that hides where it is. */
function hostOf(page: string): string {
  if (!URL.canParse(page)) return '';
  const host = new URL(page).hostname.replace(/\.$/, '');
  return host.length > LONGEST_HOST ? '' : host;
}

/** A browser sends one or both of them; where it sends both, a page that could choose one cannot choose the other. */
export const pagesOf = ({ origin, referrer }: Pick<AuthoriseRequest, 'origin' | 'referrer'>): string[] =>
  [origin, referrer].filter((page) => page !== null).map(hostOf);

/** `*.host` are the names below a host, not itself. */
export const isOn = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;

/** A host, and every `*.host` above it: what a rule may be called that is about this page. At most `MOST_LABELS`. */
export function patternsOf(host: string): string[] {
  if (host === '') return [];
  const labels = host.split('.');
  const above = [];
  for (let count = 2; count <= MOST_LABELS && count < labels.length; count++)
    above.push(`*.${labels.slice(-count).join('.')}`);
  return [host, ...above];
}

/** How many networks there are around an address that a rule may be of, itself among them. */
export const NETWORKS = { ipv4: 32 - WIDEST.ipv4 + 1, ipv6: 128 - WIDEST.ipv6 + 1 } as const;

/** Every network that an address is in, as rules write them, the narrowest first; of these lengths alone if given. */
export function networksAround(ip: string, lengths?: ReadonlySet<number>): string[] {
  if (!ipaddr.isValid(ip)) return [];
  const address = ipaddr.process(ip);
  const [all, widest] = address instanceof ipaddr.IPv4 ? [32, WIDEST.ipv4] : [128, WIDEST.ipv6];
  const around = [];
  for (let bits = all; bits >= widest; bits--) {
    if (lengths !== undefined && !lengths.has(bits)) continue;
    const first = firstOf(address, bits);
    around.push(bits === all ? first : `${first}/${bits}`);
  }
  return around;
}

function firstOf(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  if (address instanceof ipaddr.IPv4) return new ipaddr.IPv4(cleared(address.octets, 8, bits)).toString();
  return new ipaddr.IPv6(cleared(address.parts, 16, bits)).toRFC5952String();
}

const cleared = (parts: readonly number[], size: number, bits: number): number[] =>
  parts.map((part, index) => {
    const kept = Math.min(size, Math.max(0, bits - index * size));
    return (part >> (size - kept)) << (size - kept);
  });

const lengthOf = (network: string): number => {
  const [address = '', bits] = network.split('/');
  return bits === undefined ? (address.includes(':') ? 128 : 32) : Number(bits);
};

/**
 * Whom these rules shut out: whoever comes from one of the addresses or plays on a page that is denied, and, where any
 * page is allowed, whoever plays on another one or says nothing of its page.
 */
export function shutOutBy({ ip, deny, allow }: GuardianRules): (watcher: Watcher) => boolean {
  const [networks, denied, allowed] = [new Set(ip), new Set(deny), new Set(allow)];
  const lengths = new Set(ip.map(lengthOf));
  // Thousands watch from behind one address.
  const known = new Map<string, boolean>();
  const isBlocked = (address: string): boolean => {
    let blocked = known.get(address);
    if (blocked === undefined) {
      blocked = networksAround(address, lengths).some((network) => networks.has(network));
      known.set(address, blocked);
    }
    return blocked;
  };
  const isIn = (patterns: ReadonlySet<string>, page: string) => patternsOf(page).some((one) => patterns.has(one));
  return ({ ip: address, pages }) => {
    if (isBlocked(address) || pages.some((page) => isIn(denied, page))) return true;
    return allowed.size > 0 && !(pages.length > 0 && pages.every((page) => isIn(allowed, page)));
  };
}
