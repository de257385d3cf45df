import { Select, SimpleGrid } from '@mantine/core';
import { SEVERITY_NAMES } from '../../alerts.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { ALERTS, SEVERITIES } from '../../messages/alerts.ts';
import { FilterTimes } from '../../ui/filter-times.tsx';
import { StreamPick } from '../../ui/stream-pick.tsx';
import { alertWords } from './messages.ts';
import type { AlertFilters } from './rows.ts';

interface Props {
  filters: AlertFilters;
  onChange(change: AlertFilters): void;
}

const NONE = {
  severity: undefined,
  code: undefined,
  stream: undefined,
  from: undefined,
  to: undefined,
} as AlertFilters;

/** What the history is narrowed to, all of it in the address. */
export function AlertFilterFields({ filters, onChange }: Props) {
  const words = useMessages(alertWords);
  const { language } = useLanguage();
  const set = (name: keyof AlertFilters) => (text: string | null | undefined) =>
    onChange({ [name]: text || undefined } as AlertFilters);
  const clear = (label: string) => ({ 'aria-label': words.clearOne(label) });
  const clearAll = Object.values(filters).some(Boolean) ? () => onChange(NONE) : undefined;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 6 }} spacing="sm" mb="md" role="search" aria-label={words.filters}>
      <Select
        label={words.severity}
        placeholder={words.anySeverity}
        data={SEVERITY_NAMES.map((value) => ({ value, label: SEVERITIES[value][language] }))}
        clearable
        clearButtonProps={clear(words.severity)}
        value={filters.severity ?? null}
        onChange={set('severity')}
      />
      <Select
        label={words.kind}
        placeholder={words.anyKind}
        data={Object.entries(ALERTS).map(([value, { name }]) => ({ value, label: `${name[language]} (${value})` }))}
        searchable
        clearable
        clearButtonProps={clear(words.kind)}
        nothingFoundMessage={words.noMatch}
        value={filters.code ?? null}
        onChange={set('code')}
      />
      <StreamPick
        label={words.stream}
        placeholder={words.anyStream}
        value={filters.stream ?? null}
        onChange={set('stream')}
      />
      <FilterTimes words={words} filters={filters} set={set} onClear={clearAll} />
    </SimpleGrid>
  );
}
