import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

interface ConfirmProps {
  opened: boolean;
  title: string;
  /** What happens, and what ends at once. */
  children: ReactNode;
  /** On the button that does it. */
  action: string;
  /** What is said at the second question; without it there is only one. */
  again?: string;
  busy?: boolean;
  onConfirm(): void;
  onClose(): void;
}

/** A question before what cannot be taken back. With `again` it is asked twice, the second time in other words. */
export function Confirm({ opened, title, children, action, again, busy = false, onConfirm, onClose }: ConfirmProps) {
  const words = useMessages(common);
  const [asked, setAsked] = useState(false);
  // However it was left, the next question begins at the beginning.
  useEffect(() => {
    if (!opened) setAsked(false);
  }, [opened]);
  const last = asked || again === undefined;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': words.close }}>
      <Stack>
        {last && again !== undefined ? (
          <Alert color="red" title={words.confirmAgain}>
            {again}
          </Alert>
        ) : (
          <Text component="div">{children}</Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {words.cancel}
          </Button>
          {last ? (
            <Button key="do" color="red" loading={busy} onClick={onConfirm}>
              {action}
            </Button>
          ) : (
            <Button key="ask" color="red" variant="light" onClick={() => setAsked(true)}>
              {words.continue}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
