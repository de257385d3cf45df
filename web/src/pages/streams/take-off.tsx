import { Button, Group, Modal, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useRefusal } from '../../session.tsx';
import { controlWords } from './messages-one.ts';

interface Props {
  opened: boolean;
  live: boolean;
  busy: boolean;
  onConfirm(verb: 'stop' | 'lock'): void;
  onClose(): void;
}

/** Stop, or stop and lock: asked once, with what becomes of publisher and viewers. */
export function TakeOff({ opened, live, busy, onConfirm, onClose }: Props) {
  const words = useMessages(controlWords);
  const { cancel, close } = useMessages(common);
  const refusal = useRefusal();
  const against = {
    stop: refusal('stream:stop') ?? (live ? null : words.notLive),
    lock: refusal('stream:lock'),
  };
  const [chosen, setChosen] = useState<'stop' | 'lock' | null>(null);
  const verb = chosen ?? (against.lock === null ? 'lock' : 'stop');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={() => setChosen(null)}
      title={words.dialog}
      closeButtonProps={{ 'aria-label': close }}
    >
      <Stack>
        <Radio.Group label={words.what} value={verb} onChange={(value) => setChosen(value as 'stop' | 'lock')}>
          <Stack gap="sm" mt="xs">
            {(['stop', 'lock'] as const).map((one) => (
              <Radio
                key={one}
                value={one}
                label={words[one]}
                description={against[one] ?? words[`${one}Text`]}
                disabled={against[one] !== null}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {cancel}
          </Button>
          <Button color="red" loading={busy} disabled={against[verb] !== null} onClick={() => onConfirm(verb)}>
            {verb === 'lock' ? words.stopLock : words.stopOnly}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
