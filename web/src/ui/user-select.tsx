import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, api } from '../api.ts';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';
import { useRefusal } from '../session.tsx';

export type ListedUser = Answer<'/user', 'get'>[number];

const NEEDS = 'user:read';
const OFFERED = 20;

interface UserSelectProps {
  label: string;
  placeholder?: string;
  /** The id of who is chosen. */
  value: string | null;
  required?: boolean;
  /** Where a dialog begins. */
  first?: boolean;
  onChange(id: string | null, user: ListedUser | null): void;
}

/** Somebody of the organisation, found by a part of the e-mail address or the name. */
export function UserSelect({ label, placeholder, value, required = false, first = false, onChange }: UserSelectProps) {
  const words = useMessages(common);
  const why = useRefusal()(NEEDS);
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 200);
  const { data: chosen } = useQuery({
    queryKey: ['user', value],
    queryFn: () => api.get('/user/{id}', { params: { path: { id: value! } } }),
    enabled: value !== null && why === null,
  });
  const wanted = search === chosen?.email ? '' : search.trim();
  const { data: found = [] } = useQuery({
    queryKey: ['user', 'found', wanted],
    queryFn: () => api.get('/user', { params: { query: { search: wanted, quantity: OFFERED, sort: 'email' } } }),
    enabled: why === null,
    placeholderData: keepPreviousData,
  });
  const known = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      label={label}
      placeholder={placeholder}
      {...(why !== null && { readOnly: true, description: why, 'data-denied': NEEDS })}
      required={required}
      searchable
      data-autofocus={first || undefined}
      openOnFocus={false}
      clearable={!required}
      clearButtonProps={{ 'aria-label': `${words.clear}: ${label}` }}
      nothingFoundMessage={words.none}
      data={known.map(({ id, email }) => ({ value: id, label: email }))}
      // The server has searched already.
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      value={value}
      onChange={(id) => onChange(id, known.find((user) => user.id === id) ?? null)}
    />
  );
}
