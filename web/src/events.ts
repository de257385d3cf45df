import { notifications } from '@mantine/notifications';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { queries } from './api.ts';
import { useMessages } from './language.tsx';
import { listen } from './listening.ts';
import { common } from './messages/common.ts';
import { forget, whoAmI } from './session.tsx';

/** Who has access to what changes with these alone: the report is too large to read it again for every stream. */
const ACCESS: ReadonlySet<string> = new Set(['user', 'token', 'key', 'role', 'organisation']);

/** Milliseconds: what one change tells comes together, and a thousand changes at once are read a few times, not each. */
const TOGETHER_MS = 20;
const BETWEEN_MS = 300;

/** What was read of these nouns is old: soon, and not more often than pages can be read anew. */
function outdating(): { old(nouns: readonly string[]): void; end(): void } {
  const nouns = new Set<string>();
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    last = performance.now();
    for (const noun of nouns) void queries.invalidateQueries({ queryKey: [noun] });
    nouns.clear();
  };
  return {
    old(more) {
      for (const noun of more) nouns.add(noun);
      timer ??= setTimeout(flush, Math.max(TOGETHER_MS, last + BETWEEN_MS - performance.now()));
    },
    end: () => clearTimeout(timer),
  };
}

/**
 * Keeps what is shown true while the page is open: a change anywhere makes what was read of its kind old, and when the
 * session's rights end the page knows at once.
 */
export function useEvents(): void {
  const router = useRouter();
  const { sessionEnded, close } = useMessages(common);
  useEffect(() => {
    const { old, end } = outdating();
    const leave = () => {
      stop();
      forget();
      const closeButtonProps = { 'aria-label': close };
      notifications.show({ id: 'ended', message: sessionEnded, color: 'yellow', autoClose: false, closeButtonProps });
      // Whoever signs in again goes on where they were.
      void router.navigate({ to: '/sign-in', search: { to: router.state.location.href } as never });
    };
    // The second time it says that rights are other ones, or that something was missed.
    let met = false;
    const heard = {
      hello(data: string) {
        const { resumed } = JSON.parse(data) as { resumed?: boolean };
        if (met) old(['me']);
        if (met && !resumed) void queries.invalidateQueries();
        met = true;
      },
      change(data: string) {
        const { target } = JSON.parse(data) as { target: { type: string } };
        old([target.type, 'audit', ...(ACCESS.has(target.type) ? ['access'] : [])]);
      },
      stream: () => old(['stream']),
      ended: leave,
    };
    const stop = listen(heard, async () => {
      const isOver = (await whoAmI(0).catch(() => undefined)) === null;
      if (isOver) leave();
      return isOver;
    });
    return () => {
      end();
      stop();
    };
  }, [router, sessionEnded, close]);
}
