import type { Command } from 'commander';
import { CliFailure } from './failure.ts';
import { printable, table, time } from './output.ts';
import { linesOfStdin } from './prompt.ts';
import { session } from './session.ts';

interface SetOptions {
  urlStdin?: boolean;
  off?: boolean;
  rotateSecret?: boolean;
}

const PATH = '/organisation/webhook';

export function addWebhook(program: Command): void {
  const webhook = program.command('webhook').description('the URL that is asked before every publish');
  webhook
    .command('show')
    .description('show the URL and the secret that calls are signed with')
    .action(async (_options: object, command: Command) => {
      const { api, print } = session(command);
      const found = await api.get('/organisation');
      if (found.webhook === undefined) throw new CliFailure('Only an administrator may see the webhook.');
      const { webhook: url, webhookSecret = null } = found;
      print({ webhook: url, webhookSecret }, () => described(url, webhookSecret));
    });
  addSet(webhook);
  webhook
    .command('test')
    .description('call the webhook once and say what comes of it')
    .action(async (_options: object, command: Command) => {
      const { api, print } = session(command);
      const answer = await api.post(`${PATH}/test`);
      print(answer, () => `${answer.error ?? 'It answered 200'} (${answer.tookMs} ms).`);
      if (!answer.allowed) process.exitCode = 1;
    });
  webhook
    .command('deliveries')
    .description('what the webhook was called for, newest first')
    .option('--limit <number>', 'how many rows')
    .option('--cursor <id>', 'go on after the row with this id')
    .action(async (query: { limit?: number; cursor?: string }, command: Command) => {
      const { api, print } = session(command);
      const rows = await api.get(`${PATH}/deliveries`, { params: { query } });
      print(rows, () =>
        table(rows, {
          'TIME (UTC)': (row) => row.createdAt.slice(0, 19).replace('T', ' '),
          CALL: (row) => row.call,
          OUTCOME: (row) => (row.attempts > 1 ? `${row.outcome} ×${row.attempts}` : row.outcome),
          STATUS: (row) => row.status,
          MS: (row) => row.tookMs,
          STREAM: (row) => row.stream,
          'NEXT (UTC)': (row) => time(row.nextAt),
        }),
      );
    });
}

function addSet(webhook: Command): void {
  webhook
    .command('set [url]')
    .description('set the URL, or remove it with --off')
    .option('--url-stdin', 'read the URL from standard input: others see what a command was called with')
    .option('--off', 'ask nobody')
    .option('--rotate-secret', 'sign with a new secret from now on')
    .action(async (url: string | undefined, options: SetOptions, command: Command) => {
      const { api, print } = session(command);
      const { off, urlStdin, rotateSecret = false } = options;
      if ([url !== undefined, off, urlStdin].filter(Boolean).length !== 1)
        throw new CliFailure('Say one of a URL, --url-stdin and --off.', 2);
      const [line] = urlStdin ? await linesOfStdin() : [url];
      if (!off && !line) throw new CliFailure('--url-stdin found no URL on standard input.', 2);
      const set = await api.put(PATH, { body: { webhook: off ? null : line!, rotateSecret } });
      print(set, () => described(set.webhook, set.webhookSecret));
    });
}

const described = (url: string | null, secret: string | null): string =>
  url === null
    ? 'There is no webhook: whoever knows an ingest name may publish.'
    : `Webhook  ${printable(url)}\nSecret   ${secret}`;
