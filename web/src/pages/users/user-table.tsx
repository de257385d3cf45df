import { Anchor, Checkbox, Code, Table, Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, useRef } from 'react';
import { useMessages } from '../../language.tsx';
import { useCan, useMe } from '../../session.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { useRowWindow } from '../../ui/row-window.ts';
import { Time } from '../../ui/time.tsx';
import { userWords } from './messages.ts';
import { opposite, type RowProps, type RowsProps, SORTS, type SortColumn } from './rows.ts';
import { UserMenu } from './user-menu.tsx';

interface Columns {
  /** There is room for all of them. */
  wide: boolean;
  /** The API tells this caller of tokens. */
  tokens: boolean;
}

/** Pixels: what is left is the address's. */
const WIDTHS = { permission: 140, createdAt: 175, lastSeenAt: 175, tokenKey: 105, openTokens: 90, status: 110 };

function SortHead({ column, sort, onSort }: { column: SortColumn } & Pick<RowsProps, 'sort' | 'onSort'>) {
  const words = useMessages(userWords);
  const by = sort.replace('-', '') === column;
  const descending = sort.startsWith('-');
  const Icon = by ? (descending ? IconArrowDown : IconArrowUp) : IconSelector;
  const name = column === 'permission' ? words.role : words[column];
  return (
    <Table.Th
      scope="col"
      w={column === 'email' ? undefined : WIDTHS[column]}
      aria-sort={by ? (descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton
        fz="inherit"
        fw="inherit"
        mih={24}
        aria-label={words.sortedBy(name)}
        onClick={() => onSort(by ? opposite(sort) : SORTS[column])}
      >
        {name} <Icon size={14} aria-hidden style={{ verticalAlign: 'text-bottom' }} />
      </UnstyledButton>
    </Table.Th>
  );
}

const Row = memo(function Row({
  user,
  index,
  selected,
  isSelf,
  measure,
  onSelect,
  onAct,
  wide,
  tokens,
}: RowProps & Columns) {
  const words = useMessages(userWords);
  const { id, email, name, permission, tokenKey, createdAt, lastSeenAt, openTokens, status } = user;
  return (
    <Table.Tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      <Table.Td>
        <Checkbox
          checked={selected}
          aria-label={words.select(email)}
          onChange={({ currentTarget }) => onSelect([user], currentTarget.checked)}
        />
      </Table.Td>
      <Table.Th scope="row" fw="normal">
        <Anchor component={Link} to={`/users/${id}`} className="breakable" preload={false}>
          {email}
        </Anchor>
        {isSelf && (
          <Text span size="sm" c="dimmed">
            {' '}
            ({words.you})
          </Text>
        )}
        {name && (
          <Text size="sm" c="dimmed" className="breakable">
            {name}
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        <RoleBadge role={permission} />
      </Table.Td>
      {wide && tokens && (
        <Table.Td>
          <Code>{tokenKey}</Code>
        </Table.Td>
      )}
      {wide && (
        <Table.Td>
          <Time at={createdAt} />
        </Table.Td>
      )}
      <Table.Td>
        <Time at={lastSeenAt} />
      </Table.Td>
      {tokens && <Table.Td ta="right">{openTokens}</Table.Td>}
      <Table.Td>{words[status]}</Table.Td>
      <Table.Td>
        <UserMenu user={user} onAct={onAct} />
      </Table.Td>
    </Table.Tr>
  );
});

const Heads = memo(function Heads(props: RowsProps & Columns) {
  const { rows, selected, onSelect, sort, onSort, wide, tokens } = props;
  const words = useMessages(userWords);
  const picked = rows.reduce((n, { id }) => n + (selected.has(id) ? 1 : 0), 0);
  const all = picked > 0 && picked === rows.length;
  return (
    <Table.Tr aria-rowindex={1}>
      <Table.Th scope="col" w={44}>
        <Checkbox
          checked={all}
          indeterminate={picked > 0 && !all}
          aria-label={words.selectAll}
          onChange={() => onSelect(rows, !all)}
        />
      </Table.Th>
      <SortHead column="email" sort={sort} onSort={onSort} />
      <SortHead column="permission" sort={sort} onSort={onSort} />
      {wide && tokens && (
        <Table.Th scope="col" w={WIDTHS.tokenKey}>
          {words.tokenKey}
        </Table.Th>
      )}
      {wide && <SortHead column="createdAt" sort={sort} onSort={onSort} />}
      <SortHead column="lastSeenAt" sort={sort} onSort={onSort} />
      {tokens && (
        <Table.Th scope="col" ta="right" w={WIDTHS.openTokens}>
          {words.openTokens}
        </Table.Th>
      )}
      <Table.Th scope="col" w={WIDTHS.status}>
        {words.status}
      </Table.Th>
      <Table.Th scope="col" w={90}>
        {words.actions}
      </Table.Th>
    </Table.Tr>
  );
});

/** Room for rows that are there and not in sight. */
const Gap = ({ height }: { height: number }) =>
  height > 0 && (
    <tr aria-hidden>
      <td colSpan={9} style={{ height, padding: 0 }} />
    </tr>
  );

/** Users as a table of which only what is in sight is built. */
export function UserTable(props: RowsProps) {
  const { rows, total, shown, selected, onSelect, onAct, onEnd, busy } = props;
  const words = useMessages(userWords);
  const me = useMe().user?.id;
  const wide = useMediaQuery('(min-width: 90em)', true, { getInitialValueInEffect: false });
  const tokens = useCan()('user:reset-tokens');
  const parent = useRef<HTMLElement>(null);
  const { items, measure, above, below } = useRowWindow({
    parent,
    rows,
    height: 57,
    shown,
    onEnd,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="user-list" ref={parent} tabIndex={0} aria-label={words.list} aria-busy={busy}>
      <Table aria-label={words.list} aria-rowcount={(total ?? rows.length) + 1} verticalSpacing="xs" layout="fixed">
        <Table.Thead>
          <Heads {...props} wide={wide} tokens={tokens} />
        </Table.Thead>
        <Table.Tbody>
          <Gap height={above} />
          {items.map(({ index, key }) => {
            const user = rows[index]!;
            return (
              <Row
                key={key}
                user={user}
                index={index}
                selected={selected.has(user.id)}
                isSelf={user.id === me}
                measure={measure}
                onSelect={onSelect}
                onAct={onAct}
                wide={wide}
                tokens={tokens}
              />
            );
          })}
          <Gap height={below} />
        </Table.Tbody>
      </Table>
    </section>
  );
}
