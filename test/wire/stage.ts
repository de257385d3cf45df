import assert from 'node:assert/strict';
import { type Answer, type CallOptions, type Running, type StartOptions, start, type Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import type { Ingest } from './encoders.ts';

export interface StreamBody {
  id: string;
  state: string;
  ingest: { rtmp: Ingest };
  playout: {
    rtmp: Ingest[];
    hls: { url: string }[];
    web: { url: string; type: string }[];
    h5live: {
      rtmp: Ingest;
      server: { websocket: string; progressive: string; hls: string | null };
      info: { width: number | null; height: number | null; bitrate: number | null; fps: number | null };
    }[];
  };
}

export interface OnStage {
  stream: StreamBody;
  ingest: Ingest;
  /** The playout addresses over which tags come, one per protocol; and the one for playlists. */
  urls: { http: string; ws: string; rtmp: string };
  hls: string;
}

/** The product in this process with one organisation. */
export interface Stage extends AsyncDisposable {
  running: Running;
  tenant: Tenant;
  newStream(who?: CallOptions): Promise<OnStage>;
  read(id: string): Promise<StreamBody>;
  state(id: string, state: string, limitMs?: number): Promise<void>;
  /** `PUT /stream/{id}/{verb}` or `DELETE /stream/{id}`, as the administrator unless said otherwise. */
  control(verb: 'stop' | 'lock' | 'unlock' | 'delete', id: string, who?: CallOptions): Promise<Answer>;
}

export async function stage(options: StartOptions = {}): Promise<Stage> {
  const running = await start(options);
  const tenant = await running.tenant();
  const admin = { token: tenant.admin.token };
  const read = async (id: string): Promise<StreamBody> => (await running.call('GET', `/stream/${id}`, admin)).body;
  return {
    running,
    tenant,
    async newStream(who = admin) {
      const { status, body } = await running.call('POST', '/stream', { ...who, body: {} });
      assert.equal(status, 200);
      return onStage(body);
    },
    read,
    async state(id, state, limitMs = 3_000) {
      await until(async () => (await read(id)).state === state, limitMs, `state ${state}`);
    },
    control: (verb, id, who = admin) =>
      verb === 'delete'
        ? running.call('DELETE', `/stream/${id}`, who)
        : running.call('PUT', `/stream/${id}/${verb}`, who),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

export function onStage(stream: StreamBody): OnStage {
  const [played] = stream.playout.h5live;
  assert.ok(played);
  const { rtmp, server } = played;
  assert.ok(server.hls);
  const urls = { http: server.progressive, ws: server.websocket, rtmp: `${rtmp.url}/${rtmp.streamname}` };
  return { stream, ingest: stream.ingest.rtmp, urls, hls: server.hls };
}
