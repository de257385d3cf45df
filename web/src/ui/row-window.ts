import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect } from 'react';

interface Options {
  /** What scrolls. */
  parent: RefObject<HTMLElement | null>;
  count: number;
  /** A row's likely height in pixels; each is measured when it is shown. */
  height: number;
  key: (index: number) => string;
  /** Which list this is: another one begins at the top. */
  shown: string;
  /** Asked when the end of what is known comes into sight. */
  onEnd?: (() => void) | undefined;
}

/** Which rows of a long list are near what is in sight, and how much room those above and below them take. */
export function useRowWindow({ parent, count, height, key, shown, onEnd }: Options) {
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
