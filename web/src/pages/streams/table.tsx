import { Table } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { useMessages } from '../../language.tsx';
import { streamWords } from './messages.ts';
import { CARD, ROW, StreamCard, StreamRow } from './rows.tsx';
import type { Stream } from './types.ts';

/** Below it the columns would not fit beside the navigation. */
const WIDE = '(min-width: 62em)';
/** Pixels of the page's head, which stays in sight. */
const HEAD = 56;

interface Props {
  rows: readonly Stream[];
  /** How many there are, read or not. */
  total: number;
  /** Placeholders behind the rows. */
  coming: number;
  onSight(first: number, last: number): void;
}

/** As many rows as fit, whatever their number. */
export function StreamTable({ rows, total, coming, onSight }: Props) {
  const words = useMessages(streamWords);
  const wide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  // What stands above the list changes its height with the width of the page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again whenever the layout is another
  useLayoutEffect(() => {
    const measure = () => setTop((box.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [wide]);
  const size = wide ? ROW : CARD;
  const virtual = useWindowVirtualizer({
    count: rows.length + coming,
    estimateSize: () => size,
    overscan: 6,
    useFlushSync: false,
    scrollMargin: top,
    onChange: ({ range }) => range && onSight(range.startIndex, range.endIndex),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other heights
  useLayoutEffect(() => virtual.measure(), [wide]);
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const behind = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  if (!wide)
    return (
      <div ref={box}>
        <ul
          aria-label={words.list}
          style={{ listStyle: 'none', margin: 0, padding: 0, paddingTop: before, paddingBottom: behind }}
        >
          {items.map(({ index }) => (
            <StreamCard key={rows[index]?.id ?? index} stream={rows[index]} at={index} total={total} />
          ))}
        </ul>
      </div>
    );
  return (
    <div ref={box}>
      <Table
        layout="fixed"
        stickyHeader
        stickyHeaderOffset={HEAD}
        highlightOnHover
        tabularNums
        aria-label={words.list}
        aria-rowcount={total + 1}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.name}</Table.Th>
            <Table.Th scope="col" w={130}>
              {words.state}
            </Table.Th>
            <Table.Th scope="col">{words.tags}</Table.Th>
            <Table.Th scope="col" w={180}>
              {words.createdAt}
            </Table.Th>
            <Table.Th scope="col" w={180}>
              {words.updatedAt}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map(({ index }) => (
            <StreamRow key={rows[index]?.id ?? index} stream={rows[index]} at={index} />
          ))}
          {behind > 0 && <tr aria-hidden style={{ height: behind }} />}
        </Table.Tbody>
      </Table>
    </div>
  );
}
