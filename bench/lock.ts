import { setTimeout as sleep } from 'node:timers/promises';
import { connectPublisher } from '../src/media/rtmp/client.ts';
import { median, type Product, percentile, startProduct } from './product.ts';
import type { Row } from './row.ts';

const ROUNDS = 100;

interface Round {
  /** Milliseconds from sending the lock to the publisher's socket being closed. */
  closed: number;
  /** Milliseconds until the lock was answered. */
  answered: number;
}

async function round(product: Product, id: string, target: { url: string; name: string }): Promise<Round> {
  const publisher = await connectPublisher(target);
  while ((await product.call('GET', `/stream/${id}`)).state !== 'live') await sleep(2);
  const start = performance.now();
  const closed = publisher.closed.then(() => performance.now() - start);
  const { enforced } = await product.call('PUT', `/stream/${id}/lock`);
  const answered = performance.now() - start;
  if (enforced !== true) throw new Error('The lock was not enforced');
  const result = { closed: await closed, answered };
  await product.call('PUT', `/stream/${id}/unlock`);
  return result;
}

/** (c) lock → publisher's socket closed, over the real API and wire, on an otherwise idle machine. */
export async function run(): Promise<Row[]> {
  await using product = await startProduct();
  const stream = (await product.call('POST', '/stream')) as {
    id: string;
    ingest: { rtmp: { url: string; streamname: string } };
  };
  const target = { url: stream.ingest.rtmp.url, name: stream.ingest.rtmp.streamname };
  for (let warmUp = 0; warmUp < 10; warmUp++) await round(product, stream.id, target);
  const rounds: Round[] = [];
  for (let count = 0; count < ROUNDS; count++) rounds.push(await round(product, stream.id, target));
  const closed = rounds.map((entry) => entry.closed);
  const answered = rounds.map((entry) => entry.answered);
  const show = (values: number[]) => `${median(values).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms`;
  return [
    {
      what: `lock → publisher's socket closed, median of ${ROUNDS}`,
      result: show(closed),
      beside: '',
      target: 'median < 20 ms',
      met: median(closed) < 20,
    },
    { what: 'lock → answer, nothing of the stream left', result: show(answered), beside: '', target: '', met: null },
  ];
}
