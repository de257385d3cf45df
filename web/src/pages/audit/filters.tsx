import { Select, SimpleGrid } from '@mantine/core';
import { useLanguage, useMessages } from '../../language.tsx';
import { ACTIONS } from '../../messages/actions.ts';
import { FilterTimes } from '../../ui/filter-times.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { auditWords } from './messages.ts';
import type { AuditFilters } from './rows.ts';

interface Props {
  filters: AuditFilters;
  onChange(change: AuditFilters): void;
}

const NONE: AuditFilters = {
  actor: undefined,
  action: undefined,
  target: undefined,
  outcome: undefined,
  from: undefined,
  to: undefined,
} as AuditFilters;

/** What the log is narrowed to, all of it in the address. */
export function AuditFilterFields({ filters, onChange }: Props) {
  const words = useMessages(auditWords);
  const { language } = useLanguage();
  const known = Object.entries(ACTIONS).map(([value, title]) => ({ value, label: `${title[language]} (${value})` }));
  const actions = known.sort((a, b) => a.label.localeCompare(b.label, language));
  // One that these pages do not know can be asked for by the address.
  if (filters.action && !(filters.action in ACTIONS)) actions.unshift({ value: filters.action, label: filters.action });
  const set = (name: keyof AuditFilters) => (text: string | null | undefined) =>
    onChange({ [name]: text || undefined } as AuditFilters);
  const clear = (label: string) => ({ 'aria-label': words.clearOne(label) });
  const clearAll = Object.values(filters).some(Boolean) ? () => onChange(NONE) : undefined;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 6 }} spacing="sm" mb="md" role="search" aria-label={words.filters}>
      <SearchField
        label={words.actor}
        placeholder={words.actorHint}
        maxLength={254}
        value={filters.actor}
        onSettled={set('actor')}
      />
      <Select
        label={words.action}
        placeholder={words.anyAction}
        data={actions}
        searchable
        clearable
        clearButtonProps={clear(words.action)}
        nothingFoundMessage={words.noMatch}
        value={filters.action ?? null}
        onChange={set('action')}
      />
      <SearchField
        label={words.target}
        placeholder={words.targetHint}
        maxLength={64}
        value={filters.target}
        onSettled={set('target')}
      />
      <Select
        label={words.outcome}
        placeholder={words.anyOutcome}
        data={[
          { value: 'allowed', label: words.allowed },
          { value: 'refused', label: words.refused },
        ]}
        clearable
        clearButtonProps={clear(words.outcome)}
        value={filters.outcome ?? null}
        onChange={set('outcome')}
      />
      <FilterTimes words={words} filters={filters} set={set} onClear={clearAll} />
    </SimpleGrid>
  );
}
