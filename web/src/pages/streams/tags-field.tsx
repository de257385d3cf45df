import { TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { streamWords } from './messages.ts';

interface Props {
  value: string[];
  disabled?: boolean;
  onChange(tags: string[]): void;
}

/** Tags of a stream: known ones are offered, new ones are typed. */
export function TagsField({ value, disabled = false, onChange }: Props) {
  const words = useMessages(streamWords);
  const enabled = useCan()('tag:read');
  const [offering, setOffering] = useState(false);
  const { data = [] } = useQuery({ queryKey: ['tag'], queryFn: () => api.get('/tag'), enabled });
  return (
    <TagsInput
      label={words.tags}
      description={disabled ? undefined : words.newTags}
      data={data.map(({ name }) => name)}
      limit={100}
      value={value}
      // Names differ by small and capital letters, and may have commas in them.
      isDuplicate={(tag, tags) => tags.includes(tag)}
      splitChars={[]}
      maxTags={100}
      maxLength={100}
      readOnly={disabled}
      // What is offered covers what stands below it: it goes as soon as a tag is there.
      dropdownOpened={offering}
      onDropdownOpen={() => setOffering(true)}
      onDropdownClose={() => setOffering(false)}
      onChange={(tags) => {
        setOffering(false);
        onChange(tags);
      }}
    />
  );
}
