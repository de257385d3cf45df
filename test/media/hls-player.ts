import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Agent, get, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runFfmpeg } from './players.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export function fetchBytes(url: string, options: { agent?: Agent; method?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, ...options }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces) }),
      );
    }).on('error', reject);
  });
}

interface ListedSegment {
  sequence: number;
  /** Discontinuities before it, since the stream was first packaged. */
  series: number;
  duration: number;
  uri: string;
  map: string;
}

interface Playlist {
  target: number;
  segments: ListedSegment[];
  ended: boolean;
}

/** Reads a media playlist as strictly as RFC 8216 is written; throws on whatever it does not allow or we never send. */
export function readPlaylist(text: string): Playlist {
  const lines = text.split('\n');
  assert.equal(lines.shift(), '#EXTM3U');
  assert.equal(lines.pop(), '', 'the last line is ended');
  const number = (name: string): number => {
    const found = lines.filter((line) => line.startsWith(`#${name}:`));
    assert.equal(found.length, 1, `one ${name}`);
    const value = found[0]!.slice(name.length + 2);
    assert.match(value, /^\d+$/);
    return Number(value);
  };
  assert.equal(number('EXT-X-VERSION'), 7);
  const target = number('EXT-X-TARGETDURATION');
  let sequence = number('EXT-X-MEDIA-SEQUENCE');
  let series = number('EXT-X-DISCONTINUITY-SEQUENCE');
  const segments: ListedSegment[] = [];
  let map: string | null = null;
  let duration: number | null = null;
  let ended = false;
  for (const line of lines) {
    assert.equal(ended, false, 'nothing follows the end');
    const mapped = /^#EXT-X-MAP:URI="([^"]+)"$/.exec(line);
    const lasts = /^#EXTINF:(\d+\.\d{3}),$/.exec(line);
    if (mapped) map = mapped[1]!;
    else if (lasts) duration = Number(lasts[1]);
    else if (line === '#EXT-X-DISCONTINUITY') series++;
    else if (line === '#EXT-X-ENDLIST') ended = true;
    else if (!line.startsWith('#')) {
      assert.ok(duration !== null && duration > 0, 'every segment has its duration');
      assert.ok(Math.round(duration) <= target, `${duration} s in a playlist for ${target} s`);
      assert.ok(map, 'every segment has its initialisation segment');
      segments.push({ sequence: sequence++, series, duration, uri: line, map });
      duration = null;
    } else assert.match(line, /^#EXT-X-(VERSION|TARGETDURATION|(MEDIA|DISCONTINUITY)-SEQUENCE|INDEPENDENT-SEGMENTS)/);
  }
  return { target, segments, ended };
}

/** The boxes of an MP4 (ISO/IEC 14496-12, 4.2), which must fill the bytes exactly. */
export function boxes(bytes: Buffer): { type: string; body: Buffer }[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    assert.ok(size >= 8 && at + size <= bytes.length, 'a box within its parent');
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return found;
}

/** When each track of a segment begins and how long its samples last, in the track's own units, by track id. */
export function timesOf(segment: Buffer): Map<number, { start: number; lasts: number }> {
  const parts = boxes(segment);
  assert.deepEqual(
    parts.map(({ type }) => type),
    ['moof', 'mdat'],
  );
  const times = new Map<number, { start: number; lasts: number }>();
  for (const { type, body } of boxes(parts[0]!.body)) {
    if (type !== 'traf') continue;
    const inside = new Map(boxes(body).map((box) => [box.type, box.body]));
    const [tfhd, tfdt, trun] = [inside.get('tfhd')!, inside.get('tfdt')!, inside.get('trun')!];
    const usual = tfhd.readUInt32BE(8);
    const flags = trun.readUIntBE(1, 3);
    const samples = trun.readUInt32BE(4);
    let at = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
    const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
    let lasts = 0;
    for (let i = 0; i < samples; i++, at += fields * 4) lasts += flags & 0x100 ? trun.readUInt32BE(at) : usual;
    times.set(tfhd.readUInt32BE(4), { start: Number(tfdt.readBigUInt64BE(4)), lasts });
  }
  return times;
}

/** A player that takes nothing on trust: it checks each playlist against the one before and each segment likewise. */
export class HlsPlayer {
  readonly playlist: string;
  readonly master: string;
  readonly segments: (ListedSegment & { bytes: Buffer; init: Buffer })[] = [];
  last: Playlist | null = null;

  constructor(master: string, playlist: string) {
    this.master = master;
    this.playlist = playlist;
  }

  /** Opens a name's address. Throws the answer when that is not a master playlist. */
  static async open(url: string): Promise<HlsPlayer> {
    const { status, headers, body } = await fetchBytes(url);
    if (status !== 200) throw new Error(`${status} ${body}`);
    assert.equal(headers['content-type'], 'application/vnd.apple.mpegurl');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['access-control-allow-origin'], '*');
    const lines = body.toString().trimEnd().split('\n');
    assert.equal(lines[0], '#EXTM3U');
    assert.match(lines.at(-2)!, /^#EXT-X-STREAM-INF:BANDWIDTH=\d+,CODECS="[\w.,]+"/);
    return new HlsPlayer(body.toString(), new URL(lines.at(-1)!, url).href);
  }

  async get(uri: string): Promise<Buffer> {
    const { status, headers, body } = await fetchBytes(new URL(uri, this.playlist).href);
    assert.equal(status, 200, `${uri}: ${body.subarray(0, 200)}`);
    assert.equal(headers['content-type'], 'video/mp4');
    assert.match(headers['cache-control'] ?? '', /^private/);
    return body;
  }

  /** Reads the playlist once, and every segment that is new in it. */
  async reload(): Promise<Playlist> {
    const { status, body } = await fetchBytes(this.playlist);
    assert.equal(status, 200, String(body));
    const now = readPlaylist(body.toString());
    if (this.last !== null) checkSuccession(this.last, now);
    this.last = now;
    const newest = this.segments.at(-1)?.sequence ?? -1;
    for (const listed of now.segments.filter(({ sequence }) => sequence > newest)) {
      const before = this.segments.at(-1);
      const init = before?.map === listed.map ? before.init : await this.get(listed.map);
      assert.deepEqual(
        boxes(init).map(({ type }) => type),
        ['ftyp', 'moov'],
      );
      this.segments.push({ ...listed, init, bytes: await this.get(listed.uri) });
      if (before && before.series === listed.series) checkContinuity(before.bytes, this.segments.at(-1)!.bytes);
    }
    return now;
  }

  /** Plays until it has so many segments. */
  async follow(count: number, withinMs = 20_000): Promise<void> {
    const late = performance.now() + withinMs;
    while (this.segments.length < count) {
      assert.ok(performance.now() < late, `${this.segments.length} of ${count} segments`);
      await this.reload();
      await sleep(100);
    }
  }

  /** Has the real decoder decode everything of one series, and gives what it says. */
  async decode(series = 0): Promise<string> {
    const mine = this.segments.filter((segment) => segment.series === series);
    const folder = mkdtempSync(join(tmpdir(), 'hls-'));
    try {
      const file = join(folder, 'all.mp4');
      writeFileSync(file, Buffer.concat([mine[0]!.init, ...mine.map(({ bytes }) => bytes)]));
      const { code, said } = await runFfmpeg('-xerror', '-i', file, '-f', 'null', '-').done;
      assert.equal(code, 0, said);
      assert.doesNotMatch(said, /error while decoding|concealing|non monoton/i);
      return said;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** RFC 8216, 6.2.2: what was listed stays as it was, goes from the front, and grows at the back. */
function checkSuccession(before: Playlist, now: Playlist): void {
  assert.ok(!before.ended || now.ended, 'what has ended has ended');
  assert.ok(now.segments[0]!.sequence >= before.segments[0]!.sequence, 'the sequence never goes back');
  assert.ok(now.segments.at(-1)!.sequence >= before.segments.at(-1)!.sequence, 'nothing is taken from the end');
  for (const segment of now.segments) {
    const known = before.segments.find(({ sequence }) => sequence === segment.sequence);
    if (known) assert.deepEqual(segment, known, 'a listed segment does not change');
  }
}

/** Each track begins where it ended in the segment before. */
function checkContinuity(before: Buffer, now: Buffer): void {
  const ends = timesOf(before);
  for (const [track, { start }] of timesOf(now)) {
    const end = ends.get(track);
    assert.ok(end, `track ${track} was there before`);
    assert.equal(start, end.start + end.lasts, `track ${track} goes on where it was`);
  }
}
