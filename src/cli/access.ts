import type { paths } from '@lockkeeper/client';
import type { Command } from 'commander';
import { CliFailure } from './failure.ts';
import { table, time } from './output.ts';
import { session } from './session.ts';

type Report = paths['/audit/access']['get']['responses'][200]['content']['application/json'];

export function addAccess(program: Command): void {
  const access = program
    .command('access')
    .description('who had access to what, at any moment')
    .option('--at <time>', 'the moment (ISO 8601, for example 2026-05-01); now, when it is left out')
    .option('--csv', 'as a table for a spreadsheet')
    .action(async ({ at, csv }: { at?: string; csv?: boolean }, command: Command) => {
      const { api, json, print } = session(command);
      if (csv && json) throw new CliFailure('Choose --csv or --json, not both.', 2);
      const report = await api.get('/audit/access', { params: { query: { ...(at && { at }) } } });
      if (!csv) return print(report, () => overview(report));
      const { accessCsv } = await import('../access/csv.ts');
      process.stdout.write(await accessCsv(report));
    });
  addReview(access);
}

const overview = ({ at, users, keys, usesKnownSince }: Report): string =>
  [
    `At ${time(at)} UTC`,
    '',
    table(users, {
      'E-MAIL': (row) => row.email,
      ROLE: (row) => row.permission,
      'WOULD DO': (row) => (row.smallestRole === row.permission ? '' : row.smallestRole),
      'UNUSED 90 DAYS': (row) => `${row.unused.length} of ${row.capabilities.length}`,
      TOKENS: (row) => row.tokens.length,
      'LAST USED (UTC)': (row) => time(row.lastUsedAt),
      REVIEWED: (row) => row.reviewedBy && `${time(row.reviewedAt)} by ${row.reviewedBy}`,
    }),
    '',
    table(keys, {
      KEY: (row) => row.kind,
      ID: (row) => row.id,
      'MADE (UTC)': (row) => time(row.createdAt),
      'LAST USED (UTC)': (row) => time(row.lastUsedAt),
    }),
    '',
    usesKnownSince
      ? `What was used is on record since ${time(usesKnownSince)} UTC.`
      : 'What was used is not on record yet.',
  ].join('\n');

function addReview(access: Command): void {
  access
    .command('review [user]')
    .description('put on record that the access of a user, or with --all of everybody, has been reviewed')
    .option('--all', 'everybody')
    .option('--at <time>', 'the moment of the report that was reviewed; now, when it is left out')
    .option('--note <text>', 'what there is to remember')
    .action(async (user: string | undefined, options: ReviewOptions, command: Command) => {
      const { api, print } = session(command);
      // An option of this name is taken by the command around this one when it stands behind it.
      const { all, note } = options;
      const { at } = command.optsWithGlobals<ReviewOptions>();
      if ((user === undefined) === !all) throw new CliFailure('Whose access? Name a user, or say --all.', 2);
      const body = {
        ...(user !== undefined ? { user } : { all: true as const }),
        ...(at && { at }),
        ...(note && { note }),
      };
      const done = await api.post('/audit/access/review', { body });
      print(done, () => `${user ?? 'Everybody'}: reviewed by ${done.reviewedBy}, as of ${time(done.at)} UTC.`);
    });
}

interface ReviewOptions {
  all?: boolean;
  at?: string;
  note?: string;
}
