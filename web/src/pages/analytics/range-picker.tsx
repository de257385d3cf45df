import { Button, Chip, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useLanguage, useMessages } from '../../language.tsx';
import { sayLife } from '../../ui/life-select.tsx';
import { analyticsWords } from './messages.ts';
import type { Metrics } from './metrics.ts';
import {
  fieldOf,
  INTERVALS,
  type IntervalName,
  intervalsFor,
  momentsOf,
  type Range,
  SPANS,
  type SpanName,
  type useRange,
} from './ranges.ts';

type Ways = ReturnType<typeof useRange>;

const fieldsOf = (range: Range) => {
  const { from, to } = momentsOf(range);
  return { from: fieldOf(Date.parse(from) / 1_000), to: fieldOf(Date.parse(to) / 1_000) };
};

/** A time of one's own. */
function Moments({ range, onChoose }: { range: Range; onChoose(from: string, to: string): void }) {
  const words = useMessages(analyticsWords);
  const [fields, setFields] = useState(() => fieldsOf(range));
  // One that was drawn in a chart stands here too.
  useEffect(() => setFields(fieldsOf(range)), [range]);
  const wrong = fields.from === '' || fields.to === '' || fields.from >= fields.to;
  const choose = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) onChoose(fields.from, fields.to);
  };
  const field = (name: 'from' | 'to') => (
    <TextInput
      type="datetime-local"
      step={1}
      label={words[name]}
      value={fields[name]}
      onChange={({ currentTarget: { value } }) => setFields((before) => ({ ...before, [name]: value }))}
    />
  );
  return (
    <form onSubmit={choose}>
      <Group align="flex-end" gap="sm">
        {field('from')}
        {field('to')}
        <Button type="submit" variant="default" disabled={wrong}>
          {words.show}
        </Button>
      </Group>
      {wrong && (
        <Text size="sm" role="alert" mt={4}>
          {words.wrongRange}
        </Text>
      )}
    </form>
  );
}

interface PickerProps {
  ways: Ways;
  metrics: Metrics | undefined;
}

/** Which time is looked at, and how closely. */
export function RangePicker({ ways, metrics }: PickerProps) {
  const words = useMessages(analyticsWords);
  const { language } = useLanguage();
  const { range, setSpan, setMoments, setInterval } = ways;
  const [own, setOwn] = useState(range.span === null);
  useEffect(() => setOwn(range.span === null), [range.span]);
  const automatic =
    metrics && range.interval === null ? words.chosen(sayLife(metrics.interval, language)) : words.automatic;
  const minute = (text: string) => text.slice(0, 16).replace('T', ' ');
  return (
    <Stack gap="sm" mb="md">
      <Chip.Group
        value={own ? 'own' : (range.span ?? 'own')}
        onChange={(chosen) => {
          setOwn(chosen === 'own');
          if (chosen !== 'own') setSpan(chosen as SpanName);
        }}
      >
        <Group gap="xs" role="radiogroup" aria-label={words.range}>
          {(Object.keys(SPANS) as SpanName[]).map((span) => (
            <Chip key={span} value={span} variant="outline">
              {words[span]}
            </Chip>
          ))}
          <Chip value="own" variant="outline">
            {words.own}
          </Chip>
        </Group>
      </Chip.Group>
      <Group align="flex-end" gap="md">
        {own && <Moments range={range} onChoose={setMoments} />}
        <Select
          label={words.interval}
          w={260}
          data={[
            { value: '', label: automatic },
            ...intervalsFor(range).map((name) => ({ value: name, label: sayLife(INTERVALS[name], language) })),
          ]}
          value={range.interval ?? ''}
          onChange={(chosen) => setInterval((chosen || null) as IntervalName | null)}
          allowDeselect={false}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {range.span === null ? words.fixed : words.following}
        {metrics && ` · ${words.shown(minute(metrics.from), minute(metrics.to))}`} · {words.drawHint}
      </Text>
    </Stack>
  );
}
