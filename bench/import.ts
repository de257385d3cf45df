import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.ts';

const USERS = 100_000;
const STREAMS = 1_000_000;
const TAGS = 50;
const [SECONDS, MEGABYTES] = [60, 300];

const BIN = fileURLToPath(new URL('../bin/lockkeeper.js', import.meta.url));

/** An export as large as any: every id, group and name is random, which is the hardest for the indexes. */
function* document(): Generator<string> {
  const organisation = { name: 'Old house', hash: 'oLd42', apiKey: 'k'.repeat(40), playerKey: 'p'.repeat(40) };
  yield `{"organisation":${JSON.stringify(organisation)},\n"users":[\n`;
  for (let n = 0; n < USERS; n++) {
    yield `${n > 0 ? ',\n' : ''}${JSON.stringify({ id: n, email: `User${n}@old.example`, created_at: '2019-05-01T10:00:00Z' })}`;
  }
  yield '],\n"streams":[\n';
  for (let n = 0; n < STREAMS; n++) {
    const stream = {
      id: randomUUID(),
      streamgroup: randomUUID(),
      type: 'live',
      created_at: '2020-01-01T00:00:00Z',
      updated_at: '2021-01-01T00:00:00Z',
      tags: [`tag${n % TAGS}`],
      ingest: {
        rtmp: {
          url: 'rtmp://old.example/live',
          streamname: `oLd42-${n.toString(36)}${randomBytes(3).toString('hex')}`,
        },
      },
    };
    yield `${n > 0 ? ',\n' : ''}${JSON.stringify(stream)}`;
  }
  yield ']}\n';
}

interface Ended {
  seconds: number;
  /** The most that was ever resident, in megabytes. */
  megabytes: number;
}

function peakOf({ pid }: ChildProcess): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

/** Runs the command in a process of its own, to its end or until so many rows are in. */
async function importInto(data: string, file: string, killAt = Number.POSITIVE_INFINITY): Promise<Ended> {
  const begin = performance.now();
  const child = spawn(process.execPath, [BIN, 'import', file], {
    env: { ...process.env, LOCKKEEPER_DATA: data },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let [said, megabytes, over] = ['', 0, false];
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = text;
    const rows = Number(/([\d,]+) rows\n$/.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
    if (rows >= killAt) child.kill('SIGKILL');
  });
  const ended = new Promise<[number | null, string | null]>((resolve) => child.once('close', (...how) => resolve(how)));
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    megabytes = Math.max(megabytes, peakOf(child));
    await Promise.race([ended, sleep(50)]);
  }
  const [code, signal] = await ended;
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`The import failed: ${said}`);
  return { seconds: (performance.now() - begin) / 1_000, megabytes };
}

/** How far what is there is from what should be. */
function wrongRows(data: string): number {
  using database = new DatabaseSync(path.join(data, 'lockkeeper.sqlite'), { readOnly: true });
  const count = (sql: string) => Number(database.prepare(sql).get()!['n']);
  return [
    [USERS, "select count(*) as n from user where role = 'nanoAdmin'"],
    [STREAMS, 'select count(*) as n from stream'],
    [STREAMS, 'select count(*) as n from stream_tag'],
    [TAGS, 'select count(*) as n from tag'],
    [USERS, "select count(*) as n from audit where action = 'importUser'"],
  ].reduce((sum, [expected, sql]) => sum + Math.abs(Number(expected) - count(String(sql))), 0);
}

const SIZE = `${USERS.toLocaleString('en')} users and ${STREAMS.toLocaleString('en')} streams`;

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-bench-import-'));
  try {
    const file = path.join(folder, 'export.json');
    await pipeline(Readable.from(document()), createWriteStream(file));
    const whole = await importInto(path.join(folder, 'whole'), file);
    const wrong = wrongRows(path.join(folder, 'whole'));
    const broken = path.join(folder, 'broken');
    const first = await importInto(broken, file, STREAMS / 2);
    const second = await importInto(broken, file);
    const row = (what: string, result: string, target: string, met: boolean | null): Row => ({
      what,
      result,
      beside: '',
      target,
      met,
    });
    return [
      row(SIZE, `${whole.seconds.toFixed(1)} s`, `under ${SECONDS} s`, whole.seconds < SECONDS && wrong === 0),
      row(
        'memory at the most',
        `${Math.round(whole.megabytes)} MB`,
        `under ${MEGABYTES} MB`,
        whole.megabytes < MEGABYTES,
      ),
      row('killed in the middle', `${first.seconds.toFixed(1)} s`, '', null),
      row('run again to the end', `${second.seconds.toFixed(1)} s`, '', null),
      row('rows lost or there twice', String(wrongRows(broken)), '0', wrongRows(broken) === 0),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
