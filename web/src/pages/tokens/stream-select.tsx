import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { streamWords } from '../streams/messages.ts';
import { nameOf, type Stream } from '../streams/types.ts';
import { createPlayback } from './playback-messages.ts';

const OFFERED = 50;

const read = (search: string) =>
  api.get('/stream', { params: { query: { quantity: OFFERED, ...(search !== '' && { search }) } } });

interface StreamSelectProps {
  label: string;
  most: number;
  value: readonly Stream[];
  onChange(streams: Stream[]): void;
}

/** Streams, among the newest or by their exact id or name. */
export function StreamSelect({ label, most, value, onChange }: StreamSelectProps) {
  const words = useMessages(createPlayback);
  const { clear } = useMessages(common);
  const states = useMessages(streamWords);
  const labelOf = (stream: Stream) => [nameOf(stream), states[stream.state], ...stream.tags].join(' · ');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const { data: newest = [] } = useQuery({ queryKey: ['stream', 'found', ''], queryFn: () => read('') });
  const { data: exact = [] } = useQuery({
    queryKey: ['stream', 'found', search],
    queryFn: () => read(search),
    enabled: search !== '',
  });
  const known = new Map([...value, ...exact, ...newest].map((stream) => [stream.id, stream]));
  const found = new Set(exact.map(({ id }) => id));
  return (
    <MultiSelect
      label={label}
      description={words.pickHint}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `${clear}: ${label}` }}
      hidePickedOptions
      maxValues={most}
      nothingFoundMessage={words.nothing}
      data={[...known.values()].map((stream) => ({ value: stream.id, label: labelOf(stream) }))}
      filter={({ options, search: wanted }) =>
        options.filter(
          (option) =>
            'value' in option &&
            (found.has(String(option.value)) || option.label.toLowerCase().includes(wanted.trim().toLowerCase())),
        )
      }
      searchValue={typed}
      onSearchChange={setTyped}
      value={value.map(({ id }) => id)}
      onChange={(ids) => onChange(ids.flatMap((id) => known.get(id) ?? []))}
    />
  );
}
