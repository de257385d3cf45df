import ipaddr from 'ipaddr.js';

/** An address or a CIDR as people write them. `10` and `012.0.0.1` are addresses to some programs and not to others. */
export function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const written = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
  return written && (bits === undefined || ipaddr.isValidCIDR(text));
}

/** A network as it is compared: host bits cleared, an address without `/bits`, IPv4 seen through IPv6 as IPv4. */
export interface Network {
  text: string;
  family: 'ipv4' | 'ipv6';
  bits: number;
}

/** Null for what is neither an address nor a CIDR. */
export function networkOf(text: string): Network | null {
  if (!isNetwork(text) || text.includes('%')) return null;
  const [address, written] = text.includes('/') ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), null];
  const bits = written ?? (address.kind() === 'ipv4' ? 32 : 128);
  if (address instanceof ipaddr.IPv4) return networkFrom(address, bits);
  return address.isIPv4MappedAddress() && bits >= 96
    ? networkFrom(address.toIPv4Address(), bits - 96)
    : networkFrom(address, bits);
}

function networkFrom(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): Network {
  if (address instanceof ipaddr.IPv4) {
    const first = ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`).toString();
    return { text: bits === 32 ? first : `${first}/${bits}`, family: 'ipv4', bits };
  }
  const first = ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`).toRFC5952String();
  return { text: bits === 128 ? first : `${first}/${bits}`, family: 'ipv6', bits };
}

/** True when `ip` is one of the addresses or inside one of the CIDRs. What cannot be read matches nothing. */
export function ipAllowed(ip: string | null, allowed: readonly string[]): boolean {
  if (ip === null || !ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  return allowed.some((entry) => {
    if (ipaddr.isValid(entry)) return ipaddr.process(entry).toNormalizedString() === address.toNormalizedString();
    if (!ipaddr.isValidCIDR(entry)) return false;
    const [network, bits] = ipaddr.parseCIDR(entry);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}

const NETWORK_PARTS = 4;

/** What counts as one address: a subscriber of IPv6 holds 2^64 of them, so there it is the network, a /64. */
export function addressKey(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, NETWORK_PARTS).join(':') : address.toString();
}
