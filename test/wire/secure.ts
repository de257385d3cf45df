import assert from 'node:assert/strict';
import type { CallOptions } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { type Loop, loopPublish } from './encoders.ts';
import { type OnStage, type Stage, stage } from './stage.ts';
import { morePictures, type ViewOptions, view } from './viewers.ts';

/** Where a stream plays, by protocol. */
export type Urls = Record<'http' | 'ws' | 'rtmp' | 'hls', string>;

/** An organisation whose playback is secure, and one stream of it on air. */
export interface SecureStage extends AsyncDisposable {
  on: Stage;
  shown: OnStage;
  urls: Urls;
  token(body?: object, who?: CallOptions): Promise<{ token: string; id: string }>;
  revoke(body: object): Promise<void>;
  secure(securePlayback: boolean): Promise<void>;
}

export async function secureStage(options: Parameters<typeof stage>[0] = {}): Promise<SecureStage> {
  const on = await stage(options);
  const shown = await on.newStream();
  const loop: Loop = loopPublish(shown.ingest);
  const { call } = on.running;
  const { admin, user } = on.tenant;
  const secure = async (securePlayback: boolean) => {
    const answer = await call('PUT', '/organisation', { token: admin.token, body: { settings: { securePlayback } } });
    assert.equal(answer.status, 200);
  };
  await secure(true);
  await on.state(shown.stream.id, 'live');
  return {
    on,
    shown,
    urls: { ...shown.urls, hls: shown.urls.http.replace(/\.flv$/, '.m3u8') },
    secure,
    async token(body = {}, who = { token: user.token }) {
      const scope = 'streams' in body || 'groupid' in body ? {} : { orgawide: true };
      const { status, body: answer } = await call('POST', '/api/v1/splay', { ...who, body: { ...scope, ...body } });
      assert.equal(status, 200, JSON.stringify(answer));
      return answer.data;
    },
    async revoke(body) {
      const { status } = await call('POST', '/api/v1/splay/revoke', { token: user.token, body });
      assert.equal(status, 204);
    },
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await on[Symbol.asyncDispose]();
    },
  };
}

export const withToken = (url: string, token: string, name = 'token') => `${url}?${name}=${token}`;

/** What a player at this address is answered: `plays`, or how it was refused (a status, a close code, RTMP's words). */
export async function outcome(url: string, options: ViewOptions = {}): Promise<string> {
  if (url.includes('.m3u8')) {
    const { status } = await fetch(url, options.headers ? { headers: options.headers } : {});
    return status === 200 ? 'plays' : String(status);
  }
  using viewer = view(url, options);
  await until(() => viewer.over !== null || viewer.seen.length > 0, 3_000, `an answer at ${url.split('?')[0]}`);
  if (viewer.over === null) await morePictures(viewer, 1);
  return viewer.over ?? 'plays';
}

/** The refusal of somebody who may not play, over each protocol. */
export const REFUSED = { http: /^401$/, ws: /^4401$/, rtmp: /Play\.Failed: /, hls: /^401$/ } as const;

export async function refusedEverywhere(urls: Urls, token: string, options: ViewOptions = {}): Promise<void> {
  for (const [protocol, url] of Object.entries(urls)) {
    assert.match(await outcome(withToken(url, token), options), REFUSED[protocol as keyof Urls], protocol);
  }
}
