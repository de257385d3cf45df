import type { Command } from 'commander';
import { readCliEnv } from '../config.ts';
import { ROLES } from '../roles.ts';
import { type Client, createClient } from './client.ts';
import { CliFailure } from './failure.ts';
import { print } from './output.ts';

/** Options that every command takes. */
interface GlobalOptions {
  url?: string;
  token?: string;
  json?: boolean;
}

/** What a command works with: the API, and where its answer goes. */
export interface Session {
  api: Client;
  json: boolean;
  print(answer: unknown, words: () => string): void;
}

export function session(command: Command): Session {
  const { url, token, json = false } = command.optsWithGlobals<GlobalOptions>();
  const env = readCliEnv();
  return {
    api: createClient(url ?? env.url, { token: token ?? env.token, apiKey: env.apiKey }),
    json,
    print: (answer, words) => print(json, answer, words),
  };
}

/** `observer` and `Observer` mean `nanoReadOnly`. Other names pass: the server knows roles that we do not. */
export function roleName(text: string): string {
  const wanted = text.toLowerCase();
  return ROLES.find(({ name, title }) => [name.toLowerCase(), title.toLowerCase()].includes(wanted))?.name ?? text;
}

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** `90`, `90s`, `30m`, `12h` or `7d`, in seconds. */
export function seconds(text: string): number {
  const match = /^(\d+)([smhd]?)$/.exec(text);
  if (!match) throw new CliFailure(`"${text}" is not a duration: write for example 30m, 12h or 7d.`, 2);
  return Number(match[1]) * UNITS[(match[2] || 's') as keyof typeof UNITS];
}
