import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useState } from 'react';

interface Options {
  count: number;
  /** A row's likely height in pixels; each is measured when it is shown. */
  height: number;
  key: (index: number) => string;
  /** Asked when the end of what is known comes into sight. */
  onEnd?: (() => void) | undefined;
}

/** Which rows of a long list are near what is in sight, where the page itself scrolls. */
export function usePageRows<List extends HTMLElement>({ count, height, key, onEnd }: Options) {
  const [list, setList] = useState<List | null>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // What stands above the list may grow or go at any time, and the page with it.
  useLayoutEffect(() => {
    if (!list) return;
    const measure = () => setScrollMargin(Math.round(list.getBoundingClientRect().top + window.scrollY));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [list]);
  const virtual = useWindowVirtualizer<HTMLElement>({
    count,
    estimateSize: () => height,
    getItemKey: key,
    overscan: 6,
    scrollMargin,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const atEnd = count > 0 && last >= count - 15;
  useEffect(() => {
    if (atEnd) onEnd?.();
  }, [atEnd, onEnd]);
  return {
    /** The list's ref. */
    list: setList,
    items,
    measure: virtual.measureElement,
    /** Where a row stands within the list, in pixels from its top. */
    place: ({ start }: { start: number }) => ({ transform: `translateY(${start - scrollMargin}px)` }),
    total: virtual.getTotalSize(),
  };
}
