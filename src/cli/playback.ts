import type { Command } from 'commander';
import { CliFailure } from './failure.ts';
import { printable, table, time } from './output.ts';
import { type Session, seconds, session } from './session.ts';

const PATH = '/api/v1/splay';
const MOST = 1_000;

interface CreateOptions {
  stream?: string[];
  group?: string;
  all?: boolean;
  expiresIn?: string;
  startsIn?: string;
  domain?: string;
  ip?: string;
  tag?: string;
  user?: string;
  customer?: string;
  revocable?: boolean;
  forceDisconnect?: boolean;
}

export function addPlayback(program: Command): void {
  const playback = program.command('playback').description('tokens with which viewers play');
  addCreate(playback);
  addList(playback);
  addRevoke(playback);
  addVerify(playback);
}

function addCreate(playback: Command): void {
  playback
    .command('create')
    .description('make a playback token for streams, a group or all of them, and print it; it is not shown again')
    .option('--stream <stream...>', 'names or ids of streams')
    .option('--group <group>', 'every stream of this group')
    .option('--all', 'every stream of the organisation')
    .option('--expires-in <duration>', 'for example 30m, 12h or 7d; 24h when not given')
    .option('--starts-in <duration>', 'it opens nothing before then')
    .option('--domain <host>', 'only for players on pages of this host, or *.host')
    .option('--ip <address>', 'only for players at this address or in this CIDR')
    .option('--tag <text>', 'kept in the token')
    .option('--user <text>', 'kept in the token')
    .option('--customer <text>', 'kept in the token')
    .option('--revocable', 'it can be revoked, and lives 24h at most')
    .option('--force-disconnect', 'when it expires, what it opened ends')
    .action(async (options: CreateOptions, command: Command) => {
      const { api, print } = session(command);
      const { data } = await api.post(PATH, { body: wishOf(options, Math.floor(Date.now() / 1_000)) });
      print(data, () => data.token);
    });
}

/** `now` is unix seconds. */
function wishOf(options: CreateOptions, now: number) {
  const { stream, group, all, expiresIn, startsIn, domain, ip, tag, user, customer } = options;
  return {
    ...(stream && { streams: stream }),
    ...(group !== undefined && { groupid: group }),
    ...(all && { orgawide: true }),
    ...(expiresIn !== undefined && { exp: now + seconds(expiresIn) }),
    ...(startsIn !== undefined && { nbf: now + seconds(startsIn) }),
    ...(domain !== undefined && { domain }),
    ...(ip !== undefined && { ip }),
    ...(tag !== undefined && { tag }),
    ...(user !== undefined && { user }),
    ...(customer !== undefined && { cust: customer }),
    ...(options.revocable && { revocable: true }),
    ...(options.forceDisconnect && { forceDisconnect: true }),
  };
}

function addList(playback: Command): void {
  playback
    .command('list')
    .description('list playback tokens, newest first, without the tokens themselves')
    .option('--maker <maker>', 'id or e-mail address of who made them')
    .option('--limit <number>', `how many, at most ${MOST}`)
    .option('--cursor <id>', 'go on after the token with this id')
    .action(async ({ maker, limit, cursor }: { maker?: string; limit?: string; cursor?: string }, command: Command) => {
      const { api, print } = session(command);
      const query = {
        ...(maker !== undefined && { maker }),
        ...(limit !== undefined && { limit: Number(limit) }),
        ...(cursor !== undefined && { cursor }),
      };
      const { data } = await api.get(PATH, { params: { query } });
      print(data, () =>
        table(data, {
          ID: (row) => row.id,
          STATE: (row) => row.state,
          OPENS: (row) => row.streams?.join(', ') ?? (row.groupid ? `group ${row.groupid}` : 'all streams'),
          'EXPIRES (UTC)': (row) => time(row.expiresAt),
          REVOCABLE: (row) => (row.revocable ? 'yes' : 'no'),
          MAKER: (row) => row.maker.email ?? row.maker.type,
        }),
      );
    });
}

function addRevoke(playback: Command): void {
  playback
    .command('revoke [token]')
    .description('revoke a playback token, by itself or by its id, or all that somebody made; its viewers are cut off')
    .option('--maker <maker>', 'every revocable token of this maker: id or e-mail address')
    .action(async (token: string | undefined, { maker }: { maker?: string }, command: Command) => {
      const current = session(command);
      if ((token === undefined) === (maker === undefined))
        throw new CliFailure('Which one? lockkeeper playback revoke TOKEN, or --maker MAKER', 2);
      const revoked = maker === undefined ? [] : await revocableOf(maker, current);
      if (token !== undefined) await revoke(current, token.includes('.') ? { token } : { id: token });
      for (const id of revoked) await revoke(current, { id });
      const count = token === undefined ? revoked.length : 1;
      current.print({ revoked: count }, () => `${count} playback token(s) revoked; whoever played by them is cut off.`);
    });
}

const revoke = ({ api }: Session, body: { token: string } | { id: string }) => api.post(`${PATH}/revoke`, { body });

async function revocableOf(maker: string, { api }: Session): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { maker, limit: MOST, ...(cursor !== undefined && { cursor }) };
    const { data } = await api.get(PATH, { params: { query } });
    found.push(...data.filter(({ state, revocable }) => revocable && state !== 'revoked').map(({ id }) => id));
    if (data.length < MOST) return found;
    cursor = data.at(-1)?.id;
  }
}

function addVerify(playback: Command): void {
  playback
    .command('verify <token>')
    .description('say whether a playback token holds now, and what is in it')
    .action(async (token: string, _options: object, command: Command) => {
      const { api, print } = session(command);
      const { data } = await api.post(`${PATH}/verify`, { body: { token } });
      print(data, () =>
        Object.entries(data)
          .map(
            ([name, value]) =>
              `${name.padEnd(16)}${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
          )
          .join('\n'),
      );
    });
}
