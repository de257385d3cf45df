import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { plainAddress } from '../rtmp/addresses.ts';
import { within } from './networks.ts';

/** Who may say on whose behalf a request comes. */
export interface Proxies {
  trusts(ip: string): boolean;
  /** The viewer's address: the nearest one in `X-Forwarded-For` that is not itself a trusted proxy. */
  viewerOf(request: IncomingMessage): string;
}

/** Far more than any chain of proxies has. */
const MOST_HOPS = 20;

/** @param networks addresses and CIDRs; from anybody else the header is not even read */
export function trustedProxies(networks: readonly string[]): Proxies {
  const trusts = within(networks);
  return {
    trusts,
    viewerOf({ socket, headers }) {
      let address = plainAddress(socket.remoteAddress);
      if (!trusts(address)) return address;
      // Each proxy adds on the right whom it heard: what stands left of one that is not trusted is that one's invention.
      const told = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').slice(-MOST_HOPS);
      while (told.length > 0 && trusts(address)) {
        const next = plainAddress(told.pop()!.trim());
        if (isIP(next) === 0) break;
        address = next;
      }
      return address;
    },
  };
}
