import { Alert, Button, Group, Text } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { sayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useFilters } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { Empty } from '../../ui/empty.tsx';
import { ExportButton } from '../../ui/export-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { usePageRows } from '../../ui/page-rows.ts';
import { PageTitle } from '../../ui/page-title.tsx';
import './audit.css';
import { Entry } from './entry.tsx';
import { AuditFilterFields } from './filters.tsx';
import { auditWords } from './messages.ts';
import { type AuditFilters, csvOf, readFilters, useAuditRows } from './rows.ts';

export function AuditLog() {
  const { audit } = useMessages(common);
  return (
    <GuardedPage needs="audit:read" title={audit}>
      <Log title={audit} />
    </GuardedPage>
  );
}

function Log({ title }: { title: string }) {
  const words = useMessages(auditWords);
  const [search, setFilters] = useFilters<AuditFilters>();
  const filters = readFilters(search);
  return (
    <>
      <PageTitle title={title} lead={words.lead}>
        <ExportButton href={csvOf(filters)} />
      </PageTitle>
      <AuditFilterFields filters={filters} onChange={setFilters} />
      {/* Other filters, another list: it begins at its top. */}
      <Entries key={JSON.stringify(filters)} filters={filters} onFilter={setFilters} />
    </>
  );
}

interface EntriesProps {
  filters: AuditFilters;
  onFilter(change: AuditFilters): void;
}

function Entries({ filters, onFilter }: EntriesProps) {
  const words = useMessages(auditWords);
  const { unreachable } = useMessages(common);
  const { rows, fresh, showFresh, more, hasMore, known, error } = useAuditRows(filters);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (id: string) =>
      setOpened((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id])),
    [],
  );
  const { list, items, measure, place, total } = usePageRows<HTMLOListElement>({
    count: rows.length,
    height: 84,
    key: (index) => rows[index]!.id,
    onEnd: more,
  });
  if (error && !known) return <Alert color="red">{sayWhy(error, unreachable)}</Alert>;
  if (!known) return <Loading rows={10} />;
  if (rows.length === 0) return <Empty title={words.empty} hint={words.emptyHint} />;
  return (
    <>
      {fresh > 0 && (
        <div className="fresh-entries">
          <Button
            size="xs"
            leftSection={<IconArrowUp size={16} aria-hidden />}
            onClick={() => {
              showFresh();
              window.scrollTo({ top: 0 });
            }}
          >
            {words.fresh(fresh)}
          </Button>
        </div>
      )}
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed" role="status">
          {words.shown(rows.length, hasMore)}
        </Text>
      </Group>
      <ol ref={list} className="entries" aria-label={words.list} style={{ height: total }}>
        {items.map((item) => (
          <li
            key={item.key}
            ref={measure}
            data-index={item.index}
            aria-posinset={item.index + 1}
            aria-setsize={hasMore ? -1 : rows.length}
            style={place(item)}
          >
            <Entry
              row={rows[item.index]!}
              opened={opened.has(String(item.key))}
              onToggle={toggle}
              onFilter={onFilter}
            />
          </li>
        ))}
      </ol>
    </>
  );
}
