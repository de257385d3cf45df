import { SERVER } from './place.ts';

/** Milliseconds until the server is asked again after it refused to be listened to. */
const AGAIN_MS = 10_000;
/** A browser opens few connections to one server: a page that nobody has looked at for so long gives its own back. */
const HIDDEN_MS = 60_000;

type Heard = Readonly<Record<string, (data: string) => void>>;

/**
 * Listens to the server's events for as long as the page is looked at, whatever interrupts it. `isOver` is asked when the
 * server refuses: a browser does not tell why. Gives the way to end it.
 */
export function listen(heard: Heard, isOver: () => Promise<boolean>): () => void {
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    clearTimeout(again);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    const opened = new EventSource(`${SERVER}/events`);
    source = opened;
    for (const [name, hear] of Object.entries(heard)) opened.addEventListener(name, ({ data }) => hear(data));
    opened.addEventListener('error', async () => {
      // The browser comes back by itself, but for when it was refused.
      if (opened.readyState !== EventSource.CLOSED || source !== opened || (await isOver())) return;
      if (source === opened) again = setTimeout(open, AGAIN_MS);
    });
  };
  const look = () => {
    clearTimeout(again);
    if (document.hidden) again = setTimeout(close, HIDDEN_MS);
    else if (source?.readyState !== EventSource.OPEN) open();
  };
  open();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    close();
  };
}
