import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconBan, IconCheck, IconClock, IconHourglass } from '@tabler/icons-react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useFilters, usePages } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { useCan } from '../../session.tsx';
import { useAskedAbout } from '../../ui/asked-about.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Empty } from '../../ui/empty.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { UserSelect } from '../../ui/user-select.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { playback } from './playback-messages.ts';

type Listed = Answer<'/api/v1/splay', 'get'>['data'][number];

const LIMIT = 50;
/** How many streams are named before the rest is counted. */
const NAMED = 2;
const ICONS = { active: IconCheck, pending: IconHourglass, expired: IconClock, revoked: IconBan };

function useOpens(): (token: Listed) => string {
  const words = useMessages(playback);
  return ({ streams, groupid }) => {
    if (groupid !== undefined) return words.group(groupid);
    if (streams === undefined) return words.everything;
    const named = streams.slice(0, NAMED).join(', ');
    return streams.length > NAMED ? `${named} ${words.andMore(streams.length - NAMED)}` : named;
  };
}

function State({ of }: { of: Listed['state'] }) {
  const words = useMessages(playback);
  const Icon = ICONS[of];
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={16} aria-hidden />
      {words[of]}
    </Group>
  );
}

/** What must hold besides; each on a line of its own. */
function Conditions({ of }: { of: Listed }) {
  const words = useMessages(playback);
  const { ip, domain, user, tag, cust, forceDisconnect } = of;
  const lines = Object.entries({ ip, domain, user, tag, cust }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  if (forceDisconnect) lines.push(words.disconnects);
  if (lines.length === 0) return <>–</>;
  return lines.map((line) => (
    <Text key={line} size="sm" className="breakable">
      {line}
    </Text>
  ));
}

function Row({ token, onRevoke }: { token: Listed; onRevoke(): void }) {
  const words = useMessages(playback);
  const opens = useOpens()(token);
  const { maker, state } = token;
  const over = state === 'expired' || state === 'revoked';
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className="breakable">
        {opens}
      </Table.Th>
      <Table.Td>
        <Conditions of={token} />
      </Table.Td>
      <Table.Td className="breakable">{maker.email ?? (maker.type === 'user' ? maker.id : words.key)}</Table.Td>
      <Table.Td>
        <Time at={token.createdAt} />
      </Table.Td>
      <Table.Td>
        <Time at={token.expiresAt} />
      </Table.Td>
      <Table.Td>
        <State of={state} />
      </Table.Td>
      <Table.Td>
        {over && '–'}
        {!over && !token.revocable && <Text size="sm">{words.notRevocable}</Text>}
        {!over && token.revocable && (
          <GuardedButton
            needs="playback-token:revoke"
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={words.revokeOne(opens)}
            onClick={onRevoke}
          >
            {words.revoke}
          </GuardedButton>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Revoke({ token, opened, onClose }: { token: Listed | null; opened: boolean; onClose(): void }) {
  const words = useMessages(playback);
  const say = useOpens();
  const opens = token === null ? '' : say(token);
  const revoke = useChange({
    call: () => api.post('/api/v1/splay/revoke', { body: { id: token?.id ?? '' } }),
    of: ['playback-token'],
    done: () => words.revokedNow,
    onDone: onClose,
  });
  return (
    <Confirm
      opened={opened}
      title={words.revokeTitle}
      action={words.revoke}
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      onClose={onClose}
    >
      <Text className="breakable">{words.revokeLead(opens)}</Text>
    </Confirm>
  );
}

function Rows({ maker }: { maker: string | undefined }) {
  const words = useMessages(playback);
  const { more } = useMessages(common);
  const revoking = useAskedAbout<Listed>();
  const list = usePages(['playback-token', 'list', maker], async (cursor) => {
    const query = { limit: LIMIT, ...(cursor && { cursor }), ...(maker && { maker }) };
    const page = await api.getPage('/api/v1/splay', { params: { query } });
    return { ...page, rows: page.rows.data };
  });
  const heads = [words.opens, words.conditions, words.maker, words.made, words.ends, words.state, words.actions];
  if (!list.data) return list.error ? <PageFailed error={list.error} /> : <Loading rows={4} />;
  if (list.rows.length === 0) return <Empty title={words.empty} hint={words.emptyHint} />;
  return (
    <Stack>
      <WideTable label={words.list} heads={heads} minWidth={1000}>
        {list.rows.map((token) => (
          <Row key={token.id} token={token} onRevoke={() => revoking.ask(token)} />
        ))}
      </WideTable>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {more}
        </Button>
      )}
      <Revoke token={revoking.about} opened={revoking.opened} onClose={revoking.close} />
    </Stack>
  );
}

/** Whoever makes tokens for others sees everybody's; the others their own. */
export function PlaybackList() {
  const words = useMessages(playback);
  const all = useCan()('token:create');
  const [{ maker }, setFilters] = useFilters<{ maker?: string }>();
  return (
    <Section title={words.list} lead={all ? words.listAll : words.listOwn}>
      {all && (
        <UserSelect
          label={words.filter}
          placeholder={words.everybody}
          value={maker ?? null}
          onChange={(id) => setFilters({ maker: id ?? undefined })}
        />
      )}
      <Rows maker={all ? maker : undefined} />
    </Section>
  );
}
