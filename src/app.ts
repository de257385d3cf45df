import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { AlertLimits } from './alerts/limits.ts';
import { Observations } from './alerts/observations.ts';
import { createAuthenticator } from './authenticate.ts';
import type { Config, ConfigSecrets } from './config.ts';
import { entrance } from './entrance.ts';
import { Events } from './events/events.ts';
import { checkSecrets, createFirstAdmin } from './first-run.ts';
import { cookieRules } from './http/cookies.ts';
import { allRoutes } from './http/routes/index.ts';
import { buildServer } from './http/server.ts';
import type { Services } from './http/services.ts';
import { Janitor } from './janitor.ts';
import { listenPatiently } from './listen.ts';
import type { Logger } from './log.ts';
import { addressOf, openMedia } from './media/control.ts';
import type { Channel } from './media/link.ts';
import { openMonitoring } from './monitoring.ts';
import { openOperator } from './operator/operator.ts';
import { readingsOf } from './operator/readings.ts';
import { createPeople } from './people/people.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { credentialLookup } from './store/credential.ts';
import { mediaLookup } from './store/media.ts';
import { openStore, storageOf } from './store/open.ts';
import type { Store } from './store/store.ts';
import { streamLookup } from './store/stream.ts';
import type { FirstAdmin } from './supervisor/supervisor-messages.ts';
import { Usage } from './usage/usage.ts';
import { version } from './version.ts';

export interface AppOptions {
  config: Config;
  secrets: ConfigSecrets;
  /** The wire to the media engine. */
  channel: Channel;
  /** Other limits of alerts than the usual ones. */
  alertLimits?: Partial<AlertLimits>;
  log: Logger;
}

export interface App extends AsyncDisposable {
  server: FastifyInstance;
  services: Services;
  store: Store;
  secrets: Secrets;
  firstAdmin: FirstAdmin | null;
  /** Listens and gives the real addresses, with the ports that were taken when the port asked for was 0. */
  listen(): Promise<{ http: string; operator: string | null }>;
}

const DRAIN_MS = 2_500;

/** The composition root of the API: the only place that constructs things, in the order in which they need each other. */
export async function openApp({ config, secrets: configSecrets, channel, log, ...options }: AppOptions): Promise<App> {
  const secrets = await loadSecrets(config.data);
  const operator = await openOperator({ config, version: version(), log });
  const store = operator.watched(await openStore({ storage: storageOf(config, configSecrets) }));
  await checkSecrets({ config, store, secrets });
  const firstAdmin = await createFirstAdmin({ config, password: configSecrets.adminPassword, store, secrets });
  const observations = new Observations();
  const usage = new Usage(store, log, observations);
  const media = mediaLookup(store);
  let listening = addressOf(config.http.host, config.http.port);
  const parts = { config, secrets, store, usage, observations, log };
  const monitoring = openMonitoring({ ...parts, measures: operator.measures, alertLimits: options.alertLimits ?? {} });
  const lookups = { ...credentialLookup(store), media };
  const authenticator = createAuthenticator(lookups, secrets, monitoring.unknownToken);
  const wire = {
    ...monitoring,
    counted: operator.counted,
    channel,
    lookup: media,
    authenticator,
    listening: () => listening,
  };
  const control = openMedia({ ...parts, ...wire });
  let cookies = cookieRules(config.publicUrl, listening);
  const { urls, egress: policy } = control.services;
  const people = createPeople({ ...parts, smtpUrl: configSecrets.smtpUrl, base: () => urls().http, policy });
  const janitor = new Janitor(store, log);
  const events = new Events({ store, authenticator, log });
  const services: Services = {
    cookies: () => cookies,
    secrets,
    usage,
    events,
    ...control.services,
    ...monitoring.services,
    version: version(),
    streams: streamLookup(store),
    ...people.services,
    ...entrance({ store, authenticator, usage }),
  };
  const routes = allRoutes(() => server.swagger());
  const { trustProxy } = config;
  const around = { authenticator, store, trustProxy, observe: operator.observe, log };
  const server = await buildServer({ routes, services, ...around });
  const open = [control, monitoring, people, janitor, usage, store, operator];
  return {
    server,
    services,
    store,
    secrets,
    firstAdmin,
    async listen() {
      await listenPatiently(() => server.listen(config.http), config.http, 'LOCKKEEPER_HTTP');
      const { port } = server.server.address() as AddressInfo;
      listening = addressOf(config.http.host, port);
      cookies = cookieRules(config.publicUrl, listening);
      return { http: listening, operator: await operator.listen(readingsOf(services, monitoring), store) };
    },
    async [Symbol.asyncDispose]() {
      await drain(server, events);
      for (const part of open) await part[Symbol.asyncDispose]();
    },
  };
}

/** A request that was begun may finish; a client that never finishes its own must not keep what is pending from disk. */
async function drain(server: FastifyInstance, events: Events): Promise<void> {
  const impatient = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
  // Answers without an end would be waited for.
  await events[Symbol.asyncDispose]();
  await server.close();
  clearTimeout(impatient);
}
