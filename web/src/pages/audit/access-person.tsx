import { Anchor, Badge, Button, Group, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconChevronDown, IconChevronRight, IconMoonStars } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, useId } from 'react';
import { useMessages } from '../../language.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { PersonDetails } from './access-details.tsx';
import { accessWords } from './access-messages.ts';
import { isIdle, type Person } from './report.ts';

interface Props {
  person: Person;
  opened: boolean;
  onToggle(id: string): void;
  onReview(user: string): void;
}

/** One person's access at a glance. */
export const PersonRow = memo(function PersonRow({ person, opened, onToggle, onReview }: Props) {
  const words = useMessages(accessWords);
  const details = useId();
  const { id, email, permission, capabilities, unused, lastUsedAt, tokens, smaller } = person;
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <div className="entry">
      <div className="person-head">
        <Stack gap={4} miw={0} align="flex-start">
          <Anchor component={Link} to={`/users/${id}` as never} className="breakable" fw={600}>
            {email}
          </Anchor>
          <RoleBadge role={permission} />
        </Stack>
        <Stack gap={2} miw={0}>
          <Text size="sm">
            {words.lastUsed}: <Time at={lastUsedAt} />
          </Text>
          {isIdle(person) ? (
            <Badge variant="default" tt="none" leftSection={<IconMoonStars size={12} aria-hidden />}>
              {words.idle}
            </Badge>
          ) : (
            <Text size="sm">
              {unused.length === 0 ? words.allUsed : words.unused(unused.length, capabilities.length)}
            </Text>
          )}
          {smaller !== null && (
            <Group gap={6}>
              <Text size="sm">{words.suggested}</Text>
              <RoleBadge role={smaller} />
            </Group>
          )}
        </Stack>
        <Stack gap={2} miw={0}>
          <Text size="sm">{words.tokens(tokens.length)}</Text>
          <Reviewed person={person} />
        </Stack>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCheck size={14} aria-hidden />}
            onClick={() => onReview(email)}
          >
            <VisuallyHidden>{words.markNamed(email)}</VisuallyHidden>
            <span aria-hidden>{words.mark}</span>
          </Button>
          <UnstyledButton
            className="entry-toggle"
            aria-expanded={opened}
            aria-controls={opened ? details : undefined}
            aria-label={words.detailsOf(email)}
            onClick={() => onToggle(id)}
          >
            <Chevron size={18} aria-hidden /> {words.details}
          </UnstyledButton>
        </Group>
      </div>
      {opened && (
        <div id={details}>
          <PersonDetails person={person} />
        </div>
      )}
    </div>
  );
});

function Reviewed({ person: { reviewedBy, reviewedAt } }: { person: Person }) {
  const words = useMessages(accessWords);
  if (reviewedAt === null) return <Text size="sm">{words.notReviewed}</Text>;
  return (
    <Text size="sm" className="breakable">
      {words.reviewed(reviewedBy ?? '–')}, <Time at={reviewedAt} />
    </Text>
  );
}
