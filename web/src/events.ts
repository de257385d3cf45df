import { notifications } from '@mantine/notifications';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { queries } from './api.ts';
import { useMessages } from './language.tsx';
import { common } from './messages/common.ts';
import { SERVER } from './place.ts';
import { forget, whoAmI } from './session.tsx';

/** Who has access to what changes with these alone: the report is too large to read it again for every stream. */
const ACCESS: ReadonlySet<string> = new Set(['user', 'token', 'key', 'role', 'organisation']);

/**
 * Keeps what is shown true while the page is open: a change anywhere makes what was read of its kind old, and when the
 * session's rights end the page knows at once.
 */
export function useEvents(): void {
  const router = useRouter();
  const { sessionEnded, close } = useMessages(common);
  useEffect(() => {
    const source = new EventSource(`${SERVER}/events`);
    const leave = () => {
      source.close();
      forget();
      const closeButtonProps = { 'aria-label': close };
      notifications.show({ id: 'ended', message: sessionEnded, color: 'yellow', autoClose: false, closeButtonProps });
      void router.navigate({ to: '/sign-in' });
    };
    const old = (nouns: readonly string[]) => {
      for (const noun of nouns) void queries.invalidateQueries({ queryKey: [noun] });
    };
    source.addEventListener('change', ({ data }) => {
      const { target } = JSON.parse(data) as { target: { type: string } };
      old([target.type, 'audit', ...(ACCESS.has(target.type) ? ['access'] : [])]);
    });
    source.addEventListener('stream', () => old(['stream']));
    source.addEventListener('ended', leave);
    // A refused reconnect says no more than an unreachable server: so the session is asked.
    source.addEventListener('error', async () => {
      if (source.readyState !== EventSource.CLOSED) return;
      if ((await whoAmI(0).catch(() => undefined)) === null) leave();
    });
    return () => source.close();
  }, [router, sessionEnded, close]);
}
