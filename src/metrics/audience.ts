import Bowser from 'bowser';
import type { Audience } from '../media/samples.ts';
import type { GeoIp } from './geoip.ts';

/** What a player says of itself and of the page it is on. */
export interface Viewer {
  ip: string;
  userAgent: string | null;
  origin: string | null;
  referrer: string | null;
}

const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
/** What of a user agent is looked at: browsers say who they are long before. */
const AGENT_LENGTH = 512;
/** A product's name as players write it first. Nothing longer, and no number: it would count people, not players. */
const PRODUCT = /^[A-Za-z][A-Za-z.-]{1,19}(?=\/| \d|$)/;
const HOST_LENGTH = 100;

/** The browser, else the player's first word for itself; empty where that is none. */
function agentOf(userAgent: string | null): string {
  const text = userAgent?.slice(0, AGENT_LENGTH) ?? '';
  const browser = Bowser.getParser(text || ' ', true).getBrowserName();
  return BROWSERS.has(browser) ? browser : (PRODUCT.exec(text)?.[0] ?? '');
}

/** The host of a page, without its port; empty for what is no page of the web. */
function hostOf(page: string | null): string {
  if (page === null || !URL.canParse(page)) return '';
  const { protocol, hostname } = new URL(page);
  return /^https?:$/.test(protocol) && hostname.length <= HOST_LENGTH ? hostname : '';
}

/** What a viewer is counted under: families of players, hosts and countries, never an address. */
export const audienceOf = ({ ip, userAgent, origin, referrer }: Viewer, geoip: GeoIp): Audience => ({
  agent: agentOf(userAgent),
  referrer: hostOf(referrer) || hostOf(origin),
  country: geoip.countryOf(ip),
});
