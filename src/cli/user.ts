import type { Answer } from '@lockkeeper/client';
import type { Command } from 'commander';
import { CliFailure } from './failure.ts';
import { addInvitations } from './invitation.ts';
import { withLocal } from './local.ts';
import { table, time } from './output.ts';
import { askHidden, confirm, linesOfStdin, newPassword } from './prompt.ts';
import { roleName, type Session, seconds, session } from './session.ts';

/** As the API answers it, or with less from the machine's own data folder. */
type User = Partial<Answer<'/user', 'post'>> & Pick<Answer<'/user', 'get'>[number], 'id' | 'email' | 'permission'>;

const LOCAL = ['--local', 'act on the data folder of this machine, without a token'] as const;
const PASSWORD_STDIN = ['--password-stdin', 'read the password from standard input'] as const;

interface LocalOption {
  local?: boolean;
}
interface PasswordOption {
  passwordStdin?: boolean;
}

/** The API takes either; ids never contain an @. */
const reference = (user: string) => (user.includes('@') ? { email: user } : { id: user });

export function addUser(program: Command): void {
  const user = program.command('user').description('users of the organisation, their roles and tokens');
  addList(user);
  addAdd(user);
  addRole(user);
  addToken(user);
  addPassword(user);
  addInvitations(user);
  addEnding(user);
}

function addList(user: Command): void {
  user
    .command('list')
    .description('list the users')
    .option(...LOCAL)
    .action(async ({ local }: LocalOption, command: Command) => {
      const { api, print } = session(command);
      const users = local ? await withLocal((here) => here.listUsers()) : await api.get('/user');
      print(users, () =>
        table<User>(users, {
          'E-MAIL': (row) => row.email,
          ROLE: (row) => row.permission,
          STATUS: (row) => row.status,
          'CREATED (UTC)': (row) => time(row.createdAt),
          'LAST SEEN': (row) => time(row.lastSeenAt),
          'TOKEN KEY': (row) => row.tokenKey,
          ID: (row) => row.id,
        }),
      );
    });
}

function addAdd(user: Command): void {
  user
    .command('add <email>')
    .description('create a user; without a password the answer is a link for setting one')
    .requiredOption('--role <role>', 'nanoAdmin, nanoUser, nanoReadOnly or a role of your own')
    .option(...PASSWORD_STDIN)
    .option('--ask-password', 'ask for the password')
    .option(...LOCAL)
    .action(async (email: string, options: AddOptions, command: Command) => {
      const { api, print } = session(command);
      const permission = roleName(options.role);
      const chosen = options.local || options.passwordStdin || options.askPassword;
      const password = chosen ? await newPassword(options.passwordStdin ?? false) : undefined;
      const made = options.local
        ? await withLocal((here) => here.addUser({ email, password: password!, permission }))
        : await api.post('/user', { body: { email, permission, ...(password && { password }) } });
      print(made, () => added(made));
    });
}

interface AddOptions extends LocalOption, PasswordOption {
  role: string;
  askPassword?: boolean;
}

function added({ email, permission, setPasswordUrl }: User): string {
  const link = setPasswordUrl ? `\nTo set the password, once: ${setPasswordUrl}` : '';
  return `${email} is now ${permission}.${link}`;
}

function addRole(user: Command): void {
  user
    .command('role <user> <role>')
    .description('give a user another role, which ends all of their tokens at once')
    .option(...LOCAL)
    .action(async (who: string, role: string, { local }: LocalOption, command: Command) => {
      const { api, print } = session(command);
      const permission = roleName(role);
      const changed = local
        ? await withLocal((here) => here.setRole({ email: who, permission }))
        : await api.put('/user/permission', { body: { ...reference(who), permission } });
      print(changed, () => `${who} is now ${permission}; older tokens are dead.`);
    });
}

function addToken(user: Command): void {
  user
    .command('token <user>')
    .description('make a token for a user and print it; it is not shown again')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--expires-in <duration>', 'for example 30m, 12h or 7d', '24h')
    .option('--role <role>', 'narrow it to less than the role of the user')
    .option('--allowed-ip <address...>', 'addresses or CIDRs from which it may be used')
    .action(async (who: string, options: TokenOptions, command: Command) => {
      const { api, print } = session(command);
      const { name, expiresIn, role, allowedIp } = options;
      const body = {
        ...reference(who),
        name,
        expiresIn: seconds(expiresIn),
        ...(role && { permission: roleName(role) }),
        ...(allowedIp && { allowedIps: allowedIp }),
      };
      const { data } = await api.post('/bintu/token', { body });
      print(data, () => data.token);
    });
}

interface TokenOptions {
  name: string;
  expiresIn: string;
  role?: string;
  allowedIp?: string[];
}

function addPassword(user: Command): void {
  user
    .command('password [email]')
    .description("change your own password or, with --local, anybody's on this machine")
    .option('--password-stdin', 'read it from standard input: one line, or the old and the new one for your own')
    .option(...LOCAL)
    .action(async (email: string | undefined, options: LocalOption & PasswordOption, command: Command) => {
      const { api, print } = session(command);
      if (options.local) {
        if (!email) throw new CliFailure('Whose password? lockkeeper user password EMAIL --local', 2);
        const password = await newPassword(options.passwordStdin ?? false);
        await withLocal((here) => here.setPassword({ email, password }));
        return print({ email, changed: true }, () => `${email} has a new password.`);
      }
      if (email) throw new CliFailure("Another user's password is set with --local, on the machine itself.", 2);
      await api.put('/user/password', { body: await ownPasswords(options) });
      print({ changed: true }, () => 'You have a new password.');
    });
}

async function ownPasswords({ passwordStdin }: PasswordOption): Promise<{ oldPassword: string; password: string }> {
  if (!passwordStdin) return { oldPassword: await askHidden('Old password: '), password: await newPassword(false) };
  const [oldPassword, password] = await linesOfStdin();
  if (!oldPassword || !password) throw new CliFailure('Two lines are needed: the old and the new password.', 2);
  return { oldPassword, password };
}

/** What cannot be undone: the end of a user's tokens, and of a user. */
function addEnding(user: Command): void {
  user
    .command('renew <user>')
    .description("renew a user's tokenKey, which ends all of their tokens at once")
    .action(async (who: string, _options: object, command: Command) => {
      const { api, print } = session(command);
      const renewed = await api.put('/user/tokenkey', { body: reference(who) });
      print(renewed, () => `${who} has the tokenKey ${renewed.tokenKey}; older tokens are dead.`);
    });
  user
    .command('delete <user>')
    .description('delete a user and with it all of their tokens')
    .option('--yes', 'do not ask')
    .action(async (who: string, { yes }: { yes?: boolean }, command: Command) => {
      const current = session(command);
      if (!yes) await confirm(`Delete ${who} for good?`);
      const path = { id: await idOf(who, current) };
      const answer = await current.api.delete('/user/{id}', { params: { path } });
      current.print(answer, () => `${who} is deleted.`);
    });
}

async function idOf(who: string, { api }: Session): Promise<string> {
  if (!who.includes('@')) return who;
  const users = await api.get('/user');
  const found = users.find(({ email }) => email.toLowerCase() === who.toLowerCase());
  if (!found) throw new CliFailure(`There is no user ${who}. See: lockkeeper user list`);
  return found.id;
}
