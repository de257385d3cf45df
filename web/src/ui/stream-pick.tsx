import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';
import { nameOf } from '../pages/streams/types.ts';
import { useRefusal } from '../session.tsx';

const NEEDS = 'stream:read';
const OFFERED = 20;

interface StreamPickProps {
  label: string;
  placeholder: string;
  /** The id of the stream that is chosen. */
  value: string | null;
  onChange(id: string | null): void;
}

/** One stream of the organisation, among the newest or by its exact name or id. */
export function StreamPick({ label, placeholder, value, onChange }: StreamPickProps) {
  const words = useMessages(common);
  const why = useRefusal()(NEEDS);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 200);
  const wanted = search === '' ? (value ?? '') : search;
  const read = (text: string) =>
    api.get('/stream', { params: { query: { quantity: OFFERED, ...(text !== '' && { search: text }) } } });
  const { data: newest = [] } = useQuery({
    queryKey: ['stream', 'found', ''],
    queryFn: () => read(''),
    enabled: why === null,
  });
  const { data: exact = [] } = useQuery({
    queryKey: ['stream', 'found', wanted],
    queryFn: () => read(wanted),
    enabled: why === null && wanted !== '',
    placeholderData: keepPreviousData,
  });
  const names = new Map([...exact, ...newest].map((stream) => [stream.id, nameOf(stream)]));
  // One that was deleted, or that cannot be looked up, is asked for by its id.
  if (value !== null && !names.has(value)) names.set(value, value);
  const found = new Set(exact.map(({ id }) => id));
  return (
    <Select
      label={label}
      placeholder={placeholder}
      {...(why !== null && { readOnly: true, description: why, 'data-denied': NEEDS })}
      searchable
      clearable
      openOnFocus={false}
      clearButtonProps={{ 'aria-label': `${words.clear}: ${label}` }}
      nothingFoundMessage={words.none}
      data={[...names].map(([id, name]) => ({ value: id, label: name }))}
      filter={({ options, search: text }) =>
        options.filter(
          (option) =>
            'value' in option &&
            (found.has(option.value) || option.label.toLowerCase().includes(text.trim().toLowerCase())),
        )
      }
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      onChange={onChange}
    />
  );
}
