import { parentPort, workerData } from 'node:worker_threads';
import { connectPublisher } from '../../src/media/rtmp/client.ts';
import { frame } from './bytes.ts';
import { frames, watchHttp } from './players.ts';

/** What the witness saw since it was last asked. */
export interface Testimony {
  frames: number;
  missing: number;
  /** Milliseconds between two frames, at most. */
  longestGapMs: number;
  over: boolean;
}

/** A thread of its own: what the attacker does to its own event loop must not look like the engine's fault. */
const FRAME_MS = 40;
const { rtmp, playout } = workerData as { rtmp: string; playout: string };
const publisher = await connectPublisher({ url: `${rtmp}/live`, name: 'witness' });
const viewer = watchHttp({ playout }, 'witness');
let sent = 0;
setInterval(
  () => publisher.send(frame(sent * FRAME_MS, { key: sent % 25 === 0, size: 2_000, mark: sent++ })),
  FRAME_MS,
);

function testify(): Testimony {
  const marks = frames(viewer).map((tag) => tag.data.readUInt32BE(5));
  let missing = 0;
  let longestGapMs = 0;
  for (let i = 1; i < marks.length; i++) {
    if (marks[i] !== marks[i - 1]! + 1) missing++;
    longestGapMs = Math.max(longestGapMs, viewer.at[i]! - viewer.at[i - 1]!);
  }
  // The last frame stays, so that a gap across two questions is seen too.
  viewer.tags.splice(0, viewer.tags.length - 1);
  viewer.at.splice(0, viewer.at.length - 1);
  return { frames: marks.length, missing, longestGapMs, over: viewer.over !== null };
}

parentPort!.on('message', () => parentPort!.postMessage(testify()));
