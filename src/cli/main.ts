import { Command, CommanderError } from 'commander';
import { readCliEnv } from '../config.ts';
import { version } from '../version.ts';
import { addAccess } from './access.ts';
import { addKeys } from './apikey.ts';
import { addAudit } from './audit.ts';
import { addBackup } from './backup.ts';
import { CliFailure } from './failure.ts';
import { addImport } from './import.ts';
import { addLogin } from './login.ts';
import { addOrganisation } from './organisation.ts';
import { report } from './output.ts';
import { addPermissions } from './permissions.ts';
import { addPlayback } from './playback.ts';
import { addRole } from './role.ts';
import { addSigningKeys } from './signing-key.ts';
import { addStream } from './stream.ts';
import { addUser } from './user.ts';
import { addWebhook } from './webhook.ts';

/** The command line. Sets the exit code: 0 done, 1 refused or failed, 2 used wrongly. */
export async function main(argv: string[]): Promise<void> {
  const json = argv.includes('--json');
  try {
    await createProgram(json).parseAsync(argv);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? usage(error, json) : report(error, json);
  }
}

/** Every command there is, with its words. */
export function createProgram(json = false): Command {
  const program = new Command('lockkeeper')
    .description('Control plane for live streaming whose roles hold on the API and on the wire.')
    .version(version())
    .option('--url <url>', 'address of the API (LOCKKEEPER_URL)')
    .option('--token <token>', 'token of a user (LOCKKEEPER_TOKEN); LOCKKEEPER_APIKEY holds an API key instead')
    .option('--json', 'answers and errors as JSON')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows how)')
    .exitOverride();
  if (json) program.configureOutput({ writeErr: () => {} });
  addServe(program);
  addLogin(program);
  addUser(program);
  addStream(program);
  addPermissions(program);
  addRole(program);
  addAccess(program);
  addPlayback(program);
  addAudit(program);
  addOrganisation(program);
  addWebhook(program);
  addKeys(program);
  addSigningKeys(program);
  addBackup(program);
  addImport(program);
  return program;
}

/** The server's own modules are loaded by these two alone, so that the other commands start quickly. */
function addServe(program: Command): void {
  program
    .command('serve')
    .description('run the server until it is told to stop; configured by LOCKKEEPER_* variables')
    .action(async (_options: object, command: Command) => {
      const { serve } = await import('../main.ts');
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      process.exitCode = await serve({ env: readCliEnv().inherited, json: json ?? false });
    });
  program
    .command('demo')
    .description('run a server on a throwaway folder, with users, streams and one of them live')
    .action(async (_options: object, command: Command) => {
      const { demo } = await import('./demo.ts');
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      process.exitCode = await demo({ env: readCliEnv().inherited, json: json ?? false });
    });
}

/** Commander has already said it in words. Help that was asked for is no mistake. */
function usage(error: CommanderError, json: boolean): number {
  if (error.exitCode === 0) return 0;
  return json ? report(new CliFailure(error.message.replace(/^error: /, ''), 2), true) : 2;
}
