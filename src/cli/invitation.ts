import type { Command } from 'commander';
import { table, time } from './output.ts';
import { roleName, seconds, session } from './session.ts';

interface InviteOptions {
  email?: string;
  expiresIn: string;
}

/** Adds to `lockkeeper user`. */
export function addInvitations(user: Command): void {
  user
    .command('invite <role>')
    .description('make a single-use link by which somebody joins in a role; it is not shown again')
    .option('--email <address>', 'the only address that may accept it; it is mailed there if the server sends mail')
    .option('--expires-in <duration>', 'for example 12h or 7d', '7d')
    .action(async (role: string, { email, expiresIn }: InviteOptions, command: Command) => {
      const { api, print } = session(command);
      const body = { permission: roleName(role), expiresIn: seconds(expiresIn), ...(email && { email }) };
      const made = await api.post('/user/invite', { body });
      print(made, () => made.url);
    });
  user
    .command('invitations')
    .description('list the invitations that are open')
    .action(async (_options: object, command: Command) => {
      const { api, print } = session(command);
      const open = await api.get('/user/invite');
      print(open, () =>
        table<(typeof open)[number]>(open, {
          ROLE: (row) => row.permission,
          'E-MAIL': (row) => row.email ?? 'any',
          'CREATED (UTC)': (row) => time(row.createdAt),
          'UNTIL (UTC)': (row) => time(row.expiresAt),
          STATUS: (row) => (row.valid ? 'open' : 'dead: its maker may not invite to this role any more'),
          ID: (row) => row.id,
        }),
      );
    });
  user
    .command('uninvite <id>')
    .description('take an invitation back')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, print } = session(command);
      const answer = await api.delete('/user/invite/{id}', { params: { path: { id } } });
      print(answer, () => 'The invitation is taken back.');
    });
}
