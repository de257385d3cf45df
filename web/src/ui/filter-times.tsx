import { Button, TextInput } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';

interface Props {
  words: Readonly<Record<'from' | 'to' | 'clear', string>>;
  filters: { readonly from?: string | undefined; readonly to?: string | undefined };
  set(name: 'from' | 'to'): (text: string) => void;
  /** Absent when nothing is narrowed. */
  onClear: (() => void) | undefined;
}

/** The last fields of a list's filters: from when, until when, and the way out of all of them. */
export function FilterTimes({ words, filters, set, onClear }: Props) {
  return (
    <>
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={name}
          type="datetime-local"
          label={words[name]}
          value={filters[name] ?? ''}
          onChange={({ currentTarget }) => set(name)(currentTarget.value)}
        />
      ))}
      {onClear && (
        <Button
          variant="default"
          style={{ alignSelf: 'end' }}
          leftSection={<IconFilterOff size={18} aria-hidden />}
          onClick={onClear}
        >
          {words.clear}
        </Button>
      )}
    </>
  );
}
