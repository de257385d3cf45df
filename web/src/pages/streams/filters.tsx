import { Chip, CloseButton, Group, MultiSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { streamWords } from './messages.ts';
import type { StreamFilter } from './pages.ts';
import { STATES } from './types.ts';

/** The API takes no more at once. */
const MOST_TAGS = 10;
const TYPING_MS = 300;

interface Props {
  filter: StreamFilter;
  onChange(change: Partial<StreamFilter>): void;
}

function StateChips({ filter, onChange }: Props) {
  const words = useMessages(streamWords);
  const { language } = useLanguage();
  const { tags, state } = filter;
  const { data } = useQuery({
    queryKey: ['stream', 'count', tags],
    queryFn: () => api.get('/stream/count', { params: { query: { tags } } }),
    placeholderData: (before) => before,
  });
  return (
    <Chip.Group value={state} onChange={(chosen) => onChange({ state: chosen as StreamFilter['state'], search: '' })}>
      <Group gap="xs" role="radiogroup" aria-label={words.state}>
        {(['all', ...STATES] as const).map((one) => (
          <Chip key={one} value={one} variant="outline">
            {words[one]} {data && <span>{data[one].toLocaleString(language)}</span>}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function TagFilter({ filter, onChange }: Props) {
  const words = useMessages(streamWords);
  const can = useCan()('tag:read');
  const { data = [] } = useQuery({ queryKey: ['tag'], queryFn: () => api.get('/tag'), enabled: can });
  const names = [...new Set([...filter.tags, ...data.map(({ name }) => name)])];
  return (
    <MultiSelect
      label={words.withTags}
      placeholder={filter.tags.length === 0 ? words.chooseTags : ''}
      data={names}
      value={filter.tags}
      onChange={(tags) => onChange({ tags, search: '' })}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': words.clearTags }}
      nothingFoundMessage={words.noTags}
      limit={100}
      maxValues={MOST_TAGS}
      miw={0}
      w={320}
      maw="100%"
    />
  );
}

/** Looks as soon as somebody pauses typing. */
function Search({ filter: { search }, onChange }: Props) {
  const words = useMessages(streamWords);
  const [text, setText] = useState(search);
  const asked = useRef(search);
  // The address changes on its own too: back, forward, a filter that is taken away. What is being typed stays.
  useEffect(() => {
    if (search === asked.current) return;
    asked.current = search;
    setText(search);
  }, [search]);
  const look = (typed: string) => {
    asked.current = typed.trim();
    onChange({ search: asked.current, ...(asked.current && { state: 'all', tags: [] }) });
  };
  const soon = useDebouncedCallback(look, TYPING_MS);
  const type = (typed: string) => {
    setText(typed);
    soon(typed);
  };
  return (
    <TextInput
      label={words.search}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={text && <CloseButton size="sm" aria-label={words.clearSearch} onClick={() => type('')} />}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      spellCheck={false}
      autoComplete="off"
      maxLength={256}
      w={320}
      maw="100%"
    />
  );
}

export const Filters = (props: Props) => (
  <>
    <StateChips {...props} />
    <Group align="flex-end" gap="md" my="md">
      <TagFilter {...props} />
      <Search {...props} />
    </Group>
  </>
);
