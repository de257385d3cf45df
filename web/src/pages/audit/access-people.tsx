import { Text } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { useMessages } from '../../language.tsx';
import { Empty } from '../../ui/empty.tsx';
import { usePageRows } from '../../ui/page-rows.ts';
import { Section } from '../../ui/section.tsx';
import { accessWords } from './access-messages.ts';
import { PersonRow } from './access-person.tsx';
import './audit.css';
import { type AccessFilters, isShown, type Person, SHOWN } from './report.ts';

interface Props {
  users: readonly Person[];
  filters: AccessFilters;
  /** Told the e-mail address or id of whose access was looked at. */
  onReview(user: string): void;
}

/** Everybody who had access; a thousand are a page like ten. */
export function People({ users, filters: { search, show }, onReview }: Props) {
  const words = useMessages(accessWords);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const wanted = String(search ?? '').toLowerCase();
  const people = useMemo(() => {
    const fits = SHOWN[isShown(show) ? show : 'everybody'];
    return users.filter((user) => fits(user) && `${user.email} ${user.permission}`.toLowerCase().includes(wanted));
  }, [users, show, wanted]);
  const { list, items, measure, place, total } = usePageRows<HTMLUListElement>({
    count: people.length,
    height: 92,
    key: (index) => people[index]!.id,
  });
  const toggle = useCallback(
    (id: string) =>
      setOpened((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id])),
    [],
  );
  return (
    <Section title={words.people}>
      <Text size="sm" c="dimmed" role="status">
        {words.summary(people.length, users.length)}
      </Text>
      {people.length === 0 ? (
        <Empty title={words.nobody} hint={words.nobodyHint} />
      ) : (
        <ul ref={list} className="entries" aria-label={words.list} style={{ height: total }}>
          {items.map((item) => (
            <li
              key={item.key}
              ref={measure}
              data-index={item.index}
              aria-posinset={item.index + 1}
              aria-setsize={people.length}
              style={place(item)}
            >
              <PersonRow
                person={people[item.index]!}
                opened={opened.has(String(item.key))}
                onToggle={toggle}
                onReview={onReview}
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
