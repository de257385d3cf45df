import { useCallback, useState } from 'react';
import type { User, UserAction } from './user.ts';

/** What a list of users is given, be it a table or cards. */
export interface RowsProps {
  rows: readonly User[];
  /** How many match, loaded or not. */
  total: number | null;
  /** Which filter and order these are of: the next begin at the top. */
  shown: string;
  sort: string;
  onSort(sort: string): void;
  selected: ReadonlyMap<string, User>;
  onSelect(users: readonly User[], on: boolean): void;
  onAct(user: User, action: UserAction): void;
  /** Asked for more when the end comes into sight. */
  onEnd?: (() => void) | undefined;
  busy: boolean;
}

export interface RowProps extends Pick<RowsProps, 'onSelect' | 'onAct'> {
  user: User;
  index: number;
  selected: boolean;
  isSelf: boolean;
  measure(element: HTMLElement | null): void;
}

/** Who is selected, whatever the filters show at the moment. */
export function useSelection() {
  const [selected, setSelected] = useState<ReadonlyMap<string, User>>(new Map());
  const onSelect = useCallback((users: readonly User[], on: boolean) => {
    setSelected((before) => {
      const after = new Map(before);
      for (const user of users) {
        if (on) after.set(user.id, user);
        else after.delete(user.id);
      }
      return after;
    });
  }, []);
  const clear = useCallback(() => setSelected(new Map()), []);
  return { selected, onSelect, clear };
}

/** The columns that can be sorted by, and which way first. */
export const SORTS = {
  email: 'email',
  permission: 'permission',
  createdAt: '-createdAt',
  lastSeenAt: '-lastSeenAt',
} as const;

export type SortColumn = keyof typeof SORTS;
export type Sort = SortColumn | `-${SortColumn}`;

export const isSort = (text: string | undefined): text is Sort => text !== undefined && text.replace(/^-/, '') in SORTS;

export const opposite = (sort: string): string => (sort.startsWith('-') ? sort.slice(1) : `-${sort}`);
