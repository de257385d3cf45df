import type { Origin } from '../audit.ts';
import type { CapabilityId } from '../capabilities.ts';
import type { EgressPolicy } from '../egress.ts';
import type { Events } from '../events/events.ts';
import type { Live } from '../media/live.ts';
import type { Pushing } from '../media/push.ts';
import type { Webhooks } from '../media/webhooks.ts';
import type { GeoIp } from '../metrics/geoip.ts';
import type { Monitoring } from '../monitoring.ts';
import type { People } from '../people/people.ts';
import type { PlaybackTokens } from '../playback-tokens.ts';
import type { Principal } from '../principal.ts';
import type { Secrets } from '../secrets.ts';
import type { Scope } from '../store/scope.ts';
import type { StreamLookup } from '../store/stream.ts';
import type { Usage } from '../usage/usage.ts';
import type { CookieRules } from './credential.ts';

/** Where we are reached, without a slash at the end. */
export interface PublicUrls {
  http: string;
  playout: string;
  rtmp: string;
}

type PeopleServices = People['services'];
type MonitoringServices = Monitoring['services'];

/** What handlers may use beside their scope. Built once in app.ts. */
export interface Services extends PeopleServices, MonitoringServices {
  urls(): PublicUrls;
  cookies(): CookieRules;
  secrets: Secrets;
  streams: StreamLookup;
  live: Live;
  playback: PlaybackTokens;
  webhooks: Webhooks;
  /** What may be called on a tenant's word. */
  egress(): EgressPolicy;
  pushing: Pushing;
  geoip: GeoIp;
  usage: Usage;
  events: Events;
  version: string;
  /** A scope for a caller whose route is public. @throws ApiError denied without the capability */
  scopeFor(caller: Principal, capability: CapabilityId, action: string, origin: Origin): Scope;
  /** The scope of whoever holds this token, as if it had come with the request. @throws ApiError badToken */
  enter(token: string, action: string, origin: Origin): Promise<Scope>;
}
