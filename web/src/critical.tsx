import { Button, Stack, Text } from '@mantine/core';
import { notifications, notificationsStore } from '@mantine/notifications';
import { IconAlertOctagonFilled } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { type Alert, useAlertText } from './alerts.ts';
import { useMessages } from './language.tsx';
import { bellWords } from './messages/bell.ts';
import { common } from './messages/common.ts';

const ID = 'critical-alert';

/** The same notice says the next one: there is one at most, and it stays until it is closed. */
function say(notice: Parameters<typeof notifications.show>[0]): void {
  const { notifications: shown, queue } = notificationsStore.getState();
  if ([...shown, ...queue].some(({ id }) => id === ID)) notifications.update({ ...notice, id: ID });
  else notifications.show({ ...notice, id: ID });
}

/** Calls out what is critical and was not so before the page was opened. `open` are the alerts as they are now. */
export function useCritical(open: readonly Alert[] | undefined): void {
  const words = useMessages(bellWords);
  const { close } = useMessages(common);
  const textOf = useAlertText();
  const router = useRouter();
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (!open) return;
    const critical = open.filter(({ severity }) => severity === 'Critical');
    const before = known.current;
    known.current = new Set([...(before ?? []), ...critical.map(({ id }) => id)]);
    const fresh = before === null ? [] : critical.filter(({ id }) => !before.has(id));
    const [first] = fresh;
    if (!first) return;
    const { name, message } = textOf(first);
    const look = () => {
      notifications.hide(ID);
      void router.navigate({ to: '/alerts' as never });
    };
    say({
      title: fresh.length === 1 ? `${words.fresh}: ${name}` : words.freshMany(fresh.length),
      message: (
        <Stack gap="xs" align="flex-start">
          <Text size="sm" className="breakable">
            {first.stream && `${first.stream.name}: `}
            {message}.
          </Text>
          <Button size="compact-sm" variant="default" onClick={look}>
            {words.look}
          </Button>
        </Stack>
      ),
      color: 'red',
      icon: <IconAlertOctagonFilled size={18} aria-hidden />,
      autoClose: false,
      closeButtonProps: { 'aria-label': close },
    });
  }, [open, words, close, textOf, router]);
  // It is told to nobody who comes after.
  useEffect(
    () => () => {
      notifications.hide(ID);
    },
    [],
  );
}
