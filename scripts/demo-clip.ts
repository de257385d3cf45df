import { execFileSync } from 'node:child_process';
import { renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ffmpeg from '@ffmpeg-installer/ffmpeg';

/**
 * Makes assets/demo.flv, the clip the demo sends in a loop: a test picture with a running clock and a quiet tone, all
 * of it made by ffmpeg, so nobody else's work is in it. Run with `node scripts/demo-clip.ts`.
 */
const SECONDS = 5;
const FPS = 25;
const target = fileURLToPath(new URL('../assets/demo.flv', import.meta.url));
const draft = `${target}.new`;

const picture = `testsrc2=size=640x360:rate=${FPS}:duration=${SECONDS}`;
const tone = `sine=frequency=440:sample_rate=44100:duration=${SECONDS},volume=0.1`;
const video = ['-c:v', 'libx264', '-profile:v', 'main', '-preset', 'veryslow', '-pix_fmt', 'yuv420p', '-b:v', '480k'];
// Every second begins with a key frame, so a player that joins is never more than a second behind.
const groups = [
  '-g',
  `${FPS}`,
  '-keyint_min',
  `${FPS}`,
  '-sc_threshold',
  '0',
  '-bf',
  '0',
  '-maxrate',
  '520k',
  '-bufsize',
  '520k',
];
const audio = ['-c:a', 'aac', '-b:a', '64k', '-ac', '1'];
const head = ['-hide_banner', '-loglevel', 'error', '-y'];

execFileSync(ffmpeg.path, [
  ...head,
  '-f',
  'lavfi',
  '-i',
  picture,
  '-f',
  'lavfi',
  '-i',
  tone,
  ...video,
  ...groups,
  ...audio,
  '-f',
  'flv',
  draft,
]);
renameSync(draft, target);
process.stdout.write(`${target}: ${statSync(target).size} bytes\n`);
