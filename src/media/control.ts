import type { Observations } from '../alerts/observations.ts';
import type { Authenticator } from '../authenticate.ts';
import type { Config } from '../config.ts';
import { type EgressPolicy, ownAt } from '../egress.ts';
import { Guardian } from '../guardian/guardian.ts';
import type { PublicUrls, Services } from '../http/services.ts';
import type { Logger } from '../log.ts';
import { openGeoIp } from '../metrics/geoip.ts';
import { createPlaybackTokens } from '../playback-tokens.ts';
import type { Secrets } from '../secrets.ts';
import { guardianLookup } from '../store/guardian.ts';
import { ingestTokenLookup } from '../store/ingest-token.ts';
import type { MediaLookup } from '../store/media.ts';
import type { Store } from '../store/store.ts';
import type { Usage } from '../usage/usage.ts';
import { audienceTerm } from './audience-term.ts';
import type { Follower, Reporter } from './follower.ts';
import { createGate, type Gate, type RefusedEntry, type Terms } from './gate.ts';
import { guardianTerm } from './guardian-term.ts';
import { ingestTerm } from './ingest-term.ts';
import type { Channel } from './link.ts';
import { Live } from './live.ts';
import { playbackTerm } from './playback-term.ts';
import { createPushing } from './push.ts';
import { Webhooks } from './webhooks.ts';

export interface MediaOptions {
  config: Config;
  secrets: Secrets;
  store: Store;
  lookup: MediaLookup;
  authenticator: Authenticator;
  usage: Usage;
  log: Logger;
  /** The wire to the engine. */
  channel: Channel;
  /** Where the API listens at this moment. */
  listening: () => string;
  observations: Observations;
  /** Who else is told of publishers, and of what the engine measures. */
  followers: readonly Follower[];
  reporter: Reporter;
  /** Is told who is on air, to look at it. */
  watch(live: Live): void;
  /** Is told of everybody who is not let in to a stream that there is. */
  refused(refusal: RefusedEntry): void;
  /** The same gate, seen by the operator. */
  counted(gate: Gate): Gate;
}

export interface Media extends AsyncDisposable {
  services: Pick<Services, 'urls' | 'live' | 'playback' | 'webhooks' | 'egress' | 'pushing' | 'geoip'>;
}

/** The control plane's side of the wire: the gate with its terms, who is on air, and what follows from it. */
export function openMedia({ config, secrets, store, lookup, usage, log, channel, ...options }: MediaOptions): Media {
  const { authenticator, listening, followers, reporter, counted, refused, observations } = options;
  const { host, port } = config.playout;
  const geoip = openGeoIp(config.geoip);
  const urls = (): PublicUrls => ({
    http: config.publicUrl ?? listening(),
    playout: config.publicPlayoutUrl ?? live.addresses?.playout ?? addressOf(host, port),
    rtmp: config.publicRtmpUrl ?? live.addresses?.rtmp ?? addressOf(config.rtmp.host, config.rtmp.port, 'rtmp'),
  });
  const egress = () => egressPolicy(config, [listening(), live.addresses?.playout, live.addresses?.rtmp]);
  const webhooks = new Webhooks({ store, secrets, usage, log, policy: egress });
  const pushing = createPushing(secrets, egress);
  const playback = createPlaybackTokens({ store, secrets, issuer: () => urls().http });
  const ingest = ingestTokenLookup(store);
  const rules = guardianLookup(store);
  const terms: Terms = {
    publish: [ingestTerm(ingest, observations), webhooks.term],
    play: [guardianTerm(rules), playbackTerm(playback.lookup, observations), audienceTerm(geoip)],
  };
  const gate = counted(createGate({ authenticator, usage, log, terms, refused }));
  const tokens = [playback.lookup, ingest];
  const live = new Live({
    store,
    lookup,
    tokens,
    channel,
    log,
    gate,
    guardian: new Guardian(store, rules, log),
    pushing,
    followers: [webhooks, ...followers],
    reporter,
  });
  webhooks.run(live);
  options.watch(live);
  return {
    services: { urls, live, playback, webhooks, egress, pushing, geoip },
    async [Symbol.asyncDispose]() {
      await live[Symbol.asyncDispose]();
      await webhooks[Symbol.asyncDispose]();
    },
  };
}

/** `heard` is where we were heard to listen; what was asked for may have been any free port. */
function egressPolicy(config: Config, heard: readonly (string | undefined)[]): EgressPolicy {
  const asked = [config.http, config.playout, config.rtmp].map(({ host, port }) => addressOf(host, port));
  const reached = [config.publicUrl, config.publicPlayoutUrl, config.publicRtmpUrl];
  return { allow: config.allowPrivate, own: ownAt([...heard, ...asked, ...reached]) };
}

export function addressOf(host: string, port: number, scheme = 'http'): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
