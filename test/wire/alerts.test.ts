import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type MediaTag, TAG_VIDEO } from '../../src/media/flv/tag.ts';
import { connectPublisher, playClip, readClip } from '../../src/media/rtmp/client.ts';
import { ok } from '../http/helpers.ts';
import { until } from '../process/lockkeeper.ts';
import { type Ingest, tryPublish } from './encoders.ts';
import { type OnStage, type Stage, stage } from './stage.ts';

/** 640x360 at 25 pictures a second, as it announces, in half a megabit. */
const CLIP = readClip(readFileSync(fileURLToPath(new URL('../../assets/demo.flv', import.meta.url))));
/** What an alert may take, from its cause to its being answered. */
const FOUND_MS = 10_000;
/** A second picture every 40 ms is 12 Mbit/s more. */
const PADDING = Buffer.alloc(60_000);
/** Instead of five minutes, and of half a minute. */
const RESTARTS_MS = 9_000;
const QUIET_MS = 4_000;

/** An encoder in real time that can be told to misbehave. */
interface Encoder extends AsyncDisposable {
  /** What is sent instead of a tag; null for nothing. */
  change(tag: MediaTag): MediaTag | null;
}

const asItIs = (tag: MediaTag): MediaTag => tag;

async function encode({ url, streamname: name }: Ingest): Promise<Encoder> {
  const publisher = await connectPublisher({ url, name });
  const stop = new AbortController();
  const encoder: Encoder = {
    change: asItIs,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await played;
    },
  };
  const { closed } = publisher;
  const changed = {
    closed,
    get open() {
      return publisher.open;
    },
    send(tag: MediaTag) {
      const sent = encoder.change(tag);
      return sent === null || publisher.send(sent);
    },
    close: () => publisher.close(),
    destroy: () => publisher.destroy(),
  };
  const played = playClip(changed, CLIP, stop.signal);
  return encoder;
}

function everySecondPicture(): Encoder['change'] {
  let pictures = 0;
  return (tag) => (tag.type === TAG_VIDEO && ++pictures % 2 === 0 ? null : tag);
}

const padded: Encoder['change'] = (tag) =>
  tag.type === TAG_VIDEO ? { ...tag, data: Buffer.concat([tag.data, PADDING]) } : tag;

/** Who does what wrong, and puts it right again. */
interface Trouble {
  code: number;
  on: OnStage;
  encoder: Encoder;
  begin(): Promise<void>;
  end(): Promise<void>;
  causedAt: number;
}

let on: Stage;
before(async () => {
  on = await stage({ alertLimits: { restartsMs: RESTARTS_MS, quietMs: { 24100: QUIET_MS } } });
});
after(() => on[Symbol.asyncDispose]());

const observer = () => ({ token: on.tenant.observer.token });
const openAlerts = async () => ok(await on.running.call('GET', '/alert', observer()));
const named = (alerts: { code: number; subject: { id: string } }[]) =>
  alerts.map(({ code, subject }) => `${code} ${subject.id}`).sort();

async function expect({ stream }: OnStage, seconds: number): Promise<void> {
  const now = Date.now();
  const body = [{ from: new Date(now - 1_000).toISOString(), to: new Date(now + seconds * 1_000).toISOString() }];
  ok(await on.running.call('PUT', `/stream/${stream.id}/expected`, { token: on.tenant.user.token, body }));
}

type Acts = (encoder: () => Encoder, ingest: Ingest, set: (encoder: Encoder) => void) => Pick<Trouble, 'begin' | 'end'>;

const changing =
  (change: () => Encoder['change']): Acts =>
  (encoder) => ({
    async begin() {
      encoder().change = change();
    },
    async end() {
      encoder().change = asItIs;
    },
  });

const ACTS: Readonly<Record<number, Acts>> = {
  21001: (encoder, ingest, set) => ({
    begin: () => Promise.resolve(encoder()[Symbol.asyncDispose]()),
    end: async () => set(await encode(ingest)),
  }),
  22000: (encoder, ingest, set) => ({
    async begin() {
      for (let restart = 1; restart <= 3; restart++) {
        await encoder()[Symbol.asyncDispose]();
        await sleep(200);
        set(await encode(ingest));
        await sleep(200);
      }
    },
    end: async () => {},
  }),
  22010: changing(() => () => null),
  24100: (_encoder, ingest) => ({
    async begin() {
      for (let attempt = 1; attempt <= 2; attempt++) assert.equal(typeof (await tryPublish(ingest)), 'string');
    },
    end: async () => {},
  }),
  29001: changing(() => padded),
  92001: changing(everySecondPicture),
};

async function trouble(code: number): Promise<Trouble> {
  const place = await on.newStream();
  let encoder = await encode(place.ingest);
  const acts = ACTS[code]!(
    () => encoder,
    place.ingest,
    (next) => {
      encoder = next;
    },
  );
  return {
    code,
    on: place,
    causedAt: 0,
    get encoder() {
      return encoder;
    },
    ...acts,
  };
}

describe('six encoders go wrong in six ways at once, beside one that does not', { timeout: 120_000 }, () => {
  let troubles: Trouble[];
  let healthy: Encoder;
  let healthyStream: OnStage;
  const all = () => troubles.map(({ code, on: { stream } }) => `${code} ${stream.id}`).sort();
  before(async () => {
    troubles = await Promise.all(Object.keys(ACTS).map((code) => trouble(Number(code))));
    healthyStream = await on.newStream();
    healthy = await encode(healthyStream.ingest);
    await expect(troubles.find(({ code }) => code === 21001)!.on, 600);
    await expect(healthyStream, 600);
    // So long every one of them is as it should be.
    await sleep(3_000);
    assert.deepEqual(await openAlerts(), []);
  });
  after(() =>
    Promise.all([...troubles.map(({ encoder }) => encoder), healthy].map((one) => one[Symbol.asyncDispose]())),
  );

  test('each has exactly its alert within ten seconds', async (t) => {
    await Promise.all(
      troubles.map(async (one) => {
        await one.begin();
        one.causedAt = Date.now();
      }),
    );
    const foundAfter = new Map<number, number>();
    let now: Awaited<ReturnType<typeof openAlerts>> = [];
    const look = async () => {
      now = await openAlerts();
      for (const { code, firstDetection } of now) {
        const { causedAt } = troubles.find((one) => one.code === code)!;
        if (!foundAfter.has(code)) foundAfter.set(code, Date.parse(firstDetection) - causedAt);
      }
      return foundAfter.size === troubles.length;
    };
    await until(look, FOUND_MS + 2_000, 'an alert of each');
    const took = [...foundAfter].map(([code, ms]) => `${code} after ${(ms / 1_000).toFixed(1)} s`);
    t.diagnostic(took.join(', '));
    for (const [code, ms] of foundAfter) assert.ok(ms < FOUND_MS, `${code} after ${ms} ms`);
    const history = ok(await on.running.call('GET', '/alert/history', observer()));
    assert.deepEqual(named(history), all());
    const { values } = now.find(({ code }: { code: number }) => code === 92001) ?? history.find(isSlow);
    assert.equal(values.expected, 25);
    assert.ok(values.fps > 10 && values.fps < 19, `${values.fps} pictures a second`);
  });

  test('each is over when its cause is, and nothing else was ever wrong', async () => {
    await Promise.all(troubles.map((one) => one.end()));
    await until(async () => (await openAlerts()).length === 0, 20_000, 'the end of all');
    const history = ok(await on.running.call('GET', '/alert/history', observer()));
    assert.deepEqual(named(history), all());
    for (const { resolvedAt, firstDetection, lastDetection, elapsedTime } of history) {
      const lasted = Date.parse(resolvedAt) - Date.parse(firstDetection);
      assert.equal(elapsedTime, Math.floor(lasted / 1_000));
      assert.ok(Date.parse(lastDetection) >= Date.parse(firstDetection) - 5_000);
    }
    const about = ok(await on.running.call('GET', `/alert/history?stream=${healthyStream.stream.id}`, observer()));
    assert.deepEqual(about, []);
  });
});

const isSlow = ({ code }: { code: number }) => code === 92001;
