import { Anchor, Badge, Group, Text, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown, IconChevronRight, IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, useId } from 'react';
import { useMessages } from '../../language.tsx';
import { Time } from '../../ui/time.tsx';
import './audit.css';
import { EntryDetails } from './details.tsx';
import { useEntryWords } from './entry-words.ts';
import { auditWords } from './messages.ts';
import type { AuditFilters, AuditRow } from './rows.ts';

interface Props {
  row: AuditRow;
  opened: boolean;
  onToggle(id: string): void;
  onFilter(change: AuditFilters): void;
}

/** Where what an entry is about can be looked at. */
function pageOf({ target: { type, id }, action }: AuditRow): string | null {
  if (id === null || action === 'deleteUser' || action === 'deleteStream') return null;
  if (type === 'user') return `/users/${id}`;
  if (type === 'stream') return `/streams/${id}`;
  if (type === 'role') return '/roles';
  if (type === 'alert') return '/alerts/history';
  if (type === 'alert-receivers') return '/alerts/receivers';
  if (type === 'guardian-rule') return '/guardian';
  return type === 'organisation' ? '/organisation' : null;
}

/** Who did what, when, and how it went. */
export const Entry = memo(function Entry({ row, opened, onToggle, onFilter }: Props) {
  const words = useMessages(auditWords);
  const { who, what, about, summary, why } = useEntryWords()(row);
  const details = useId();
  const isRefused = row.outcome === 'refused';
  const page = pageOf(row);
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <div className="entry" data-outcome={row.outcome}>
      <div className="entry-head">
        <Text size="sm" c="dimmed" span>
          <Time at={row.at} />
        </Text>
        <div className="entry-what">
          <Text className="breakable">
            <Text span fw={600}>
              {who}
            </Text>
            {' — '}
            {what}
            {' — '}
            {page ? (
              <Anchor component={Link} to={page as never} underline="always">
                {about}
              </Anchor>
            ) : (
              about
            )}
          </Text>
          {summary && (
            <Text size="sm" c="dimmed" className="breakable">
              {summary}
            </Text>
          )}
          {why && (
            <Text size="sm" className="breakable">
              {why}
            </Text>
          )}
        </div>
        <Group gap="xs" className="entry-outcome">
          <Badge
            variant={isRefused ? 'filled' : 'light'}
            color={isRefused ? 'red' : 'gray'}
            tt="none"
            leftSection={isRefused ? <IconLock size={12} aria-hidden /> : <IconCheck size={12} aria-hidden />}
          >
            {words[row.outcome]}
          </Badge>
          {row.count > 1 && (
            <Text size="sm" fw={600}>
              {words.times(row.count)}
            </Text>
          )}
          <UnstyledButton
            className="entry-toggle"
            aria-expanded={opened}
            aria-controls={opened ? details : undefined}
            aria-label={words.detailsOf(`${who}, ${what}`)}
            onClick={() => onToggle(row.id)}
          >
            <Chevron size={18} aria-hidden /> {words.details}
          </UnstyledButton>
        </Group>
      </div>
      {opened && (
        <div id={details}>
          <EntryDetails row={row} onFilter={onFilter} />
        </div>
      )}
    </div>
  );
});
