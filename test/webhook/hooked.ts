import assert from 'node:assert/strict';
import type { Running, Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import type { Ingest } from '../wire/encoders.ts';
import type { Received } from './receiver.ts';

export const WEBHOOK = '/organisation/webhook';
/** Real receivers of the tests are on this machine. */
export const ALLOWED = { LOCKKEEPER_ALLOW_PRIVATE: '127.0.0.1' };

interface Delivery {
  id: string;
  call: string;
  outcome: string | null;
  status: number | null;
  attempts: number;
  nextAt: string | null;
}

/** An organisation with a webhook and a stream. */
export interface Hooked {
  tenant: Tenant;
  who: { token: string };
  secret: string;
  id: string;
  ingest: Ingest;
  deliveries(): Promise<Delivery[]>;
  refusals(): Promise<{ action: string; detail: Record<string, unknown> }[]>;
  /** Resolves when it is known to be on air. */
  onAir(): Promise<void>;
  /** What is still to be told of this stream is due at once. */
  hurry(): Promise<void>;
  sessions(): Promise<{ id: string; next_update_at: number | null }[]>;
}

export async function hooked(running: Running, url: string): Promise<Hooked> {
  const tenant = await running.tenant();
  const who = { token: tenant.admin.token };
  const read = async (path: string) => (await running.call('GET', path, who)).body;
  const set = await running.call('PUT', WEBHOOK, { ...who, body: { webhook: url } });
  assert.equal(set.status, 200, JSON.stringify(set.body));
  const { body } = await running.call('POST', '/stream', { ...who, body: {} });
  const { id } = body;
  const { store } = running.app;
  const sessions = () => store.db.selectFrom('webhook_session').selectAll().where('stream_id', '=', id).execute();
  return {
    tenant,
    who,
    secret: set.body.webhookSecret,
    id,
    ingest: body.ingest.rtmp,
    deliveries: () => read(`${WEBHOOK}/deliveries`),
    refusals: () => read(`/audit?outcome=refused&target=${id}`),
    hurry: () =>
      store.transaction(async ({ db }) => {
        const [sessions, deliveries] = [db.updateTable('webhook_session'), db.updateTable('webhook_delivery')];
        const ours = sessions.set({ next_update_at: 1 }).where('stream_id', '=', id);
        await ours.where('next_update_at', 'is not', null).execute();
        await deliveries.set({ next_at: 1 }).where('stream_id', '=', id).where('next_at', 'is not', null).execute();
      }),
    sessions,
    async onAir() {
      await until(async () => (await sessions()).some(({ started_at }) => started_at !== null), 5_000, 'the encoder');
    },
  };
}

export const fieldsOf = ({ form }: Received): Record<string, string> => Object.fromEntries(form);
