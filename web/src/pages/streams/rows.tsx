import { Anchor, Badge, Group, Paper, Skeleton, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useMessages } from '../../language.tsx';
import { Time } from '../../ui/time.tsx';
import { streamWords } from './messages.ts';
import { StateBadge } from './state-badge.tsx';
import { nameOf, type Stream } from './types.ts';

/** Pixels. All rows are equally high: so what is not in sight needs not to be measured. */
export const ROW = 60;
export const CARD = 148;
/** More stand on the page of the stream. */
const SHOWN_TAGS = 3;

interface RowProps {
  /** Undefined while it is on its way. */
  stream: Stream | undefined;
  /** Its place in the whole list, from 0. */
  at: number;
}

/** One line whatever a tag is called; how many are not shown is said. */
function Tags({ tags }: { tags: readonly string[] }) {
  const words = useMessages(streamWords);
  const hidden = tags.length - SHOWN_TAGS;
  return (
    <Group gap={4} wrap="nowrap" miw={0} title={tags.join(', ')}>
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <Badge key={tag} variant="default" tt="none" fw={500} miw={32} style={{ flexShrink: 1 }}>
          {tag}
        </Badge>
      ))}
      {hidden > 0 && (
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }} aria-label={words.more(hidden)}>
          +{hidden}
        </Text>
      )}
    </Group>
  );
}

const Name = ({ stream }: { stream: Stream }) => (
  <>
    <Anchor component={Link} to="/streams/$id" params={{ id: stream.id } as never} fw={600} truncate display="block">
      {nameOf(stream)}
    </Anchor>
    <Text size="xs" c="dimmed" ff="monospace" truncate>
      {stream.id}
    </Text>
  </>
);

export const StreamRow = memo(function StreamRow({ stream, at }: RowProps) {
  // The row of headings is the first.
  const row = { h: ROW, 'aria-rowindex': at + 2 };
  if (!stream)
    return (
      <Table.Tr {...row} aria-busy>
        <Table.Td colSpan={5}>
          <Skeleton height={16} />
        </Table.Td>
      </Table.Tr>
    );
  return (
    <Table.Tr {...row}>
      <Table.Th scope="row" fw="inherit">
        <Name stream={stream} />
      </Table.Th>
      <Table.Td>
        <StateBadge state={stream.state} />
      </Table.Td>
      <Table.Td>
        <Tags tags={stream.tags} />
      </Table.Td>
      <Table.Td>
        <Time at={stream.created_at} />
      </Table.Td>
      <Table.Td>
        <Time at={stream.updated_at} />
      </Table.Td>
    </Table.Tr>
  );
});

/** The same where there is no room for columns. */
export const StreamCard = memo(function StreamCard({ stream, at, total }: RowProps & { total: number }) {
  const words = useMessages(streamWords);
  return (
    <li style={{ height: CARD, paddingBottom: 12 }} aria-posinset={at + 1} aria-setsize={total}>
      <Paper withBorder p="sm" h="100%" style={{ overflow: 'hidden' }}>
        {stream ? (
          <Stack gap={6} miw={0}>
            <div>
              <Name stream={stream} />
            </div>
            <Group gap="xs" wrap="nowrap" miw={0}>
              <StateBadge state={stream.state} />
              <Tags tags={stream.tags} />
            </Group>
            <Text size="sm" c="dimmed" truncate>
              {words.updatedAt} <Time at={stream.updated_at} />
            </Text>
          </Stack>
        ) : (
          <Skeleton height={72} />
        )}
      </Paper>
    </li>
  );
});
