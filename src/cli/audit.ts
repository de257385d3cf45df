import type { paths } from '@lockkeeper/client';
import type { Command } from 'commander';
import { table } from './output.ts';
import { session } from './session.ts';

type Filters = NonNullable<paths['/audit']['get']['parameters']['query']>;

const FILTERS: Record<Exclude<keyof Filters, 'format'>, string> = {
  actor: 'id or e-mail address of who did it',
  action: 'what was done, for example lockStream',
  target: 'id of what it was done to',
  outcome: 'allowed or refused',
  from: 'not before this time (ISO 8601)',
  to: 'before this time (ISO 8601)',
  limit: 'how many rows',
  cursor: 'go on after the row with this id',
};

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('read the audit log, newest first');
  for (const [name, meaning] of Object.entries(FILTERS)) audit.option(`--${name} <value>`, meaning);
  // As they were typed: the server says what is wrong with one.
  audit.action(async (options: object, command: Command) => {
    const { api, print } = session(command);
    const query: Filters = options;
    const rows = await api.get('/audit', { params: { query } });
    print(rows, () =>
      table(rows, {
        'TIME (UTC)': (row) => row.at.slice(0, 19).replace('T', ' '),
        WHO: (row) => row.actor?.email ?? row.actor?.type,
        ACTION: (row) => row.action,
        OUTCOME: (row) => (row.count > 1 ? `${row.outcome} ×${row.count}` : row.outcome),
        TARGET: (row) => row.target && `${row.target.type} ${row.target.id ?? ''}`.trim(),
        FROM: (row) => row.ip,
      }),
    );
  });
}
