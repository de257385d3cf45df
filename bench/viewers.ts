import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectPublisher } from '../src/media/rtmp/client.ts';
import { startNginx } from './nginx.ts';
import type { Order, Window } from './peers/viewers.ts';
import { cpuMs, engineOf, residentMb } from './process-facts.ts';
import { median, percentile, startProduct } from './product.ts';
import type { Row } from './row.ts';
import { BYTES_PER_SECOND, publishSynthetic } from './synthetic.ts';

const SECONDS = 10;
const SETTLE_MS = 3_000;
const SAMPLED = 10;

interface Crowd extends Disposable {
  tell<T>(order: Order): Promise<T>;
}

function gather(): Crowd {
  const child: ChildProcess = fork(new URL('./peers/viewers.ts', import.meta.url));
  return {
    async tell<T>(order: Order) {
      child.send(order);
      const [answer] = (await once(child, 'message')) as [{ result: T; error?: string }];
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.result;
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

interface Load {
  window: Window;
  /** Milliseconds of CPU per viewer and second. */
  cpu: number;
  memoryMb: number;
  slowest: number;
}

async function load(crowd: Crowd, pids: readonly number[]): Promise<Load> {
  await sleep(SETTLE_MS);
  const before = cpuMs(pids);
  const window = await crowd.tell<Window>({ do: 'window', seconds: SECONDS });
  const cpu = (cpuMs(pids) - before) / SECONDS / window.bytes.length;
  const slowest = Math.min(...window.bytes) / (BYTES_PER_SECOND * SECONDS);
  return { window, cpu, memoryMb: residentMb(pids), slowest };
}

const ms = (value: number) => `${value.toFixed(1)} ms`;

/** The product with a live stream of 1 Mbit/s, then a crowd of viewers over HTTP-FLV. */
async function ours(): Promise<{ rows: Row[]; cpu: number }> {
  await using product = await startProduct();
  using crowd = gather();
  const stream = (await product.call('POST', '/stream')) as {
    ingest: { rtmp: { url: string; streamname: string } };
    playout: { web: { url: string }[] };
  };
  const publisher = await connectPublisher({ url: stream.ingest.rtmp.url, name: stream.ingest.rtmp.streamname });
  const source = publishSynthetic(publisher);
  const url = stream.playout.web[0]!.url;
  const engine = [engineOf(process.pid)];
  await sleep(1_500);

  await crowd.tell({ do: 'flv', count: 1_000, url, sampled: SAMPLED });
  const thousand = await load(crowd, engine);
  const late: number[] = [];
  for (let count = 0; count < 30; count++) late.push(await crowd.tell<number>({ do: 'late', url }));
  await crowd.tell({ do: 'flv', count: 1_500, url, sampled: 0 });
  const full = await load(crowd, engine);
  source.stop();
  await publisher.close();

  const { latency } = thousand.window;
  const p99 = percentile(latency, 0.99);
  const rows: Row[] = [
    {
      what: '(d) slowest of 2,500 HTTP-FLV viewers, share of real time',
      result: `${(full.slowest * 100).toFixed(1)} %`,
      beside: '',
      target: 'at least 90 %',
      met: full.slowest >= 0.9,
    },
    {
      what: 'engine CPU at 2,500 viewers, one core = 100 %',
      result: `${((full.cpu * 2_500) / 10).toFixed(0)} %`,
      beside: '',
      target: '',
      met: null,
    },
    {
      what: 'engine memory at 1,000 viewers',
      result: `${thousand.memoryMb.toFixed(0)} MB`,
      beside: '',
      target: 'under 100 MB',
      met: thousand.memoryMb < 100,
    },
    {
      what: 'latency at 1,000 viewers, publisher to viewer',
      result: `p50 ${ms(median(latency))}, p99 ${ms(p99)}`,
      beside: '',
      target: 'p99 < 60 ms',
      met: p99 < 60,
    },
    {
      what: 'late joiner at 1,000 viewers → first key frame',
      result: `median ${ms(median(late))}`,
      beside: '',
      target: '< 10 ms',
      met: median(late) < 10,
    },
  ];
  return { rows, cpu: thousand.cpu };
}

/** The same stream and as many viewers on nginx-rtmp, which serves them over RTMP. */
async function theirs(): Promise<number | null> {
  await using nginx = await startNginx();
  if (nginx === null) return null;
  using crowd = gather();
  const publisher = await connectPublisher({ url: nginx.url, name: 'bench' });
  const source = publishSynthetic(publisher);
  await sleep(1_500);
  await crowd.tell({ do: 'rtmp', count: 1_000, url: nginx.url, name: 'bench' });
  const { cpu, slowest } = await load(crowd, nginx.pids());
  source.stop();
  publisher.destroy();
  if (slowest < 0.9) throw new Error(`nginx-rtmp's slowest viewer got ${(slowest * 100).toFixed(0)} % of real time`);
  return cpu;
}

/** (d) one core, one stream of 1 Mbit/s, many viewers. */
export async function run(): Promise<Row[]> {
  const { rows, cpu } = await ours();
  const nginx = await theirs();
  const ratio = nginx === null ? null : cpu / nginx;
  return [
    ...rows,
    {
      what: 'engine CPU per viewer at 1,000',
      result: `${cpu.toFixed(3)} ms/s`,
      beside:
        ratio === null ? 'nginx-rtmp is not installed' : `${ratio.toFixed(2)} × nginx-rtmp (${nginx!.toFixed(3)} ms/s)`,
      target: ratio === null ? '' : 'at most 1.5 ×',
      met: ratio === null ? null : ratio <= 1.5,
    },
  ];
}
