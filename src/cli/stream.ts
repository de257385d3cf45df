import type { Answer, paths } from '@lockkeeper/client';
import type { Command } from 'commander';
import { table, time } from './output.ts';
import { session } from './session.ts';
import { addStreamIngest } from './stream-ingest.ts';

type Stream = Answer<'/stream', 'post'>;
/** With what stop, lock and unlock add to the stream. */
type Outcome = Answer<'/stream/{id}/lock', 'put'>;
type Filters = NonNullable<paths['/stream']['get']['parameters']['query']>;
type Verb = 'lock' | 'unlock' | 'stop';

export function addStream(program: Command): void {
  const stream = program.command('stream').description('streams: see, create, stop, lock, unlock and forward them');
  addList(stream);
  addCreate(stream);
  addAction(stream, 'lock', 'end a stream and refuse its encoder from now on');
  addAction(stream, 'unlock', 'let the encoder of a locked stream back in');
  addAction(stream, 'stop', 'end a running stream; its encoder may come back');
  addStreamIngest(stream);
}

function addList(stream: Command): void {
  stream
    .command('list')
    .description('list the streams, newest first')
    .option('--state <state>', 'live, created, ended, locked or all')
    .option('--tag <tag...>', 'only streams with all of these tags')
    .option('--quantity <number>', 'how many, at most 1000')
    .action(async ({ tag, ...filters }: { tag?: string[] }, command: Command) => {
      const { api, print } = session(command);
      // As they were typed: the server says what is wrong with one.
      const query: Filters = { ...filters, ...(tag && { tags: tag }) };
      const streams = await api.get('/stream', { params: { query } });
      print(streams, () =>
        table(streams, {
          ID: (row) => row.id,
          STATE: (row) => row.state,
          TAGS: (row) => row.tags.join(', ') || null,
          'CREATED (UTC)': (row) => time(row.created_at),
        }),
      );
    });
}

function addCreate(stream: Command): void {
  stream
    .command('create')
    .description('create a stream')
    .option('--tag <tag...>', 'tags; unknown ones are created')
    .action(async ({ tag }: { tag?: string[] }, command: Command) => {
      const { api, print } = session(command);
      const made = await api.post('/stream', { body: tag ? { tags: tag } : {} });
      print(made, () => described(made));
    });
}

function described({ id, ingest, playout }: Stream): string {
  const lines = [`Stream     ${id}`];
  if (ingest)
    lines.push(`Publish    ${ingest.rtmp.url}/${ingest.rtmp.streamname}   (a secret: it lets anybody publish)`);
  for (const { url } of [...playout.web, ...playout.hls]) lines.push(`Watch      ${url}`);
  return lines.join('\n');
}

function addAction(stream: Command, name: Verb, description: string): void {
  stream
    .command(`${name} <id>`)
    .description(description)
    .action(async (id: string, _options: object, command: Command) => {
      const { api, print } = session(command);
      const answer = await api.put(`/stream/{id}/${name}`, { params: { path: { id } } });
      print(answer, () => outcome(name, answer));
    });
}

function outcome(verb: Verb, { id, state, closed, tookMs, enforced }: Outcome): string {
  const ended = `${closed.publishers} publisher(s) and ${closed.viewers} viewer(s) were closed in ${tookMs} ms.`;
  const warning = 'The media engine could not be reached yet: sessions end as soon as it can.';
  if (verb === 'unlock') return `Stream ${id} is ${state}: its encoder may come back.`;
  return `Stream ${id} is ${state}. ${enforced ? ended : warning}`;
}
