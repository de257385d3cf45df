import { Anchor, Button, Group, Table, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useAskedAbout } from '../../ui/asked-about.ts';
import { Empty } from '../../ui/empty.tsx';
import { FocusKept } from '../../ui/focus-kept.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { tags as catalogue } from './messages.ts';
import { DeleteTag, RenameTag } from './tag-dialogs.tsx';

type Tag = Answer<'/tag', 'get'>[number];

/** How many are shown before somebody asks for more. */
const SHOWN = 20;

function NewTag() {
  const words = useMessages(catalogue);
  const [name, setName] = useState('');
  const create = useChange({
    call: () => api.post('/tag', { body: { name: name.trim() } }),
    of: ['tag'],
    done: ({ name: made }) => words.created(made),
    onDone: () => setName(''),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') create.mutate();
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={words.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          flex="1 1 160px"
        />
        <GuardedButton needs="tag:create" type="submit" variant="default" loading={create.isPending}>
          {words.create}
        </GuardedButton>
      </Group>
    </form>
  );
}

/** Leads to the list of streams, filtered. */
const StreamsOf = ({ tag: { name, streams } }: { tag: Tag }) => {
  const words = useMessages(catalogue);
  const search = { tags: encodeURIComponent(name) };
  return (
    <Anchor component={Link} to="/streams" search={search as never} aria-label={words.toStreams(streams, name)}>
      {streams}
    </Anchor>
  );
};

function TagTable({ rows }: { rows: readonly Tag[] }) {
  const words = useMessages(catalogue);
  const renaming = useAskedAbout<Tag>();
  const deleting = useAskedAbout<Tag>();
  return (
    <>
      <WideTable label={words.title} heads={[words.tag, words.streams, words.actions]} minWidth={300}>
        {rows.map((row) => (
          <Table.Tr key={row.name}>
            <Table.Th scope="row" fw={500} miw={90} className="breakable">
              {row.name}
            </Table.Th>
            <Table.Td>{row.streams === 0 ? 0 : <StreamsOf tag={row} />}</Table.Td>
            <Table.Td>
              <Group gap={4}>
                <GuardedButton
                  needs="tag:edit"
                  size="compact-sm"
                  variant="subtle"
                  aria-label={words.renameOne(row.name)}
                  onClick={() => renaming.ask(row)}
                >
                  {words.rename}
                </GuardedButton>
                <GuardedButton
                  needs="tag:delete"
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={words.removeOne(row.name)}
                  onClick={() => deleting.ask(row)}
                >
                  {words.remove}
                </GuardedButton>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
      <RenameTag tag={renaming.about} opened={renaming.opened} onClose={renaming.close} />
      <DeleteTag tag={deleting.about} opened={deleting.opened} onClose={deleting.close} />
    </>
  );
}

export function Tags() {
  const words = useMessages(catalogue);
  const { more } = useMessages(common);
  const { data } = useQuery({ queryKey: ['tag'], queryFn: () => api.get('/tag') });
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState(SHOWN);
  const wanted = search.trim().toLowerCase();
  const matching = (data ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <FocusKept rows={data}>
      <Section title={words.title} lead={words.lead}>
        <NewTag />
        {!data && <Loading rows={3} />}
        {data && data.length === 0 && <Empty title={words.empty} hint={words.emptyHint} />}
        {data && data.length > SHOWN && (
          <TextInput
            type="search"
            label={words.search}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        {data && data.length > 0 && matching.length === 0 && <Empty title={words.noMatch} hint={words.noMatchHint} />}
        {matching.length > 0 && <TagTable rows={matching.slice(0, shown)} />}
        {matching.length > shown && (
          <Button variant="default" onClick={() => setShown(shown + 5 * SHOWN)}>
            {more}
          </Button>
        )}
      </Section>
    </FocusKept>
  );
}
