import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { useCallback } from 'react';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { useFilters, usePages } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { Empty } from '../../ui/empty.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useUserActions } from './actions.tsx';
import { BulkRole } from './bulk-role.tsx';
import { Invitations } from './invitations.tsx';
import { Invite } from './invite.tsx';
import { userWords } from './messages.ts';
import { RoleFilter } from './role-filter.tsx';
import { roleWords } from './role-messages.ts';
import { isSort, type RowsProps, type Sort, useSelection } from './rows.ts';
import { UserCards } from './user-cards.tsx';
import { UserTable } from './user-table.tsx';
import './users.css';

type Filters = Partial<Record<'role' | 'search' | 'sort', string>>;

const DEFAULT_SORT: Sort = 'email';
const PAGE = 100;

/** Users as the address filters and sorts them, page by page. */
function useUserPages({ role, search, sort: asked }: Filters) {
  const sort = isSort(asked) ? asked : DEFAULT_SORT;
  const pages = usePages(['user', 'list', { role, search, sort }], (cursor) => {
    const query = { quantity: PAGE, sort, ...(role && { role }), ...(search && { search }), ...(cursor && { cursor }) };
    return api.getPage('/user', { params: { query } });
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { ...pages, sort, onEnd };
}

function Selected({ selected, onClear }: { selected: RowsProps['selected']; onClear(): void }) {
  const words = useMessages(userWords);
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      {selected.size > 0 && (
        <Paper withBorder p="xs" component="section" aria-label={words.selection}>
          <Group gap="sm">
            <Text fw={500} role="status">
              {words.selected(selected.size)}
            </Text>
            <GuardedButton needs="user:edit" size="compact-sm" onClick={open}>
              {words.bulkRole}
            </GuardedButton>
            <Button size="compact-sm" variant="default" onClick={onClear}>
              {words.unselect}
            </Button>
          </Group>
        </Paper>
      )}
      <BulkRole users={[...selected.values()]} opened={opened} onClose={close} onFinished={onClear} />
    </>
  );
}

function Users() {
  const words = useMessages(userWords);
  const { users } = useMessages(common);
  const { invite } = useMessages(roleWords);
  const [filters, setFilters] = useFilters<Filters>();
  const { role, search } = filters;
  const pages = useUserPages(filters);
  const { selected, onSelect, clear } = useSelection();
  const { act, dialogs } = useUserActions();
  const [inviting, invitation] = useDisclosure();
  const narrow = useMediaQuery('(max-width: 72em)', false, { getInitialValueInEffect: false });
  const List = narrow ? UserCards : UserTable;
  return (
    <Stack>
      <PageTitle title={users} lead={words.lead}>
        <GuardedButton
          needs="user:invite"
          leftSection={<IconUserPlus size={18} aria-hidden />}
          onClick={invitation.open}
        >
          {invite}
        </GuardedButton>
      </PageTitle>
      <SearchField
        label={words.search}
        value={search}
        onSettled={(text) => setFilters({ search: text })}
        maxLength={254}
        maw={420}
      />
      <RoleFilter role={role} search={search} onRole={(chosen) => setFilters({ role: chosen })} />
      <Selected selected={selected} onClear={clear} />
      {pages.isPending && <Loading rows={8} />}
      {pages.isError && !pages.data && <PageFailed error={pages.error} />}
      {pages.data && pages.rows.length === 0 && (
        <Empty title={words.nobodyMatches} hint={words.nobodyMatchesHint}>
          <Button variant="default" onClick={() => setFilters({ role: undefined, search: undefined })}>
            {words.showAll}
          </Button>
        </Empty>
      )}
      {pages.rows.length > 0 && (
        <div>
          <Text size="sm" c="dimmed" role="status" mb="xs">
            {words.total(pages.total ?? pages.rows.length)}
          </Text>
          <List
            rows={pages.rows}
            total={pages.total}
            shown={`${role} ${search} ${pages.sort} ${pages.isPlaceholderData}`}
            sort={pages.sort}
            onSort={(sort) => setFilters({ sort: sort === DEFAULT_SORT ? undefined : sort })}
            selected={selected}
            onSelect={onSelect}
            onAct={act}
            onEnd={pages.onEnd}
            busy={pages.isPlaceholderData}
          />
        </div>
      )}
      <Invitations />
      <Invite opened={inviting} onClose={invitation.close} />
      {dialogs}
    </Stack>
  );
}

/** Who belongs to the organisation. */
export function UserList() {
  const { users } = useMessages(common);
  return (
    <GuardedPage needs="user:read" title={users}>
      <Users />
    </GuardedPage>
  );
}
