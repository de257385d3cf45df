import type { Answer } from '@lockkeeper/client';
import type { Command } from 'commander';
import { printable, table, time } from './output.ts';
import { confirm } from './prompt.ts';
import { seconds, session } from './session.ts';

type Usage = Answer<'/organisation/apikey/usage', 'get'>;
type Client = Usage['keys'][number]['clients'][number];

export function addKeys(program: Command): void {
  const apiKey = program
    .command('apikey')
    .description("the organisation's API key: who uses it, replace it, disable it");
  addUsage(apiKey);
  addRotate(apiKey, 'apikey');
  addDisable(apiKey);
  addRotate(program.command('playerkey').description("the organisation's player key"), 'playerkey');
}

function addUsage(apiKey: Command): void {
  apiKey
    .command('usage')
    .description('tell who still uses the API key, and which token would do instead')
    .action(async (_options: object, command: Command) => {
      const { api, print } = session(command);
      const usage = await api.get('/organisation/apikey/usage');
      print(usage, () => described(usage));
    });
}

function described({ keys }: Usage): string {
  if (keys.length === 0) return 'There is no API key: it is disabled.';
  return keys.map(describedKey).join('\n\n');
}

function describedKey({ id, createdAt, until, clients }: Usage['keys'][number]): string {
  const kind = until ? `in its grace until ${time(until)} UTC` : 'live';
  const head = `API key ${id}, made ${time(createdAt)} UTC, ${kind}`;
  if (clients.length === 0) return `${head}: nobody has used it.`;
  return [head, '', overview(clients), ...clients.map(replacement)].join('\n');
}

/** What one client calls itself is its own word. */
const nameOf = ({ client }: Client) =>
  client === null ? '(others)' : client === '' ? '(nameless)' : printable(client);

const overview = (clients: Client[]) =>
  table(clients, {
    CLIENT: nameOf,
    REQUESTS: (row) => row.requests,
    'LAST SEEN (UTC)': (row) => time(row.lastSeenAt),
    FROM: (row) => `${row.addresses.slice(0, 3).join(' ')}${row.moreAddresses || row.addresses.length > 3 ? ' …' : ''}`,
    ROUTES: (row) => row.routes.length,
    'ROLE THAT DOES': (row) => row.role,
  });

function replacement(client: Client): string {
  const routes = client.routes.map(({ name, method, path }) => (path ? `${method} ${path}` : name));
  const lines = ['', `${nameOf(client)}: ${routes.join(', ')}`, `  ${client.reason}`];
  return [...lines, ...(client.command ? [`  ${client.command}`] : [])].join('\n');
}

function addRotate(group: Command, kind: 'apikey' | 'playerkey'): void {
  const words = kind === 'apikey' ? 'API key' : 'player key';
  group
    .command('rotate')
    .description(`replace the ${words} and print the new one`)
    .requiredOption('--grace <duration>', 'how long the old one still counts, for example 0s, 12h or 7d')
    .action(async ({ grace }: { grace: string }, command: Command) => {
      const { api, print } = session(command);
      const body = { graceSeconds: seconds(grace) };
      const rotated: { apiKey?: string; playerKey?: string } = await api.post(`/organisation/${kind}/rotate`, { body });
      const text = rotated.apiKey ?? rotated.playerKey;
      print(rotated, () => text ?? `The ${words} is replaced; the new one is shown to who may read it.`);
    });
}

function addDisable(apiKey: Command): void {
  apiKey
    .command('disable')
    .description('disable the API key, one in its grace too: only tokens count from then on')
    .option('--yes', 'do not ask')
    .action(async ({ yes }: { yes?: boolean }, command: Command) => {
      const { api, print } = session(command);
      if (!yes) await confirm('Disable the API key? Whoever still uses it is refused from then on.');
      const answer = await api.delete('/organisation/apikey');
      print(answer, () => 'The API key is disabled. A new one is made by: lockkeeper apikey rotate --grace 0s');
    });
}
