import { Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { LifeSelect } from '../../ui/life-select.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { keys as catalogue } from './key-messages.ts';
import { useKeys } from './reading.ts';

type Kind = 'api' | 'player';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const GRACES = [0, HOUR, DAY, 7 * DAY, 30 * DAY];

/** Undefined is not sent to who may not read it; null is there no more. */
const Key = ({ label, value }: { label: string; value: string | null | undefined }) => {
  const words = useMessages(catalogue);
  if (value === undefined) return null;
  if (value !== null) return <CopyField label={label} value={value} secret />;
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Text size="sm">{words.disabled}</Text>
    </div>
  );
};

function Rotate({ kind }: { kind: Kind }) {
  const words = useMessages(catalogue);
  const [open, setOpen] = useState(false);
  const [graceSeconds, setGrace] = useState(kind === 'api' ? DAY : 0);
  const rotate = useChange({
    call: () =>
      kind === 'api'
        ? api.post('/organisation/apikey/rotate', { body: { graceSeconds } })
        : api.post('/organisation/playerkey/rotate', { body: { graceSeconds } }),
    of: ['key'],
    done: () => words.rotated,
    onDone: () => setOpen(false),
  });
  const title = kind === 'api' ? words.rotateApi : words.rotatePlayer;
  return (
    <>
      <GuardedButton needs="apikey:rotate" variant="default" size="xs" onClick={() => setOpen(true)}>
        {title}
      </GuardedButton>
      <Confirm
        opened={open}
        title={title}
        action={title}
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate()}
        onClose={() => setOpen(false)}
      >
        <Stack>
          <Text>{words.rotateLead}</Text>
          <LifeSelect
            label={words.grace}
            lives={GRACES}
            none={words.noGrace}
            value={graceSeconds}
            onChange={setGrace}
          />
        </Stack>
      </Confirm>
    </>
  );
}

function Disable() {
  const words = useMessages(catalogue);
  const [open, setOpen] = useState(false);
  const disable = useChange({
    call: () => api.delete('/organisation/apikey'),
    of: ['key'],
    done: () => words.disabledNow,
    onDone: () => setOpen(false),
  });
  return (
    <>
      <GuardedButton needs="apikey:rotate" variant="light" color="red" size="xs" onClick={() => setOpen(true)}>
        {words.disable}
      </GuardedButton>
      <Confirm
        opened={open}
        title={words.disable}
        action={words.disable}
        again={words.disableAgain}
        busy={disable.isPending}
        onConfirm={() => disable.mutate()}
        onClose={() => setOpen(false)}
      >
        {words.disableLead}
      </Confirm>
    </>
  );
}

/** The organisation's keys, as far as the answer has them: what is not sent has no row. */
export function Keys() {
  const words = useMessages(catalogue);
  const { data } = useKeys();
  return (
    <Section title={words.title} lead={words.lead}>
      {!data && <Loading rows={3} />}
      {data && (
        <>
          <Stack gap="xs">
            <Key label={words.api} value={data.apiKey} />
            <Group gap="xs">
              <Rotate kind="api" />
              {data.apiKey !== null && <Disable />}
            </Group>
          </Stack>
          <Stack gap="xs">
            <Key label={words.player} value={data.playerKey} />
            <Group gap="xs">
              <Rotate kind="player" />
            </Group>
          </Stack>
        </>
      )}
    </Section>
  );
}
