import type { paths } from '@lockkeeper/client';
import type { Command } from 'commander';
import { CliFailure } from './failure.ts';
import { table } from './output.ts';
import { confirm } from './prompt.ts';
import { roleName, session } from './session.ts';

type Saved = paths['/permission/{name}']['put']['responses'][200]['content']['application/json'];
type Draft = paths['/permission/{name}']['put']['requestBody']['content']['application/json'];

export function addRole(program: Command): void {
  const role = program.command('role').description('roles: the predefined ones and those of your own');
  addLooking(role);
  addSaving(role);
  role
    .command('delete <name>')
    .description('delete a role of your own that nobody has')
    .option('--yes', 'do not ask')
    .action(async (name: string, { yes }: { yes?: boolean }, command: Command) => {
      const { api, print } = session(command);
      if (!yes) await confirm(`Delete the role ${name} for good?`);
      const answer = await api.delete('/permission/{name}', { params: { path: { name } } });
      print(answer, () => `${name} is deleted.`);
    });
}

function addLooking(role: Command): void {
  role
    .command('list')
    .description('list every role that can be given')
    .action(async (_options: object, command: Command) => {
      const { api, print } = session(command);
      const roles = await api.get('/permission/list');
      print(roles, () =>
        table(roles, {
          NAME: (row) => row.name,
          'ACCESS LEVEL': (row) => row.accessLevel,
          CAPABILITIES: (row) => row.capabilities.length,
          DESCRIPTION: (row) => row.description,
        }),
      );
    });
  role
    .command('show <name>')
    .description('show what a role may do and which endpoints it may call')
    .action(async (name: string, _options: object, command: Command) => {
      const { api, print } = session(command);
      const shown = await api.get('/permission', { params: { query: { name: roleName(name) } } });
      print(shown, () =>
        [
          `${shown.name} (${shown.accessLevel}): ${shown.description}`,
          `Audiences: ${shown.audiences.join(', ')}`,
          '',
          table(shown.endpoints, {
            METHOD: (row) => row.method,
            PATH: (row) => row.path,
            NEEDS: (row) => row.capability,
          }),
        ].join('\n'),
      );
    });
}

interface SaveOptions {
  description?: string;
  allow?: string[];
  deny?: string[];
  audience?: string[];
  dryRun?: boolean;
}

const shared = (command: Command): Command =>
  command
    .option('--description <text>', 'what it is for')
    .option('--audience <name...>', 'the audiences of its tokens')
    .option('--dry-run', 'say what there is to say about it, and save nothing');

function addSaving(role: Command): void {
  shared(role.command('create <name>').description('define a role of your own'))
    .requiredOption('--allow <id...>', 'capabilities, such as stream:read; see: lockkeeper permissions')
    .action(async (name: string, options: SaveOptions, command: Command) => {
      const { api, print } = session(command);
      const { description = '', allow = [], audience, dryRun } = options;
      const body = { description, capabilities: allow, ...(audience && { audiences: audience as never }) };
      const params = { path: { name }, query: { ...(dryRun && { dryRun }) } };
      const saved = await api.post('/permission/{name}', { params, body });
      print(saved, () => described(saved, 'is defined'));
    });
  shared(role.command('edit <name>').description('change a role of your own; all tokens of its users die at once'))
    .option('--allow <id...>', 'capabilities to add')
    .option('--deny <id...>', 'capabilities to take away')
    .action(async (name: string, options: SaveOptions, command: Command) => {
      const { api, print } = session(command);
      const before = (await api.get('/permission/list')).find((known) => known.name === name);
      if (!before) throw new CliFailure(`There is no role ${name}. See: lockkeeper role list`);
      const { allow = [], deny = [], audience = before.audiences, dryRun } = options;
      const { description = before.description } = options;
      const capabilities = [...new Set([...before.capabilities, ...allow])].filter((id) => !deny.includes(id));
      const body: Draft = { description, capabilities, audiences: audience as NonNullable<Draft['audiences']> };
      const params = { path: { name }, query: { ...(dryRun && { dryRun }) } };
      const saved = await api.put('/permission/{name}', { params, body });
      print(saved, () => described(saved, 'is changed; the older tokens of its users are dead'));
    });
}

function described({ name, capabilities, findings, saved }: Saved, done: string): string {
  const head = saved ? `${name} ${done}` : `${name} is not saved`;
  const lines = findings.map(({ level, words }) => `  ${level}: ${words}`);
  return [`${head}: ${capabilities.join(', ')}`, ...lines].join('\n');
}
