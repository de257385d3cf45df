import { fileURLToPath } from 'node:url';
import type { Ready } from '../supervisor/ready.ts';
import type { Part, Scene } from './demo-scene.ts';

export const CLIP = fileURLToPath(new URL('../../assets/demo.flv', import.meta.url));

/** A line to paste into a shell that has the variables. */
export interface Line {
  who: Part | 'viewer';
  says: string;
  line: string;
  /** HTTP status that it ends with. */
  status?: number;
}

/** What the lines take from the shell, so that they stay short enough to be read. */
export function variables({ http }: Ready, { users, streams }: Scene): Record<string, string> {
  return {
    API: http,
    ADMIN: users.admin.token,
    OPERATOR: users.operator.token,
    OBSERVER: users.observer.token,
    LIVE: streams.live.id,
    REHEARSAL: streams.rehearsal.id,
    PUBLISH: streams.rehearsal.publish,
    WATCH: streams.live.watch,
    WATCH_REHEARSAL: streams.rehearsal.watch,
  };
}

const JSON_BODY = "-H 'Content-Type: application/json' -d";

function curl(who: Part, method: string, path: string, body?: object): string {
  const parts = [
    `curl -s -w '\\n%{http_code}\\n'`,
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    `-H "X-BINTU-TOKEN: $${who.toUpperCase()}"`,
    ...(body ? [`${JSON_BODY} '${JSON.stringify(body)}'`] : []),
    `"$API${path}"`,
  ];
  return parts.join(' ');
}

/** In the order of a tour: each can be pasted as it stands, and the last changes a role. */
export function tour({ users }: Scene): Line[] {
  const clip = `'${CLIP}'`;
  return [
    { who: 'viewer', says: 'watches the live stream', line: 'ffplay -fflags nobuffer "$WATCH"' },
    {
      who: 'observer',
      says: 'sees the live streams, without their ingest names',
      line: curl('observer', 'GET', '/stream?state=live'),
      status: 200,
    },
    {
      who: 'observer',
      says: 'may not lock one, and is told who may',
      line: curl('observer', 'PUT', '/stream/$LIVE/lock'),
      status: 403,
    },
    {
      who: 'operator',
      says: 'creates a stream',
      line: curl('operator', 'POST', '/stream', { tags: ['demo'] }),
      status: 200,
    },
    {
      who: 'operator',
      says: 'reads the ingest name of one',
      line: curl('operator', 'GET', '/stream/$REHEARSAL'),
      status: 200,
    },
    {
      who: 'operator',
      says: 'publishes to it',
      line: `ffmpeg -re -stream_loop -1 -i ${clip} -c copy -f flv "$PUBLISH"`,
    },
    { who: 'viewer', says: 'watches that one too', line: 'ffplay -fflags nobuffer "$WATCH_REHEARSAL"' },
    {
      who: 'operator',
      says: 'may not interrupt a live stream',
      line: curl('operator', 'PUT', '/stream/$LIVE/stop'),
      status: 403,
    },
    {
      who: 'admin',
      says: 'locks the live stream: its encoder is thrown off and refused',
      line: curl('admin', 'PUT', '/stream/$LIVE/lock'),
      status: 200,
    },
    {
      who: 'admin',
      says: 'unlocks it: the encoder is back within seconds',
      line: curl('admin', 'PUT', '/stream/$LIVE/unlock'),
      status: 200,
    },
    {
      who: 'admin',
      says: 'reads what everybody did and was refused',
      line: curl('admin', 'GET', '/audit?limit=10'),
      status: 200,
    },
    {
      who: 'admin',
      says: 'makes the operator an observer: all tokens of the operator are dead at once',
      line: curl('admin', 'PUT', '/user/permission', { email: users.operator.email, permission: 'nanoReadOnly' }),
      status: 200,
    },
    { who: 'operator', says: 'finds the old token dead', line: curl('operator', 'GET', '/stream'), status: 401 },
  ];
}

/** One object with everything, for programs. */
export function forPrograms(ready: Ready, scene: Scene): string {
  const { http, playout, rtmp, version } = ready;
  const answer = {
    ready: true,
    http,
    playout,
    rtmp,
    version,
    ...scene,
    variables: variables(ready, scene),
    commands: tour(scene),
  };
  return `${JSON.stringify(answer)}\n`;
}

export function forPeople(ready: Ready, scene: Scene, bold: (text: string) => string): string {
  const { http, playout, rtmp, version } = ready;
  const lines = [
    bold(`Lockkeeper ${version}: a demo on a throwaway folder. Ctrl-C ends it and leaves nothing.`),
    '',
    `  Open ${http}/dashboard and sign in as one of them; the password is ${bold(scene.users.admin.password)}`,
    ...Object.values(scene.users).map(({ email, permission }) => `    ${email.padEnd(24)} ${permission}`),
    `  API ${http}   playback ${playout}   RTMP ${rtmp}`,
    '',
    bold('Paste these into another terminal first:'),
    '',
    ...Object.entries(variables(ready, scene)).map(([name, value]) => `export ${name}='${value}'`),
  ];
  for (const [i, { who, says, line, status }] of tour(scene).entries()) {
    lines.push('', `${bold(`${i + 1}. The ${who}`)} ${says}${status ? ` (${status})` : ''}:`, '', line);
  }
  lines.push(
    '',
    bold('Or by the command line:'),
    '',
    'LOCKKEEPER_URL=$API LOCKKEEPER_TOKEN=$ADMIN npx lockkeeper user list',
    '',
  );
  return `${lines.join('\n')}\n`;
}
