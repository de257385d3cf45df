import { Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import type { Window } from './expected.tsx';
import { expectedWords } from './messages-expected.ts';

export const NEEDS = 'alerts:configure';
const MOST = 100;

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
type Zone = 'utc' | 'local';

/** What a date-time field holds, as a moment in UTC; null when it holds none. */
function momentOf(text: string, zone: Zone): string | null {
  const at = new Date(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The same moment as the field holds it in another zone. */
function inZone(text: string, before: Zone, after: Zone): string {
  const moment = momentOf(text, before);
  if (moment === null) return '';
  const at = new Date(moment);
  const shift = after === 'utc' ? 0 : at.getTimezoneOffset() * 60_000;
  return new Date(at.getTime() - shift).toISOString().slice(0, 16);
}

interface Props {
  windows: readonly Window[];
  busy: boolean;
  onAdd(window: Window, onTaken: () => void): void;
}

function useProblem(windows: readonly Window[]): (from: string | null, to: string | null) => string | null {
  const words = useMessages(expectedWords);
  return (from, to) => {
    if (from === null || to === null) return words.missing;
    if (from >= to) return words.backwards;
    if (Date.parse(to) <= Date.now()) return words.over;
    return windows.some((window) => window.from < to && from < window.to) ? words.overlaps : null;
  };
}

/** Another time at which the stream is expected; said in UTC or as the reader's own clock does. */
export function ExpectedForm({ windows, busy, onAdd }: Props) {
  const words = useMessages(expectedWords);
  const isDisabled = !useCan()(NEEDS);
  const problemOf = useProblem(windows);
  const [zone, setZone] = useState<Zone>('utc');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const zoneName = zone === 'utc' ? words.utc : ZONE;
  const label = useId();
  const empty = () => {
    setFrom('');
    setTo('');
  };
  const turn = (next: Zone) => {
    setZone(next);
    setFrom(inZone(from, zone, next));
    setTo(inZone(to, zone, next));
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const asked = [momentOf(from, zone), momentOf(to, zone)] as const;
        const found = problemOf(...asked);
        setWrong(found);
        if (found === null) onAdd({ from: asked[0]!, to: asked[1]! }, empty);
      }}
    >
      <Stack gap="sm">
        {ZONE !== 'UTC' && (
          <Group gap="xs">
            <Text size="sm" id={label}>
              {words.zone}
            </Text>
            <SegmentedControl
              aria-labelledby={label}
              size="xs"
              disabled={isDisabled}
              data={[
                { value: 'utc', label: words.utc },
                { value: 'local', label: ZONE },
              ]}
              value={zone}
              onChange={(next) => turn(next as Zone)}
            />
          </Group>
        )}
        <Group align="flex-start" gap="sm">
          <TextInput
            type="datetime-local"
            label={words.fromIn(zoneName)}
            value={from}
            disabled={isDisabled}
            onChange={({ currentTarget }) => setFrom(currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label={words.toIn(zoneName)}
            value={to}
            error={wrong}
            disabled={isDisabled}
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
          />
        </Group>
        <Group>
          <GuardedButton
            needs={NEEDS}
            unless={windows.length < MOST ? null : words.most(MOST)}
            type="submit"
            variant="default"
            loading={busy}
          >
            {words.add}
          </GuardedButton>
        </Group>
      </Stack>
    </form>
  );
}
