import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Line, terminalPicture } from './terminal-picture.ts';

/**
 * Draws docs/demo.svg from a real run of the demo: `node scripts/demo-picture.ts`. What it shows was said by the
 * programs; only lines that are too long are cut.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const BIN = `${ROOT}bin/lockkeeper.js`;
const OUT = `${ROOT}docs/demo.svg`;

/** What is typed in the second terminal. `as` is whose token stands in LOCKKEEPER_TOKEN. */
const TYPED = [
  { as: 'OPERATOR', args: ['stream', 'stop', '$LIVE'] },
  { as: 'ADMIN', args: ['stream', 'lock', '$LIVE'] },
  { as: 'ADMIN', args: ['user', 'role', 'operator@demo.example', 'nanoReadOnly'] },
  { as: 'OPERATOR', args: ['stream', 'list'] },
  { as: 'ADMIN', args: ['audit', '--limit', '5'] },
];

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !holds(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`The demo did not say ${what}`);
  }
}

/** The `export NAME='value'` lines of the demo. */
const exported = (said: string): Record<string, string> =>
  Object.fromEntries([...said.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]));

function type(args: string[], env: NodeJS.ProcessEnv): Promise<{ text: string; failed: boolean }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], { env }, (error, stdout, stderr) =>
      resolve({ text: (stdout + stderr).trimEnd(), failed: error !== null }),
    );
  });
}

async function secondTerminal(variables: Record<string, string>): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { as, args } of TYPED) {
    const real = args.map((arg) => (arg.startsWith('$') ? variables[arg.slice(1)]! : arg));
    const env = { PATH: '/usr/bin:/bin', LOCKKEEPER_URL: variables['API'], LOCKKEEPER_TOKEN: variables[as] };
    const { text, failed } = await type(real, env);
    lines.push({ text: `$ LOCKKEEPER_TOKEN=$${as} npx lockkeeper ${args.join(' ')}`, kind: 'typed' });
    for (const line of text.split('\n')) lines.push({ text: line, kind: failed ? 'refused' : 'said' });
    lines.push({ text: '', kind: 'said' });
    await sleep(500);
  }
  return lines.slice(0, -1);
}

/** The head of what the demo says, three of its variables, and what its encoder lives through later. */
function firstTerminal(said: string): Line[] {
  const all = said.split('\n');
  const variables = all.findIndex((line) => line.startsWith('export '));
  const events = all
    .slice(all.findIndex((line) => line.startsWith('Lockkeeper')))
    .filter((line) => /^\d\d:/.test(line));
  const head = all.slice(0, variables + 3).filter((line) => line !== '');
  return [
    { text: '$ npm run demo', kind: 'typed' },
    ...head.map((text): Line => ({ text, kind: 'said' })),
    { text: '…', kind: 'said' },
    ...events.map((text): Line => ({ text, kind: text.includes('on air') ? 'said' : 'refused' })),
  ];
}

async function picture(demo: ChildProcess): Promise<void> {
  let said = '';
  demo.stdout?.setEncoding('utf8').on('data', (text) => (said += text));
  await until('its lines', () => said.includes('Or by the command line'));
  const second = await secondTerminal(exported(said));
  await until('that the encoder was refused', () => said.includes('was refused'));
  const svg = terminalPicture([
    { title: 'npm run demo', lines: firstTerminal(said) },
    { title: 'another terminal', lines: second },
  ]);
  await writeFile(OUT, svg);
}

const demo = spawn(process.execPath, [BIN, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  await picture(demo);
} finally {
  demo.kill('SIGTERM');
}
