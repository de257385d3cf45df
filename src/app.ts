import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createAuthenticator } from './authenticate.ts';
import { type Address, type Config, ConfigError, type ConfigSecrets } from './config.ts';
import { entrance } from './entrance.ts';
import { Events } from './events/events.ts';
import { checkSecrets, createFirstAdmin } from './first-run.ts';
import { cookieRules } from './http/cookies.ts';
import { allRoutes } from './http/routes/index.ts';
import { buildServer } from './http/server.ts';
import type { Services } from './http/services.ts';
import { Janitor } from './janitor.ts';
import type { Logger } from './log.ts';
import { addressOf, openMedia } from './media/control.ts';
import type { Channel } from './media/link.ts';
import { openMonitoring } from './monitoring.ts';
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
  log: Logger;
}

export interface App extends AsyncDisposable {
  server: FastifyInstance;
  services: Services;
  store: Store;
  secrets: Secrets;
  firstAdmin: FirstAdmin | null;
  /** Listens and gives the real address, with the port that was taken when the port asked for was 0. */
  listen(): Promise<string>;
}

const DRAIN_MS = 2_500;
const PORT_MS = 3_000;

/** The composition root of the API: the only place that constructs things, in the order in which they need each other. */
export async function openApp({ config, secrets: configSecrets, channel, log }: AppOptions): Promise<App> {
  const secrets = await loadSecrets(config.data);
  const store = await openStore({ storage: storageOf(config, configSecrets) });
  await checkSecrets({ config, store, secrets });
  const firstAdmin = await createFirstAdmin({ config, password: configSecrets.adminPassword, store, secrets });
  const usage = new Usage(store, log);
  const media = mediaLookup(store);
  const authenticator = createAuthenticator({ ...credentialLookup(store), media }, secrets);
  let listening = addressOf(config.http.host, config.http.port);
  const parts = { config, secrets, store, usage, log };
  const monitoring = openMonitoring(parts);
  const wire = { ...monitoring, channel, lookup: media, authenticator, listening: () => listening };
  const control = openMedia({ ...parts, ...wire });
  let cookies = cookieRules(config.publicUrl, listening);
  const { smtpUrl } = configSecrets;
  const people = createPeople({ ...parts, smtpUrl, base: () => control.services.urls().http });
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
  const server = await buildServer({ routes, services, authenticator, store, trustProxy: config.trustProxy, log });
  return {
    server,
    services,
    store,
    secrets,
    firstAdmin,
    async listen() {
      await listenPatiently(server, config.http);
      const address = server.server.address();
      const port = typeof address === 'object' && address ? address.port : config.http.port;
      listening = addressOf(config.http.host, port);
      cookies = cookieRules(config.publicUrl, listening);
      return listening;
    },
    async [Symbol.asyncDispose]() {
      // A request that was begun may finish; a client that never finishes its own must not keep what is pending from disk.
      const impatient = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
      // Answers without an end would be waited for.
      await events[Symbol.asyncDispose]();
      await server.close();
      clearTimeout(impatient);
      await control[Symbol.asyncDispose]();
      await monitoring[Symbol.asyncDispose]();
      await people[Symbol.asyncDispose]();
      await janitor[Symbol.asyncDispose]();
      await usage[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** The process before us may have been killed a moment ago and its port not be free yet. */
async function listenPatiently(server: FastifyInstance, { host, port }: Address): Promise<void> {
  const deadline = Date.now() + PORT_MS;
  for (;;) {
    try {
      await server.listen({ host, port });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (Date.now() > deadline)
        throw new ConfigError(`Port ${port} on ${host} is taken: set LOCKKEEPER_HTTP to another one`);
      await sleep(100);
    }
  }
}
