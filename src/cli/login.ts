import type { Command } from 'commander';
import { CliFailure } from './failure.ts';
import { ask, askHidden, linesOfStdin } from './prompt.ts';
import { session } from './session.ts';

export function addLogin(program: Command): void {
  program
    .command('login [email]')
    .description('sign in and print a token, which lives 12 hours')
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText('after', '\nExample:\n  export LOCKKEEPER_TOKEN=$(lockkeeper login you@example.org)')
    .action(async (given: string | undefined, options: { passwordStdin?: boolean }, command: Command) => {
      const { api, print } = session(command);
      const email = given ?? (await ask('E-mail: '));
      const password = options.passwordStdin ? (await linesOfStdin())[0] : await askHidden('Password: ');
      if (!email || !password) throw new CliFailure('An e-mail address and a password are needed.', 2);
      const { token, expiresAt, user } = await api.anonymous.post('/user/validate', { body: { email, password } });
      print({ token, expiresAt, user }, () => token);
    });
}
