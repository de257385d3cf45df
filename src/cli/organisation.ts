import type { Answer } from '@lockkeeper/client';
import { type Command, Option } from 'commander';
import { CliFailure } from './failure.ts';
import { printable, time } from './output.ts';
import { session } from './session.ts';

const SETTINGS = {
  securePlayback: ['--secure-playback', 'playing needs a playback token'],
  publicStreamInfo: ['--public-stream-info', "who knows a stream's id may read what players need of it"],
  ingestTokens: ['--ingest-tokens', 'publishing needs an ingest token besides the ingest name'],
} as const;

type Setting = keyof typeof SETTINGS;

type Organisation = Answer<'/organisation', 'get'>;

export function addOrganisation(program: Command): void {
  const organisation = program.command('organisation').description('the organisation and its settings');
  organisation
    .command('show')
    .description('show the organisation; its API key only with --json')
    .action(async (_options: object, command: Command) => {
      const { api, print } = session(command);
      const found = await api.get('/organisation');
      print(found, () => described(found));
    });
  const set = organisation.command('set').description('change the name or a setting; the rest stays as it is');
  set.option('--name <name>', 'what the organisation is called');
  for (const [flag, meaning] of Object.values(SETTINGS)) {
    set.addOption(new Option(`${flag} <switch>`, meaning).choices(['on', 'off']));
  }
  set.action(async ({ name, ...switches }: { name?: string } & Partial<Record<Setting, 'on' | 'off'>>, command) => {
    const { api, print } = session(command);
    const named = Object.entries(switches).map(([setting, value]) => [setting, value === 'on']);
    if (name === undefined && named.length === 0) {
      throw new CliFailure('What should change? See: lockkeeper organisation set --help', 2);
    }
    const body = { ...(name !== undefined && { name }), settings: Object.fromEntries(named) };
    const changed = await api.put('/organisation', { body });
    print(changed, () => described(changed));
  });
}

function described({ id, name, hash, apiKey, playerKey, createdAt, settings }: Organisation): string {
  const lines = [
    `Organisation  ${printable(name)}`,
    `Id            ${id}, hash ${hash}, since ${time(createdAt)} UTC`,
    ...(playerKey === undefined ? [] : [`Player key    ${playerKey ?? 'none'}`]),
    ...(apiKey === undefined
      ? []
      : [`API key       ${apiKey === null ? 'disabled' : 'in use, see: lockkeeper apikey usage'}`]),
  ];
  const switches = Object.entries(SETTINGS).map(
    ([setting, [flag, meaning]]) =>
      `${flag.slice(2).padEnd(20)}${settings[setting as Setting] ? 'on ' : 'off'}  ${meaning}`,
  );
  return [...lines, ...switches].join('\n');
}
