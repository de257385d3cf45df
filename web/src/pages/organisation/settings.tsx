import { Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useRefusal } from '../../session.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Section } from '../../ui/section.tsx';
import { organisation as catalogue } from './messages.ts';
import type { OwnOrganisation } from './reading.ts';

type SettingsOf = OwnOrganisation['settings'];
type Setting = keyof SettingsOf;

interface Wish {
  setting: Setting;
  on: boolean;
}

const SETTINGS: readonly Setting[] = ['securePlayback', 'publicStreamInfo', 'ingestTokens'];

/** What holds for all streams. Each switch says first what it does: viewers and encoders are at its other end. */
export function Settings({ settings }: { settings: SettingsOf }) {
  const words = useMessages(catalogue);
  const why = useRefusal()('organisation:edit');
  const [asked, setAsked] = useState<Wish>({ setting: 'securePlayback', on: true });
  const [open, setOpen] = useState(false);
  const turn = useChange({
    call: ({ setting, on }: Wish) => api.put('/organisation', { body: { settings: { [setting]: on } } }),
    of: ['organisation'],
    done: (_, { setting, on }) => (on ? words.turnedOn : words.turnedOff)(words[setting]),
    onDone: () => setOpen(false),
  });
  const { setting: one, on: wanted } = asked;
  return (
    <Section title={words.settings} lead={words.settingsLead}>
      {why && <Text size="sm">{why}</Text>}
      <Stack>
        {SETTINGS.map((setting) => (
          <Switch
            key={setting}
            label={words[setting]}
            description={words[`${setting}Hint`]}
            checked={settings[setting]}
            // A confirmed switch moves when the server has said so.
            onChange={() => {
              if (why !== null) return;
              setAsked({ setting, on: !settings[setting] });
              setOpen(true);
            }}
            {...(why !== null && {
              'aria-disabled': true,
              'aria-description': why,
              'data-denied': 'organisation:edit',
            })}
          />
        ))}
      </Stack>
      <Confirm
        opened={open}
        title={(wanted ? words.turnOn : words.turnOff)(words[one])}
        action={wanted ? words.on : words.off}
        busy={turn.isPending}
        onConfirm={() => turn.mutate(asked)}
        onClose={() => setOpen(false)}
      >
        {words[`${one}${wanted ? 'On' : 'Off'}`]}
      </Confirm>
    </Section>
  );
}
