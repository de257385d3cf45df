import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect } from 'react';

interface Options {
  /** What scrolls. */
  parent: RefObject<HTMLElement | null>;
  rows: readonly { id: string }[];
  /** A row's likely height in pixels; each is measured when it is shown. */
  height: number;
  /** Which list this is: another one begins at the top. */
  shown: string;
  /** Asked when the end of what is known comes into sight. */
  onEnd?: (() => void) | undefined;
}

/** Which rows of a long list are near what is in sight, and how much room those above and below them take. */
export function useRowWindow({ parent, rows, height, shown, onEnd }: Options) {
  const count = rows.length;
  // Another function would have all rows measured anew.
  const key = useCallback((index: number) => rows[index]!.id, [rows]);
  const virtual = useVirtualizer<HTMLElement, HTMLElement>({
    count,
    getScrollElement: () => parent.current,
    estimateSize: () => height,
    getItemKey: key,
    overscan: 5,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is the occasion
  useEffect(() => {
    parent.current?.scrollTo({ top: 0 });
  }, [shown, parent]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1);
  const atEnd = count > 0 && last !== undefined && last.index >= count - 20;
  useEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, onEnd]);
  return {
    items,
    measure: virtual.measureElement,
    above: items[0]?.start ?? 0,
    below: virtual.getTotalSize() - (last?.end ?? 0),
  };
}
