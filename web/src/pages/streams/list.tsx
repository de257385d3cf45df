import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useMessages } from '../../language.tsx';
import { useFilters } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { Empty } from '../../ui/empty.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { CreateStream } from './create.tsx';
import { Filters } from './filters.tsx';
import { streamWords } from './messages.ts';
import { type StreamFilter, sightOf, useStreamPages } from './pages.ts';
import { StreamTable } from './table.tsx';
import { STATES } from './types.ts';

type Address = { state?: string; tags?: string; search?: string };

const stateIn = (text: unknown): StreamFilter['state'] => STATES.find((state) => state === text) ?? 'all';
/** A tag may have a comma in its name. */
const tagsIn = (text: string): string[] => text.split(',').filter(Boolean).map(decoded);
const tagsTo = (tags: readonly string[]): string => tags.map(encodeURIComponent).join(',');

/** The address is anybody's to write. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function useStreamFilter(): [StreamFilter, (change: Partial<StreamFilter>) => void] {
  const [{ state, tags = '', search = '' }, set] = useFilters<Address>();
  const filter = useMemo(
    () => ({ state: stateIn(state), tags: tagsIn(String(tags)), search: String(search) }),
    [state, tags, search],
  );
  const change = ({ state, tags, search }: Partial<StreamFilter>) =>
    set({
      ...(state !== undefined && { state: state === 'all' ? '' : state }),
      ...(tags !== undefined && { tags: tagsTo(tags) }),
      ...(search !== undefined && { search }),
    });
  return [filter, change];
}

/** What stands instead of a list without rows. */
function Nothing({ filter, onClear, onCreate }: { filter: StreamFilter; onClear(): void; onCreate(): void }) {
  const words = useMessages(streamWords);
  if (filter.search === '' && filter.tags.length === 0 && filter.state === 'all')
    return (
      <Empty title={words.emptyTitle} hint={words.emptyHint}>
        <GuardedButton needs="stream:create" mt="sm" onClick={onCreate}>
          {words.createFirst}
        </GuardedButton>
      </Empty>
    );
  return (
    <Empty title={words.nothingTitle} hint={filter.search === '' ? words.nothingHint : words.unknownHint}>
      <Button variant="default" mt="sm" onClick={onClear}>
        {words.clear}
      </Button>
    </Empty>
  );
}

export function StreamList() {
  const words = useMessages(streamWords);
  const { streams } = useMessages(common);
  const [filter, setFilter] = useStreamFilter();
  const [creating, { open, close }] = useDisclosure();
  const [sight, setSight] = useState({ first: 0, last: 0 });
  const { rows, total, coming, isPending, error } = useStreamPages(filter, sight);
  const onSight = useCallback((first: number, last: number) => setSight((before) => sightOf(before, first, last)), []);
  const count = total ?? rows.length;
  return (
    <>
      <PageTitle title={streams} lead={words.lead}>
        <GuardedButton needs="stream:create" leftSection={<IconPlus size={18} aria-hidden />} onClick={open}>
          {words.create}
        </GuardedButton>
      </PageTitle>
      <Filters filter={filter} onChange={setFilter} />
      <Text role="status" size="sm" c="dimmed" mb="xs">
        {isPending || error ? '' : words.found(count)}
      </Text>
      {error && <PageFailed error={error} />}
      {isPending && <Loading rows={8} />}
      {!isPending && !error && rows.length === 0 && (
        <Nothing filter={filter} onClear={() => setFilter({ state: 'all', tags: [], search: '' })} onCreate={open} />
      )}
      {rows.length > 0 && <StreamTable rows={rows} total={count} coming={coming} onSight={onSight} />}
      <CreateStream opened={creating} onClose={close} />
    </>
  );
}
