import net from 'node:net';
import { FlvReader } from '../../src/media/flv/reader.ts';
import { TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { openClient } from '../../src/media/rtmp/client-connection.ts';
import { stampOf } from '../synthetic.ts';

/** Many viewers in one process, told what to do by the bench that forked it. */
export type Order =
  | { do: 'flv'; count: number; url: string; sampled: number }
  | { do: 'rtmp'; count: number; url: string; name: string }
  | { do: 'window'; seconds: number }
  | { do: 'late'; url: string }
  | { do: 'close' };

export interface Window {
  /** Bytes that each viewer received in the window. */
  bytes: number[];
  /** Milliseconds from the publisher's send to the sampled viewers' receipt, a value per frame. */
  latency: number[];
}

interface Viewer {
  socket: net.Socket;
  bytes: number;
}

const viewers: Viewer[] = [];
let latency: number[] = [];

/** Opens one HTTP-FLV viewer; `onFrame` makes it read what it gets. Resolves with its first bytes. */
function openFlv(url: string, onFrame?: (data: Buffer, isKey: boolean) => void): Promise<Viewer> {
  const { hostname, port, pathname } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Viewer>();
  const socket = net.connect(Number(port), hostname);
  const viewer = { socket, bytes: 0 };
  const reader = onFrame && new FlvReader();
  const take = (bytes: Buffer) => {
    viewer.bytes += bytes.length;
    if (reader && onFrame) feed(reader, bytes, onFrame);
  };
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  socket.once('data', (first) => {
    const end = first.indexOf('\r\n\r\n') + 4;
    if (!first.subarray(0, end).includes(' 200 ')) return reject(new Error(first.toString('latin1')));
    take(first.subarray(end));
    socket.on('data', take);
    resolve(viewer);
  });
  socket.on('error', reject);
  return promise;
}

function feed(reader: FlvReader, bytes: Buffer, onFrame: (data: Buffer, isKey: boolean) => void): void {
  for (const { type, data } of reader.push(bytes)) {
    if (type === TAG_VIDEO && data[1] === 1) onFrame(data, data[0] === 0x17);
  }
}

async function openRtmp(url: string, name: string): Promise<Viewer> {
  const { socket } = await openClient({ url, name }, ['play', name]);
  // Whoever counts bytes need not understand them.
  socket.removeAllListeners('data');
  const viewer = { socket, bytes: 0 };
  socket.on('data', (chunk) => {
    viewer.bytes += chunk.length;
  });
  return viewer;
}

const now = () => performance.timeOrigin + performance.now();

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'flv' || order.do === 'rtmp') {
    const open = (index: number) => {
      if (order.do === 'rtmp') return openRtmp(order.url, order.name);
      return index < order.sampled
        ? openFlv(order.url, (data) => latency.push(now() - stampOf(data)))
        : openFlv(order.url);
    };
    for (let done = 0; done < order.count; done += 50) {
      const batch = Array.from({ length: Math.min(50, order.count - done) }, (_, index) => open(done + index));
      viewers.push(...(await Promise.all(batch)));
    }
    return viewers.length;
  }
  if (order.do === 'window') {
    const before = viewers.map(({ bytes }) => bytes);
    latency = [];
    await new Promise((resolve) => setTimeout(resolve, order.seconds * 1_000));
    return { bytes: viewers.map(({ bytes }, index) => bytes - (before[index] ?? 0)), latency } satisfies Window;
  }
  if (order.do === 'late') return late(order.url);
  for (const { socket } of viewers.splice(0)) socket.destroy();
  return null;
}

/** Milliseconds from connecting to the first key frame. */
async function late(url: string): Promise<number> {
  const start = performance.now();
  const { promise, resolve } = Promise.withResolvers<number>();
  const viewer = await openFlv(url, (_data, isKey) => {
    if (isKey) resolve(performance.now() - start);
  });
  const took = await promise;
  viewer.socket.destroy();
  return took;
}

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
