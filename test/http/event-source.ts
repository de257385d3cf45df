import assert from 'node:assert/strict';
import type { CallOptions, Running } from '../harness.ts';

export interface Heard {
  event: string;
  id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what is told is what the tests are about
  data: any;
  /** By the clock of `performance`. */
  at: number;
}

/** An open page, as far as events go. */
export interface Page extends AsyncDisposable {
  /** Everything so far, in order. */
  heard: Heard[];
  response: Response;
  /** Null while the connection is open; else when it was closed, by the clock of `performance`. */
  closedAt: number | null;
  /** The first event, past or to come, that fits. */
  until(fits: (heard: Heard) => boolean, limitMs?: number): Promise<Heard>;
  /** When the server hung up, by the clock of `performance`. */
  closed(limitMs?: number): Promise<number>;
}

export const named = (event: string, action?: string) => (heard: Heard) =>
  heard.event === event && (action === undefined || heard.data.action === action);

function parse(block: string): Heard | null {
  const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s).slice(0, 2) as [string, string]));
  const [event, data] = [fields.get('event'), fields.get('data')];
  if (event === undefined || data === undefined) return null;
  return { event, id: fields.get('id') ?? null, data: JSON.parse(data), at: performance.now() };
}

/** Asks for events; the answer may be a refusal. */
export function ask({ url }: Running, { token, apiKey, headers = {} }: CallOptions, signal?: AbortSignal) {
  const sent = new Headers(headers);
  if (token !== undefined) sent.set('X-BINTU-TOKEN', token);
  if (apiKey !== undefined) sent.set('X-BINTU-APIKEY', apiKey);
  return fetch(`${url}/events`, { headers: sent, ...(signal && { signal }) });
}

/** Listens until disposed of. Resolves once the first event has come. */
export async function listen(running: Running, who: CallOptions): Promise<Page> {
  const leaving = new AbortController();
  const response = await ask(running, who, leaving.signal);
  assert.equal(response.status, 200, response.ok ? '' : await response.text());
  const heard: Heard[] = [];
  let changed = Promise.withResolvers<void>();
  const wait = async <T>(found: () => T | undefined | null, limitMs: number, what: string): Promise<T> => {
    const end = performance.now() + limitMs;
    for (;;) {
      const one = found();
      if (one !== undefined && one !== null) return one;
      const left = end - performance.now();
      const all = heard.map(({ event, data }) => `${event} ${JSON.stringify(data)}`).join('\n');
      assert.ok(left > 0, `${what} within ${limitMs} ms; heard\n${all}`);
      const timer = setTimeout(changed.resolve, left);
      await changed.promise;
      clearTimeout(timer);
    }
  };
  const page: Page = {
    heard,
    response,
    closedAt: null,
    until: (fits, limitMs = 2_000) => wait(() => heard.find(fits), limitMs, 'an event'),
    closed: (limitMs = 2_000) => wait(() => page.closedAt, limitMs, 'an end'),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await reading;
    },
  };
  const notify = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) heard.push(...[parse(block)].filter((one) => one !== null));
      notify();
    }
  };
  const reading = read()
    .catch(() => undefined)
    .finally(() => {
      page.closedAt = performance.now();
      notify();
    });
  await page.until(named('hello'));
  return page;
}
