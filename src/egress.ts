import type { LookupAddress } from 'node:dns';
import dns from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { ipAllowed, isNetwork } from './addresses.ts';

/** What we may call on a tenant's word. Plain data, so that it may be sent to another process. */
export interface EgressPolicy {
  /** What the operator allows beside public addresses: addresses, CIDRs and host names, each perhaps with `:port`. */
  allow: readonly string[];
  /** Where we listen ourselves: only an entry of `allow` that names the port opens it. */
  own: { hosts: readonly string[]; ports: readonly number[] };
}

/** `host` as URL.hostname gives it; an IPv6 address may be in brackets. */
export interface EgressTarget {
  host: string;
  port: number;
  /** Only what the operator allows will do, though it be public: for what travels unencrypted. */
  namedOnly?: boolean;
}

export type EgressRefusal = 'forbidden' | 'unresolved';

/** Why a target may not be called. The message names no address: it may be told to whoever named the host. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly refusal: EgressRefusal;

  constructor(refusal: EgressRefusal) {
    super(
      refusal === 'forbidden'
        ? 'This host has an address that may not be called from here'
        : 'This host name has no address',
    );
    this.refusal = refusal;
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'rtmp:': 1935, 'rtmps:': 443 };

/** Where we are, from the URLs under which we listen and are reached. */
export function ownAt(urls: readonly (string | null | undefined)[]): EgressPolicy['own'] {
  const parsed = urls.flatMap((url) => (url && URL.canParse(url) ? [new URL(url)] : []));
  return {
    hosts: [...new Set(parsed.map(({ hostname }) => hostname))],
    ports: [
      ...new Set(parsed.map(({ port, protocol }) => (port === '' ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port)))),
    ],
  };
}

interface Entry {
  /** An address or a CIDR … */
  network: string | null;
  /** … or a name. */
  host: string | null;
  port: number | null;
}

const HOST = /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/;

const plainHost = (host: string) =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');

/** An entry of what the operator allows, or null when it is none: `10.0.0.0/8`, `[::1]:8443`, `hooks.internal:8443`. */
export function readAllowed(text: string): Entry | null {
  if (isNetwork(text)) return { network: text, host: null, port: null };
  const [, name = '', digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = plainHost(name);
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port === 0 || port > 65_535)) return null;
  if (isNetwork(host)) return { network: host, host: null, port };
  // What ends like a number is an address to a URL's parser, however it is written: it would never match as a name.
  return HOST.test(host) && !/(^|\.)(\d+|0x[\da-f]*)$/.test(host) ? { network: null, host, port } : null;
}

/** Addresses that look public and answer with a machine's own credentials. */
const METADATA = ['168.63.129.16'];
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96') as [ipaddr.IPv6, number];
const ISATAP = 0x5efe;

/** An address of the public internet. What embeds another address is judged by that one, or is none. */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast' && !METADATA.includes(address.toString());
  if (address.match(NAT64)) return isPublic(new ipaddr.IPv4(address.toByteArray().slice(12)));
  const isIsatap = (address.parts[4]! & ~0x0200) === 0 && address.parts[5] === ISATAP;
  return address.match(GLOBAL_UNICAST) && address.range() === 'unicast' && !isIsatap;
}

function isOurs(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (['loopback', 'unspecified'].includes(address.range())) return true;
  const text = address.toNormalizedString();
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .some((entry) => ipaddr.process(entry.address).toNormalizedString() === text);
}

/** Whether this address may be called when it stands for `target`. What cannot be read may not. */
export function isAllowedAddress(ip: string, target: EgressTarget, { allow, own }: EgressPolicy): boolean {
  if (!isIP(ip)) return false;
  const address = ipaddr.process(ip);
  const host = plainHost(target.host);
  const entries = allow
    .map(readAllowed)
    .filter((entry): entry is Entry => entry !== null)
    .filter(({ network, host: name }) => (network === null ? name === host : ipAllowed(ip, [network])));
  if (entries.some(({ port }) => port === target.port)) return true;
  if (own.ports.includes(target.port) && (own.hosts.map(plainHost).includes(host) || isOurs(address))) return false;
  return entries.some(({ port }) => port === null) || (!target.namedOnly && isPublic(address));
}

/** Milliseconds after which a name that nobody has answered for has no address. */
const LOOKUP_MS = 2_000;

async function nameServers(host: string): Promise<LookupAddress[]> {
  const ask = (resolve: (host: string) => Promise<string[]>, family: number) =>
    resolve(host).then(
      (found) => found.map((address) => ({ address, family })),
      () => [],
    );
  return (await Promise.all([ask(dns.resolve4, 4), ask(dns.resolve6, 6)])).flat();
}

/**
 * A stranger's name is asked of the name servers directly: the system's resolver would wait in one of the process's
 * few threads, where a name server that keeps silent holds up everybody else's passwords. A name that the operator
 * wrote down is resolved as the operator's machine does.
 */
function resolve(host: string, { allow }: EgressPolicy): Promise<LookupAddress[]> {
  const known = /(^|\.)localhost$/.test(host) || allow.some((text) => readAllowed(text)?.host === host);
  return known ? dns.lookup(host, { all: true, verbatim: true }) : nameServers(host);
}

async function inTime(found: Promise<LookupAddress[]>): Promise<LookupAddress[]> {
  const { promise: nobody, resolve: giveUp } = Promise.withResolvers<LookupAddress[]>();
  const timer = setTimeout(() => giveUp([]), LOOKUP_MS);
  return Promise.race([found.catch(() => []), nobody]).finally(() => clearTimeout(timer));
}

/**
 * The addresses of a host, all of which may be called: one that may not condemns the host. Connect with `pinned` to
 * what was answered, never by name, or the name may have moved meanwhile.
 * @throws EgressError
 */
export async function allowedAddresses(target: EgressTarget, policy: EgressPolicy): Promise<LookupAddress[]> {
  const host = plainHost(target.host);
  const family = isIP(host);
  const found = family ? [{ address: host, family }] : await inTime(resolve(host, policy));
  if (found.length === 0) throw new EgressError('unresolved');
  if (!found.every(({ address }) => isAllowedAddress(address, target, policy))) throw new EgressError('forbidden');
  return found;
}

/** The `lookup` of a connection that goes to these addresses and nowhere else. */
export function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const family = options.family === 4 || options.family === 'IPv4' ? 4 : options.family ? 6 : 0;
    const fitting = addresses.filter((entry) => family === 0 || entry.family === family);
    const [first] = fitting;
    if (!first) callback(new EgressError('unresolved'), '', 0);
    else if (options.all) callback(null, fitting);
    else callback(null, first.address, first.family);
  };
}
