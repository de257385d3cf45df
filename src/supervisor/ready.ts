import { readFileSync, rmSync } from 'node:fs';
import type { FirstAdmin } from './supervisor-messages.ts';

/** Where everything listens, once it does. */
export interface Ready {
  http: string;
  playout: string;
  rtmp: string;
  version: string;
  firstAdmin: FirstAdmin | null;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** One line of JSON for programs, words for people on a terminal. The first password is shown to people only. */
export function announce(ready: Ready, json: boolean): void {
  if (process.stdout.isTTY && !json) {
    process.stdout.write(forPeople(ready));
    return;
  }
  const { http, playout, rtmp, version, firstAdmin } = ready;
  process.stdout.write(`${JSON.stringify({ ready: true, http, playout, rtmp, version })}\n`);
  if (firstAdmin?.passwordFile) {
    process.stderr.write(
      `The first administrator is ${firstAdmin.email}; the password is in ${firstAdmin.passwordFile}\n`,
    );
  }
}

function forPeople({ http, playout, rtmp, version, firstAdmin }: Ready): string {
  const lines = [
    `Lockkeeper ${version} is ready.`,
    '',
    `  Dashboard  ${http}/dashboard`,
    `  API        ${http}`,
    `  Playback   ${playout}`,
    `  RTMP       ${rtmp}`,
    '',
  ];
  if (firstAdmin) lines.push(...firstAdminLines(firstAdmin));
  const email = firstAdmin?.email ?? 'YOU@EXAMPLE.ORG';
  lines.push('Open the dashboard and sign in, or go on in another terminal in this folder:', '');
  if (http !== DEFAULT_URL) lines.push(`  export LOCKKEEPER_URL=${http}`);
  lines.push(`  export LOCKKEEPER_TOKEN=$(npx lockkeeper login ${email})`, '  npx lockkeeper stream create', '');
  if (!firstAdmin) lines.push(`Password lost? npx lockkeeper user password ${email} --local`, '');
  return `${lines.join('\n')}\n`;
}

/** Shown once: the file is gone before the words are read. */
function firstAdminLines({ email, passwordFile }: FirstAdmin): string[] {
  const lines = ['The first administrator, shown this once:', '', `  E-mail     ${email}`];
  if (passwordFile) {
    lines.push(`  Password   ${readFileSync(passwordFile, 'utf8').trim()}`);
    rmSync(passwordFile, { force: true });
  }
  return [...lines, ''];
}
