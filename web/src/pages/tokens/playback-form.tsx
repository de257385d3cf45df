import { Button, Fieldset, Group, Radio, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { LifeSelect } from '../../ui/life-select.tsx';
import type { Stream } from '../streams/types.ts';
import { createPlayback as catalogue } from './playback-messages.ts';
import { StreamSelect } from './stream-select.tsx';

const TARGETS = ['streams', 'group', 'orgawide'] as const;
type Target = (typeof TARGETS)[number];

const CONDITIONS = ['ip', 'domain', 'user', 'tag'] as const;
type Condition = (typeof CONDITIONS)[number];

/** Lengths that the API takes. */
const LONGEST: Readonly<Record<Condition, number>> = { ip: 64, domain: 253, user: 100, tag: 100 };

export interface PlaybackWish extends Partial<Record<Condition, string>> {
  streams?: string[];
  groupid?: string;
  orgawide?: boolean;
  /** Unix seconds; a day from now without it. */
  exp?: number;
  revocable?: boolean;
  forceDisconnect?: boolean;
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const LIVES = [HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, YEAR];
const MOST_STREAMS = 50;
/** A clock that is ahead of the server's must not ask for more than the longest life. */
const MARGIN_S = 60;

function targetOf(target: Target, streams: readonly Stream[]): Pick<PlaybackWish, 'streams' | 'groupid' | 'orgawide'> {
  if (target === 'orgawide') return { orgawide: true };
  const [first] = streams;
  return target === 'group' && first ? { groupid: first.streamgroup } : { streams: streams.map(({ id }) => id) };
}

interface Given {
  target: Target;
  streams: readonly Stream[];
  life: number;
  revocable: boolean;
  forceDisconnect: boolean;
  conditions: Readonly<Record<Condition, string>>;
}

function wishOf({ target, streams, life, revocable, forceDisconnect, conditions }: Given): PlaybackWish {
  const held = Object.entries(conditions).map(([name, text]) => [name, text.trim()]);
  return {
    ...targetOf(target, streams),
    ...Object.fromEntries(held.filter(([, text]) => text !== '')),
    ...(revocable && { revocable }),
    ...(forceDisconnect && { forceDisconnect }),
    ...(life !== DAY && { exp: Math.floor(Date.now() / 1_000) + Math.min(life, YEAR - MARGIN_S) }),
  };
}

const EMPTY: Given = {
  target: 'streams',
  streams: [],
  life: DAY,
  revocable: false,
  forceDisconnect: false,
  conditions: { ip: '', domain: '', user: '', tag: '' },
};

interface PartProps {
  given: Given;
  set(change: Partial<Given>): void;
}

function Opens({ given: { target, streams }, set }: PartProps) {
  const words = useMessages(catalogue);
  const [first] = streams;
  return (
    <>
      <Radio.Group
        label={words.target}
        value={target}
        onChange={(chosen) =>
          set({ target: chosen as Target, streams: chosen === 'streams' ? streams : streams.slice(0, 1) })
        }
      >
        <Stack gap="xs" mt={4}>
          {TARGETS.map((one) => (
            <Radio key={one} value={one} label={words[one]} data-autofocus={one === target || undefined} />
          ))}
        </Stack>
      </Radio.Group>
      {target !== 'orgawide' && (
        <StreamSelect
          key={target}
          label={target === 'group' ? words.pickGroup : words.pickStreams}
          most={target === 'group' ? 1 : MOST_STREAMS}
          value={streams}
          onChange={(chosen) => set({ streams: chosen })}
        />
      )}
      {target === 'group' && first && (
        <Text size="sm" className="breakable">
          {words.groupIs(first.streamgroup)}
        </Text>
      )}
    </>
  );
}

function Life({ given: { life, revocable, forceDisconnect }, set }: PartProps) {
  const words = useMessages(catalogue);
  return (
    <>
      <Switch
        label={words.revocable}
        description={words.revocableHint}
        checked={revocable}
        onChange={({ currentTarget: { checked } }) =>
          set({ revocable: checked, life: checked ? Math.min(life, DAY) : life })
        }
      />
      <LifeSelect
        label={words.life}
        lives={LIVES.filter((each) => !revocable || each <= DAY)}
        value={life}
        onChange={(chosen) => set({ life: chosen })}
      />
      <Switch
        label={words.disconnect}
        description={words.disconnectHint}
        checked={forceDisconnect}
        onChange={({ currentTarget: { checked } }) => set({ forceDisconnect: checked })}
      />
    </>
  );
}

interface FormProps {
  busy: boolean;
  /** With the streams that the token is for, as far as they were chosen. */
  onSubmit(wish: PlaybackWish, streams: readonly Stream[]): void;
  onCancel(): void;
}

export function PlaybackForm({ busy, onSubmit, onCancel }: FormProps) {
  const words = useMessages(catalogue);
  const { cancel } = useMessages(common);
  const [given, setGiven] = useState(EMPTY);
  const set = (change: Partial<Given>) => setGiven((before) => ({ ...before, ...change }));
  const { target, streams, conditions } = given;
  const ready = target === 'orgawide' || streams.length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSubmit(wishOf(given), target === 'orgawide' ? [] : streams);
      }}
    >
      <Stack>
        <Opens given={given} set={set} />
        <Life given={given} set={set} />
        <Fieldset legend={words.restrictions}>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {CONDITIONS.map((one) => (
              <TextInput
                key={one}
                label={words[one]}
                description={words[`${one}Hint`]}
                maxLength={LONGEST[one]}
                value={conditions[one]}
                onChange={({ currentTarget: { value } }) => set({ conditions: { ...conditions, [one]: value } })}
              />
            ))}
          </SimpleGrid>
        </Fieldset>
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {cancel}
          </Button>
          <Button type="submit" loading={busy} disabled={!ready}>
            {words.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
