import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BATCH_STREAMS, type SampleBatch } from '../src/media/samples.ts';
import { SAMPLE_MS } from '../src/metrics/figures.ts';
import { BLOCK_MS } from '../src/metrics/packing.ts';
import { compact } from '../src/metrics/upkeep.ts';
import { insertSamples } from '../src/store/metric-sample.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { addStreams, DAY_MS, fillDay, generator, sampleOf } from './metrics-data.ts';
import { median, percentile, startProduct } from './product.ts';
import type { Row } from './row.ts';

const STREAMS = 10_000;
const ORGANISATIONS = 100;

/** Places that viewers of every stream come from. */
const AUDIENCES = 2;
const READ_STREAMS = 1_000;
const READS = 100;
/** Transactions that others wait for no longer than this (milliseconds) are what is aimed at. */
const HELD_MS = 25;

const thousands = (n: number) => Math.round(n).toLocaleString('en');
const mb = (bytes: number) => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);

/** What this process has written to files so far, the write-ahead log included; see proc(5). */
const written = (): number => Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))![1]);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** The same store, which notes how long each of its transactions kept others waiting. */
function watched(store: Store): { store: Store; held: number[] } {
  const held: number[] = [];
  const transaction: Store['transaction'] = async (work) => {
    let began = 0;
    const result = await store.transaction((tx) => {
      began = performance.now();
      return work(tx);
    });
    held.push(performance.now() - began);
    return result;
  };
  return { store: { ...store, transaction }, held };
}

interface Cost {
  cpu: number;
  bytes: number;
  ms: number;
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const [cpu, bytes, began] = [cpuMs(), written(), performance.now()];
  await work();
  return { cpu: cpuMs() - cpu, bytes: written() - bytes, ms: performance.now() - began };
}

/** A block's time of samples. Gives what each window cost. */
async function writeBlock(store: Store, streams: readonly string[], from: number): Promise<Cost[]> {
  const [random, costs] = [generator(1), [] as Cost[]];
  let seq = 0;
  for (let at = from; at < from + BLOCK_MS; at += SAMPLE_MS) {
    const samples = streams.map((stream) => sampleOf(stream, random, AUDIENCES));
    const batches: SampleBatch[] = [];
    for (let first = 0; first < samples.length; first += BATCH_STREAMS)
      batches.push({ source: 1, seq: ++seq, at, streams: samples.slice(first, first + BATCH_STREAMS) });
    costs.push(
      await costOf(async () => {
        for (const batch of batches) await store.transaction((tx) => insertSamples(tx, batch));
      }),
    );
  }
  return costs;
}

const sizes = (file: string): Record<string, number> => {
  using database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare(
    "select m.tbl_name as name, sum(s.pgsize) as bytes from dbstat s join sqlite_schema m on m.name = s.name where m.tbl_name like 'metric_%' group by 1",
  );
  return Object.fromEntries(rows.all().map(({ name, bytes }) => [name, Number(bytes)]));
};

const plain = (what: string, result: string): Row => ({ what, result, beside: '', target: '', met: null });
const held = (what: string, times: readonly number[]): Row => ({
  what,
  result: `${Math.max(...times).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`,
  beside: '',
  target: `p99 < ${HELD_MS} ms`,
  met: percentile(times, 0.99) < HELD_MS,
});

/** (i) Ten minutes of 10,000 live streams: written, and compacted. */
async function writing(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lockkeeper-bench-'));
  try {
    const file = path.join(folder, 'lockkeeper.sqlite');
    await using opened = await openStore({ storage: { sqliteFile: file } });
    // In the order in which the engine sends them: by their ids, across all organisations.
    const streams = (await addStreams(opened, ORGANISATIONS, STREAMS / ORGANISATIONS)).sort();
    const from = Math.floor(Date.now() / BLOCK_MS) * BLOCK_MS - BLOCK_MS;
    const samples = watched(opened);
    const costs = await writeBlock(samples.store, streams, from);
    const before = sizes(file);
    const blocks = watched(opened);
    const compacting = await costOf(() => compact(blocks.store, from + BLOCK_MS, new AbortController().signal));
    const after = sizes(file);
    const cpu = median(costs.map((cost) => cost.cpu));
    const log = median(costs.map((cost) => cost.bytes));
    const kept = (table: string) => mb((after[table] ?? 0) * (DAY_MS / BLOCK_MS));
    return [
      {
        what: `${thousands(STREAMS)} live streams: CPU to write a window of 5 s`,
        result: `${cpu.toFixed(0)} ms`,
        beside: `${((100 * cpu) / SAMPLE_MS).toFixed(1)} % of a core`,
        target: 'under 10 % of a core',
        met: cpu < SAMPLE_MS / 10,
      },
      held('how long a transaction that writes kept others waiting', samples.held),
      plain('written to disk per window', mb(log)),
      plain('samples in the database after ten minutes', mb(before['metric_sample'] ?? 0)),
      {
        what: 'compacting ten minutes: CPU',
        result: `${(compacting.cpu / 1_000).toFixed(1)} s`,
        beside: `${((100 * compacting.cpu) / BLOCK_MS).toFixed(1)} % of a core`,
        target: 'under 10 % of a core',
        met: compacting.cpu < BLOCK_MS / 10,
      },
      plain('… with the pauses for others', `${(compacting.ms / 1_000).toFixed(0)} s`),
      held('how long a transaction that compacts kept others waiting', blocks.held),
      plain('written to disk by compacting ten minutes', mb(compacting.bytes)),
      plain('written to disk per day', mb(log * (DAY_MS / SAMPLE_MS) + compacting.bytes * (DAY_MS / BLOCK_MS))),
      plain('in the database per day: blocks of 5 s', kept('metric_block')),
      plain('in the database per day: minutes', kept('metric_minute')),
      plain('in the database per day: hours', mb((after['metric_hour'] ?? 0) * 24)),
      plain('in the database per day: days', mb(after['metric_day'] ?? 0)),
      plain('in the database per day: audience', mb((after['metric_audience'] ?? 0) * 24)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** (j) A day's curve of one of 1,000 streams, over HTTP. */
async function reading(): Promise<Row[]> {
  await using product = await startProduct();
  const { id: organisation } = await product.call('GET', '/organisation');
  const streams: string[] = [];
  while (streams.length < READ_STREAMS) streams.push(String((await product.call('POST', '/stream', {}))['id']));
  const from = Math.floor(Date.now() / BLOCK_MS) * BLOCK_MS - DAY_MS + BLOCK_MS;
  {
    await using store = await openStore({ storage: { sqliteFile: path.join(product.folder, 'lockkeeper.sqlite') } });
    await fillDay(store, { organisation: String(organisation), streams, from });
  }
  // Filling took longer than the server keeps a connection that nobody uses: this finds that out, for those that count.
  await product.call('GET', '/organisation').catch(() => undefined);
  const rows: Row[] = [];
  const random = generator(4);
  const range = `from=${new Date(from).toISOString()}&to=${new Date(from + DAY_MS - BLOCK_MS).toISOString()}`;
  for (const [what, query] of [
    ['at 5 s, one series', 'interval=5s&series=bitrate'],
    ['at 5 s, all series', 'interval=5s'],
    ['at 1 m, all series', 'interval=1m'],
  ] as const) {
    const times: number[] = [];
    for (let read = -5; read < READS; read++) {
      const stream = streams[Math.floor(random() * streams.length)];
      const began = performance.now();
      await product.call('GET', `/stream/${stream}/metrics?${range}&${query}`);
      if (read >= 0) times.push(performance.now() - began);
    }
    rows.push({
      what: `a day's curve of one of ${thousands(READ_STREAMS)} streams ${what}`,
      result: `${median(times).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms`,
      beside: '',
      target: 'median < 100 ms',
      met: median(times) < 100,
    });
  }
  return rows;
}

/** (i, j) What measuring costs where 10,000 streams are live, and how fast it is read again. */
export const run = async (): Promise<Row[]> => [...(await writing()), ...(await reading())];
