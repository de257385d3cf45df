import { Button, Group, Switch, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useCapabilityGroups } from '../../capabilities.ts';
import { useMessages } from '../../language.tsx';
import { useFilters } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { Empty } from '../../ui/empty.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import './matrix.css';
import { MatrixTable } from './matrix-table.tsx';
import { matrix } from './messages.ts';
import { useEndpoints, useRoles } from './roles.ts';

type Filters = { search?: string; endpoints?: string };

export function Permissions() {
  const { permissions } = useMessages(common);
  return (
    <GuardedPage needs="role:read" title={permissions}>
      <Matrix title={permissions} />
    </GuardedPage>
  );
}

function Matrix({ title }: { title: string }) {
  const words = useMessages(matrix);
  const [filters, setFilters] = useFilters<Filters>();
  const { data: roles, error } = useRoles();
  const endpoints = useEndpoints();
  const groups = useCapabilityGroups(roles?.flatMap(({ capabilities }) => capabilities) ?? []);
  if (error && !roles) throw error;

  const search = String(filters.search ?? '');
  const wanted = search.toLowerCase();
  const withEndpoints = filters.endpoints !== 'no';
  const shown = groups
    .map(({ rows, ...group }) => ({
      ...group,
      rows: rows.filter(({ id, title, sentence }) =>
        [id, title, sentence, group.title, ...(withEndpoints ? (endpoints?.get(id) ?? []) : [])].some((text) =>
          text.toLowerCase().includes(wanted),
        ),
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
  const count = shown.reduce((sum, { rows }) => sum + rows.length, 0);

  return (
    <div className="matrix-page">
      <PageTitle title={title} lead={words.lead}>
        <Button
          variant="default"
          leftSection={<IconPrinter size={18} aria-hidden />}
          disabled={!roles}
          onClick={() => window.print()}
        >
          {words.print}
        </Button>
      </PageTitle>
      <Group mb="md" align="flex-end" className="no-print">
        <SearchField
          label={words.search}
          placeholder={words.searchHint}
          value={search}
          onSettled={(text) => setFilters({ search: text })}
          flex="1 1 16rem"
          maw={420}
        />
        {endpoints && (
          <Switch
            label={words.endpoints}
            checked={withEndpoints}
            onChange={({ currentTarget }) => setFilters({ endpoints: currentTarget.checked ? undefined : 'no' })}
            pb={8}
          />
        )}
      </Group>
      {!roles ? (
        <Loading rows={12} />
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="xs" role="status">
            {words.shown(count)}
          </Text>
          {count === 0 ? (
            <Empty title={words.nothing} hint={words.nothingHint}>
              <Button variant="default" onClick={() => setFilters({ search: undefined })}>
                {words.clear}
              </Button>
            </Empty>
          ) : (
            <MatrixTable roles={roles} groups={shown} endpoints={withEndpoints ? endpoints : null} />
          )}
        </>
      )}
    </div>
  );
}
