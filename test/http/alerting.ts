import type { Running, Tenant } from '../harness.ts';
import { until } from '../process/lockkeeper.ts';
import { ok } from './helpers.ts';

/** An alert as the API tells of it. */
export interface Told {
  id: string;
  code: number;
  name: string;
  severity: string;
  message: string;
  subject: { type: string; id: string };
  resolvedAt: string | null;
  values: Record<string, string | number>;
}

/** How often alerts are looked for, and some more. */
export const LOOKED_MS = 1_600;

/** What an organisation is told of alerts, as its observer. */
export function alertsOf(running: Running, { observer: { token } }: Tenant) {
  const list = async (path: string): Promise<Told[]> => ok(await running.call('GET', path, { token }));
  return {
    open: () => list('/alert'),
    history: () => list('/alert/history'),
    /** The open alert with this code, when there is one. */
    async opened(code: number): Promise<Told> {
      let found: Told | undefined;
      const look = async () => {
        found = (await list('/alert')).find((alert) => alert.code === code);
        return found !== undefined;
      };
      await until(look, 10_000, `alert ${code}`);
      return found!;
    },
  };
}
