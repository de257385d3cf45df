import type { paths } from '@lockkeeper/client';
import type { Command } from 'commander';
import { CliFailure } from './failure.ts';
import { table, time } from './output.ts';
import { linesOfStdin } from './prompt.ts';
import { type Session, seconds, session } from './session.ts';

type Stream = paths['/stream/{id}']['get']['responses'][200]['content']['application/json'];

/** What goes into a stream, and where it goes on to. */
export function addStreamIngest(stream: Command): void {
  addPush(stream);
  addIngestToken(stream);
}

interface PushOptions {
  off?: boolean;
  urlStdin?: boolean;
}

function addPush(stream: Command): void {
  stream
    .command('push <id> [url]')
    .description('forward a stream to another RTMP server while it is live; without a URL, say how that goes')
    .option('--url-stdin', 'read the URL from standard input: others see what a command was called with')
    .option('--off', 'forward it nowhere')
    .action(async (id: string, url: string | undefined, options: PushOptions, command: Command) => {
      const { api, print } = session(command);
      const wanted = await target(url, options);
      const params = { path: { id } };
      const shown =
        wanted === undefined
          ? await api.get('/stream/{id}', { params })
          : await api.put('/stream/{id}/push_url', { params, body: { url: wanted } });
      print(shown, () => pushed(shown));
    });
}

async function target(url: string | undefined, { off, urlStdin }: PushOptions): Promise<string | null | undefined> {
  if ([url !== undefined, off, urlStdin].filter(Boolean).length > 1)
    throw new CliFailure('Say one of a URL, --url-stdin and --off.', 2);
  if (off) return null;
  if (!urlStdin) return url;
  const [line] = await linesOfStdin();
  if (!line) throw new CliFailure('--url-stdin found no URL on standard input.', 2);
  return line;
}

/** The key stays where it is: whoever asked may be watched. */
function pushed({ id, push_url, push }: Stream): string {
  if (push_url === undefined) return `Your role does not show where stream ${id} is forwarded to.`;
  if (push_url === null) return `Stream ${id} is forwarded nowhere.`;
  const [where] = /^\w+:\/\/[^/]+/.exec(push_url) ?? [''];
  if (!push) return `Stream ${id} is forwarded to ${where} while it is live.`;
  const error = push.error === null ? '' : `\n${push.error}.`;
  return `Stream ${id} is forwarded to ${where}: ${push.state} since ${time(push.since)}, ${push.bytes} bytes.${error}`;
}

interface IngestTokenOptions {
  expiresIn?: string;
  list?: boolean;
  revoke?: string;
}

const PATH = '/stream/{id}/ingest-token';

function addIngestToken(stream: Command): void {
  stream
    .command('ingest-token <id>')
    .description('make an ingest token and print the stream key with it; it is not shown again')
    .option('--expires-in <duration>', 'for example 30m, 12h or 7d; 24h when not given')
    .option('--list', 'list the tokens of the stream instead')
    .option('--revoke <token-id>', 'revoke one instead; the encoder that came in with it is closed')
    .action(async (id: string, { expiresIn, list, revoke }: IngestTokenOptions, command: Command) => {
      const { api, print } = session(command);
      if (revoke !== undefined) return revokeOne(session(command), id, revoke);
      if (list) return listAll(session(command), id);
      const body = expiresIn === undefined ? {} : { expiresIn: seconds(expiresIn) };
      const made = await api.post(PATH, { params: { path: { id } }, body });
      print(made, () => made.streamname);
    });
}

async function revokeOne({ api, print }: Session, id: string, tokenId: string): Promise<void> {
  const answer = await api.delete(`${PATH}/{tokenId}`, { params: { path: { id, tokenId } } });
  print(answer, () => `${tokenId} admits nobody any more.`);
}

async function listAll({ api, print }: Session, id: string): Promise<void> {
  const tokens = await api.get(PATH, { params: { path: { id } } });
  print(tokens, () =>
    table(tokens, {
      ID: (row) => row.id,
      'MADE BY': (row) => row.createdBy.email ?? row.createdBy.type,
      'MADE (UTC)': (row) => time(row.createdAt),
      'EXPIRES (UTC)': (row) => time(row.expiresAt),
    }),
  );
}
