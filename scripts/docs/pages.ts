import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { generate } from '../../client/generate.ts';
import { openApp } from '../../src/app.ts';
import { createProgram } from '../../src/cli/main.ts';
import { readConfig, VARIABLES } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { alertCodes } from './alerts.ts';
import { compatibilityPage } from './compatibility.ts';
import { code, fill, table } from './markdown.ts';
import { permissionsPage, readmeMatrix } from './matrix.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const configuration = () =>
  table(
    ['Variable', 'Default', 'Meaning'],
    Object.entries(VARIABLES).map(([name, [value, meaning]]) => [code(name), value && code(value), meaning]),
  );

/** `user add <email>` with its words, for every command that does something. */
function commandsOf(command: Command, above = ''): string[][] {
  return command.commands.flatMap((sub) => {
    const name = `${above}${sub.name()}`;
    if (sub.commands.length > 0) return commandsOf(sub, `${name} `);
    const given = sub.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    );
    return [[code(['lockkeeper', name, ...given].join(' ')), sub.description()]];
  });
}

const commands = () => table(['Command', 'What it does'], commandsOf(createProgram()));

/** As the real server answers it. No engine is behind it: the document does not depend on one. */
async function openApiDocument(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-docs-'));
  try {
    const { config, secrets } = readConfig({ LOCKKEEPER_DATA: folder, LOCKKEEPER_LOG: 'silent' });
    const channel = { send: () => {}, onMessage: () => {} };
    await using app = await openApp({ config, secrets, channel, log: createLog('docs', config.log) });
    const { payload } = await app.server.inject('/openapi.json');
    return `${JSON.stringify(JSON.parse(payload), null, 2)}\n`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface GeneratedPage {
  /** From the root of the repository. */
  file: string;
  text: string;
  /** What the file holds now; null when there is none. */
  current: string | null;
}

const read = (file: string) => readFile(path.join(ROOT, file), 'utf8').catch(() => null);

/** Everything in the documents that comes from the code, as it should be and as it is. */
export async function generatedPages(): Promise<GeneratedPage[]> {
  const readme = (await read('README.md')) ?? '';
  const parts = { matrix: readmeMatrix(), configuration: configuration(), commands: commands() };
  const document = await openApiDocument();
  const texts = {
    'README.md': Object.entries(parts).reduce((text, [name, part]) => fill(text, name, part), readme),
    'docs/alerts.md': fill((await read('docs/alerts.md')) ?? '', 'codes', alertCodes()),
    'docs/permissions.md': permissionsPage(),
    'docs/compatibility.md': compatibilityPage(),
    'docs/openapi.json': document,
    'client/schema.d.ts': await generate(document),
  };
  return Promise.all(Object.entries(texts).map(async ([file, text]) => ({ file, text, current: await read(file) })));
}

export const pathOf = ({ file }: GeneratedPage): string => path.join(ROOT, file);
