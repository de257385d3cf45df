import { Anchor, Badge, Box, Checkbox, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, useRef } from 'react';
import { useMessages } from '../../language.tsx';
import { useMe } from '../../session.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { useRowWindow } from '../../ui/row-window.ts';
import { Time } from '../../ui/time.tsx';
import { userWords } from './messages.ts';
import { type RowProps, type RowsProps, SORTS, type SortColumn } from './rows.ts';
import { UserMenu } from './user-menu.tsx';

const Card = memo(function Card({ user, index, selected, isSelf, measure, onSelect, onAct }: RowProps) {
  const words = useMessages(userWords);
  const { id, email, name, permission, lastSeenAt, openTokens, status } = user;
  return (
    <Box component="li" ref={measure} data-index={index} pb="xs">
      <Paper withBorder p="sm">
        <Group wrap="nowrap" align="flex-start" gap="sm">
          <Checkbox
            mt={4}
            checked={selected}
            aria-label={words.select(email)}
            onChange={({ currentTarget }) => onSelect([user], currentTarget.checked)}
          />
          <Stack gap={4} flex={1} miw={0}>
            <Anchor component={Link} to={`/users/${id}`} className="breakable" preload={false}>
              {email}
            </Anchor>
            {(name || isSelf) && (
              <Text size="sm" c="dimmed" className="breakable">
                {[name, isSelf && `(${words.you})`].filter(Boolean).join(' ')}
              </Text>
            )}
            <Group gap="xs">
              <RoleBadge role={permission} />
              {status !== 'active' && (
                <Badge variant="outline" color="gray" tt="none">
                  {words[status]}
                </Badge>
              )}
            </Group>
            <Text size="sm" component="div">
              {words.lastSeenAt}: <Time at={lastSeenAt} />
            </Text>
            {openTokens !== undefined && (
              <Text size="sm">
                {words.openTokens}: {openTokens}
              </Text>
            )}
          </Stack>
          <UserMenu user={user} onAct={onAct} />
        </Group>
      </Paper>
    </Box>
  );
});

function SortSelect({ sort, onSort }: Pick<RowsProps, 'sort' | 'onSort'>) {
  const words = useMessages(userWords);
  const name = (column: SortColumn) => (column === 'permission' ? words.role : words[column]);
  const data = (Object.keys(SORTS) as SortColumn[]).flatMap((column) => [
    { value: column, label: `${name(column)}, ${words.ascending}` },
    { value: `-${column}`, label: `${name(column)}, ${words.descending}` },
  ]);
  return (
    <NativeSelect
      label={words.sortBy}
      data={data}
      value={sort}
      onChange={({ currentTarget }) => onSort(currentTarget.value)}
      mb="sm"
    />
  );
}

/** Users as cards, for where a table finds no room. */
export function UserCards({ rows, shown, sort, onSort, selected, onSelect, onAct, onEnd, busy }: RowsProps) {
  const words = useMessages(userWords);
  const me = useMe().user?.id;
  const parent = useRef<HTMLElement>(null);
  const { items, measure, above, below } = useRowWindow({
    parent,
    rows,
    height: 150,
    shown,
    onEnd,
  });
  return (
    <>
      <SortSelect sort={sort} onSort={onSort} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className="user-list" ref={parent} tabIndex={0} aria-label={words.list} aria-busy={busy}>
        <ul aria-label={words.list} style={{ paddingBlock: `${above}px ${below}px` }}>
          {items.map(({ index, key }) => {
            const user = rows[index]!;
            return (
              <Card
                key={key}
                user={user}
                index={index}
                selected={selected.has(user.id)}
                isSelf={user.id === me}
                measure={measure}
                onSelect={onSelect}
                onAct={onAct}
              />
            );
          })}
        </ul>
      </section>
    </>
  );
}
