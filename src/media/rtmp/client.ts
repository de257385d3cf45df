/** Our own RTMP client, for the demo, the tests and the benches. */
export { type ClientTarget, RtmpRefused } from './client-connection.ts';
export { connectPlayer, type Player } from './client-player.ts';
export { connectPublisher, type Publisher } from './client-publisher.ts';
export { type Clip, type LoopOptions, playClip, publishFlvLoop, readClip } from './publish-loop.ts';
