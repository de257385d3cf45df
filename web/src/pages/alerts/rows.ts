import { SEVERITY_NAMES } from '../../alerts.ts';
import { type Answer, api } from '../../api.ts';
import { usePages } from '../../lists.ts';
import { ALERTS } from '../../messages/alerts.ts';
import { isMoment } from '../audit/rows.ts';

export type PastAlert = Answer<'/alert/history', 'get'>[number];

/** As in the address; `from` and `to` are what a date-time field holds, in UTC. */
export type AlertFilters = {
  severity?: string;
  code?: string;
  stream?: string;
  from?: string;
  to?: string;
};

const LIMIT = 100;

const FITS: Readonly<Record<keyof AlertFilters, (text: string) => boolean>> = {
  severity: (text) => (SEVERITY_NAMES as string[]).includes(text),
  code: (text) => text in ALERTS,
  stream: (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text),
  from: isMoment,
  to: isMoment,
};

/** Filters from an address that anybody may have written. What looks like a number there comes as one. */
export const readFilters = (search: AlertFilters): AlertFilters =>
  Object.fromEntries(
    (Object.keys(FITS) as (keyof AlertFilters)[]).flatMap((name) => {
      const text = String(search[name] ?? '');
      return text !== '' && FITS[name](text) ? [[name, text]] : [];
    }),
  );

function queryOf({ from, to, ...rest }: AlertFilters): Record<string, string> {
  return { ...rest, ...(from && { from: `${from}Z` }), ...(to && { to: `${to}Z` }) };
}

/** Alerts newest first, those that are open among them, a page at a time. */
export function usePastAlerts(filters: AlertFilters) {
  const asked = queryOf(filters);
  return usePages(['alert', 'history', asked], (cursor) => {
    const query = { ...asked, limit: LIMIT, ...(cursor && { cursor }) };
    return api.getPage('/alert/history', { params: { query } });
  });
}

/** How long it lasted, or has lasted until it was told, in seconds. */
export const lastedOf = ({ firstDetection, resolvedAt, elapsedTime }: PastAlert): number =>
  resolvedAt === null ? elapsedTime : (Date.parse(resolvedAt) - Date.parse(firstDetection)) / 1_000;
