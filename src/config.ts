import path from 'node:path';
import { isNetwork } from './addresses.ts';
import { readAllowed } from './egress.ts';
import { type MetricsKeep, readKeep } from './metrics/keep.ts';

export interface Address {
  host: string;
  port: number;
}

/** Everything the process was told, decided once. Secrets are apart (secrets.ts), so that this may be logged. */
export interface Config {
  data: string;
  http: Address;
  playout: Address;
  rtmp: Address;
  /** Where the operator's figures are; null: nowhere. */
  operator: Address | null;
  /** Where traces go; null: nowhere. */
  otlpUrl: string | null;
  publicUrl: string | null;
  publicPlayoutUrl: string | null;
  publicRtmpUrl: string | null;
  /** CIDRs whose `X-Forwarded-*` is believed. */
  trustProxy: readonly string[];
  /** Addresses, CIDRs and host names that may be called though they are not public. */
  allowPrivate: readonly string[];
  adminEmail: string | null;
  /** Whether anybody may make an organisation. */
  signUp: boolean;
  /** Who our mails come from. */
  mailFrom: string;
  /** The file that says which country an address is in. */
  geoip: string | null;
  log: LogLevel;
  storage: 'sqlite' | 'postgres';
  /** How long figures are kept. */
  metricsKeep: MetricsKeep;
}

/** What must not be logged with the rest. */
export interface ConfigSecrets {
  databaseUrl: string | null;
  adminPassword: string | null;
  smtpUrl: string | null;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every variable, its default and its meaning. The README's table is tested against it. */
export const VARIABLES = {
  LOCKKEEPER_DATA: ['./data', 'Folder for the database, the secrets and the first password'],
  LOCKKEEPER_HTTP: ['127.0.0.1:8080', 'Address of the API. Port 0 takes a free one, here and below'],
  LOCKKEEPER_PLAYOUT: ['127.0.0.1:8081', 'Address of playback over HTTP-FLV, WebSocket-FLV and HLS'],
  LOCKKEEPER_RTMP: ['127.0.0.1:1935', 'Address of the RTMP port, for ingest and playback'],
  LOCKKEEPER_OPERATOR: [
    '127.0.0.1:9090',
    'Address of `/metrics` for Prometheus and of `/healthz`, for the operator alone; `off` opens none',
  ],
  LOCKKEEPER_OTLP_URL: [
    '',
    'Where OpenTelemetry traces are sent, for example `http://127.0.0.1:4318/v1/traces`; empty sends none',
  ],
  LOCKKEEPER_DATABASE_URL: ['', '`postgres://…`; empty uses SQLite in the data folder'],
  LOCKKEEPER_PUBLIC_URL: ['', 'How browsers reach the API, when that is not its address'],
  LOCKKEEPER_PUBLIC_PLAYOUT_URL: ['', 'How players reach the playout port'],
  LOCKKEEPER_PUBLIC_RTMP_URL: ['', 'How encoders reach the RTMP port'],
  LOCKKEEPER_TRUST_PROXY: ['', 'Comma-separated CIDRs of proxies whose `X-Forwarded-*` is believed'],
  LOCKKEEPER_ALLOW_PRIVATE: [
    '',
    'Comma-separated addresses, CIDRs and host names, each perhaps with `:port`, that webhooks and pushed streams may reach though they are not public; a webhook there may be plain `http`',
  ],
  LOCKKEEPER_ADMIN_EMAIL: ['', 'E-mail address of the first nanoAdmin, used once, on an empty database'],
  LOCKKEEPER_ADMIN_PASSWORD: ['', 'Password of the first nanoAdmin; made up and shown once when empty'],
  LOCKKEEPER_SIGNUP: ['off', '`on` lets anybody make an organisation by `POST /signup`'],
  LOCKKEEPER_SMTP_URL: [
    '',
    '`smtp://` or `smtps://user:password@host:port` sends invitations, password links and confirmations; empty sends none',
  ],
  LOCKKEEPER_MAIL_FROM: ['', 'Sender of mails; empty is `lockkeeper@` the host of `LOCKKEEPER_PUBLIC_URL`'],
  LOCKKEEPER_METRICS_KEEP: [
    '5s=1d,1m=7d,1h=90d,1d=730d',
    'How long figures of 5 s, a minute, an hour and a day are kept, in hours or days: none shorter than the one before',
  ],
  LOCKKEEPER_GEOIP: ['', 'MMDB file that says which country an address is in; empty counts no countries'],
  LOCKKEEPER_LOG: ['info', '`trace`, `debug`, `info`, `warn`, `error` or `silent`'],
} as const satisfies Record<string, readonly [defaultValue: string, meaning: string]>;

type Variable = keyof typeof VARIABLES;
export type Env = Readonly<Record<string, string | undefined>>;

/** Raised with every problem at once, in words that say what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

function address(text: string, name: Variable): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new Error(`${name} must be host:port, for example ${VARIABLES[name][0]}`);
  return { host: match[1] ?? (match[2] || '127.0.0.1'), port };
}

function url(text: string, name: Variable, protocols: readonly string[]): string | null {
  if (text === '') return null;
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (!parsed || !protocols.includes(parsed.protocol) || parsed.username || parsed.search || parsed.hash) {
    throw new Error(`${name} must be a plain URL that starts with ${protocols.join('// or ')}//`);
  }
  return text.replace(/\/+$/, '');
}

function oneOf<T extends string>(text: string, name: Variable, values: readonly T[]): T {
  const found = values.find((value) => value === text);
  if (!found) throw new Error(`${name} must be one of ${values.join(', ')}`);
  return found;
}

/** A misspelt entry must not be found out by whose addresses are believed or called. */
function list(text: string, name: Variable, isEntry: (entry: string) => boolean, words: string): string[] {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const wrong = entries.find((entry) => !isEntry(entry));
  if (wrong !== undefined) throw new Error(`${name} must be ${words}, not "${wrong}"`);
  return entries;
}

const networks = (text: string, name: Variable) =>
  list(text, name, isNetwork, 'addresses or CIDRs, for example 10.0.0.0/8');

const hosts = (text: string, name: Variable) =>
  list(text, name, (entry) => readAllowed(entry) !== null, 'addresses, CIDRs or host names, for example 10.0.0.0/8');

function email(text: string, name: Variable): string | null {
  if (text !== '' && !/^[^\s@]+@[^\s@]+$/.test(text)) throw new Error(`${name} must be an e-mail address`);
  return text || null;
}

/** Options that nodemailer takes in the query, of those that show nobody what is sent. */
const SMTP_OPTIONS = new Set(['ignoreTLS', 'requireTLS', 'name', 'tls.rejectUnauthorized', 'tls.servername']);

/** Its mistakes are named without it: it holds a password. */
function smtpUrl(text: string, name: Variable): string | null {
  if (text === '') return null;
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (!parsed || !['smtp:', 'smtps:'].includes(parsed.protocol) || !parsed.hostname || !/^\/?$/.test(parsed.pathname))
    throw new Error(`${name} must be like smtp://user:password@host:587`);
  for (const option of parsed.searchParams.keys())
    if (!SMTP_OPTIONS.has(option)) throw new Error(`${name} knows no option but ${[...SMTP_OPTIONS].join(', ')}`);
  return text;
}

/** `name@host`, alone or as `Name <name@host>`. Without one we are `lockkeeper` at our own host. */
function sender(text: string, name: Variable, publicUrl: string | null): string {
  if (text === '') return `lockkeeper@${publicUrl ? new URL(publicUrl).hostname : 'localhost'}`;
  if (!/^(?:[^<>@"\p{Cc}]+ <[^\s@<>,;]+@[^\s@<>,;]+>|[^\s@<>,;]+@[^\s@<>,;]+)$/u.test(text))
    throw new Error(`${name} must be an e-mail address, or a name and an address: Lockkeeper <lockkeeper@example.com>`);
  return text;
}

/**
 * Reads the environment, decides, and refuses what contradicts itself.
 * @throws ConfigError naming every variable that is wrong
 */
export function readConfig(env: Env = process.env): { config: Config; secrets: ConfigSecrets } {
  const problems: string[] = [];
  const text = (name: Variable) => env[name]?.trim() || VARIABLES[name][0];
  const check = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined as T;
    }
  };
  const databaseUrl = check(() =>
    url(
      text('LOCKKEEPER_DATABASE_URL')
        .replace(/\?.*$/, '')
        .replace(/\/\/[^@/]*@/, '//'),
      'LOCKKEEPER_DATABASE_URL',
      ['postgres:', 'postgresql:'],
    ),
  );
  const publicUrl = check(() => url(text('LOCKKEEPER_PUBLIC_URL'), 'LOCKKEEPER_PUBLIC_URL', ['http:', 'https:']));
  const config: Config = Object.freeze({
    data: path.resolve(text('LOCKKEEPER_DATA')),
    http: check(() => address(text('LOCKKEEPER_HTTP'), 'LOCKKEEPER_HTTP')),
    playout: check(() => address(text('LOCKKEEPER_PLAYOUT'), 'LOCKKEEPER_PLAYOUT')),
    rtmp: check(() => address(text('LOCKKEEPER_RTMP'), 'LOCKKEEPER_RTMP')),
    operator: check(() => {
      const asked = text('LOCKKEEPER_OPERATOR');
      return asked === 'off' ? null : address(asked, 'LOCKKEEPER_OPERATOR');
    }),
    otlpUrl: check(() => url(text('LOCKKEEPER_OTLP_URL'), 'LOCKKEEPER_OTLP_URL', ['http:', 'https:'])),
    publicUrl,
    publicPlayoutUrl: check(() =>
      url(text('LOCKKEEPER_PUBLIC_PLAYOUT_URL'), 'LOCKKEEPER_PUBLIC_PLAYOUT_URL', ['http:', 'https:']),
    ),
    publicRtmpUrl: check(() =>
      url(text('LOCKKEEPER_PUBLIC_RTMP_URL'), 'LOCKKEEPER_PUBLIC_RTMP_URL', ['rtmp:', 'rtmps:']),
    ),
    trustProxy: check(() => networks(text('LOCKKEEPER_TRUST_PROXY'), 'LOCKKEEPER_TRUST_PROXY')),
    allowPrivate: check(() => hosts(text('LOCKKEEPER_ALLOW_PRIVATE'), 'LOCKKEEPER_ALLOW_PRIVATE')),
    adminEmail: check(() => email(text('LOCKKEEPER_ADMIN_EMAIL'), 'LOCKKEEPER_ADMIN_EMAIL')),
    signUp: check(() => oneOf(text('LOCKKEEPER_SIGNUP'), 'LOCKKEEPER_SIGNUP', ['on', 'off'])) === 'on',
    mailFrom: check(() => sender(text('LOCKKEEPER_MAIL_FROM'), 'LOCKKEEPER_MAIL_FROM', publicUrl)),
    geoip: text('LOCKKEEPER_GEOIP') ? path.resolve(text('LOCKKEEPER_GEOIP')) : null,
    log: check(() => oneOf(text('LOCKKEEPER_LOG'), 'LOCKKEEPER_LOG', LOG_LEVELS)),
    metricsKeep: check(() => readKeep(text('LOCKKEEPER_METRICS_KEEP'), 'LOCKKEEPER_METRICS_KEEP')),
    storage: databaseUrl ? 'postgres' : 'sqlite',
  });
  const secrets: ConfigSecrets = {
    databaseUrl: databaseUrl ? text('LOCKKEEPER_DATABASE_URL') : null,
    adminPassword: env['LOCKKEEPER_ADMIN_PASSWORD'] || null,
    smtpUrl: check(() => smtpUrl(text('LOCKKEEPER_SMTP_URL'), 'LOCKKEEPER_SMTP_URL')),
  };
  if (secrets.adminPassword && !config.adminEmail)
    problems.push('LOCKKEEPER_ADMIN_PASSWORD needs LOCKKEEPER_ADMIN_EMAIL beside it');
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return { config, secrets };
}

/** What the command line takes from the environment. `inherited` goes on to the processes that it starts. */
export interface CliEnv {
  url: string;
  token: string | null;
  apiKey: string | null;
  inherited: Env;
}

export const readCliEnv = (env: Env = process.env): CliEnv => ({
  url: env.LOCKKEEPER_URL?.trim() || `http://${VARIABLES.LOCKKEEPER_HTTP[0]}`,
  token: env.LOCKKEEPER_TOKEN?.trim() || null,
  apiKey: env.LOCKKEEPER_APIKEY?.trim() || null,
  inherited: env,
});
