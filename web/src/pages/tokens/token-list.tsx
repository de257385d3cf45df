import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { type Answer, api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { usePages } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { useMe } from '../../session.tsx';
import { useAskedAbout } from '../../ui/asked-about.ts';
import { Empty } from '../../ui/empty.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageFailed } from '../../ui/page-failed.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { apiTokens } from './messages.ts';
import { RevokeToken } from './revoke-token.tsx';

type Token = Answer<'/bintu/token', 'get'>[number];

const QUANTITY = 50;

const KINDS = { api: 'api', login: 'login', session: 'dashboard' } as const;

function Row({ token, withUser, onRevoke }: { token: Token; withUser: boolean; onRevoke(): void }) {
  const words = useMessages(apiTokens);
  const { credential } = useMe();
  const kind = KINDS[token.kind as keyof typeof KINDS];
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className="breakable">
        {token.name}
        <Group gap={4}>
          <Text size="xs" c="dimmed">
            {kind ? words[kind] : token.kind}
          </Text>
          {token.id === credential.id && (
            <Badge size="sm" variant="default" tt="none">
              {words.current}
            </Badge>
          )}
        </Group>
      </Table.Th>
      {withUser && <Table.Td className="breakable">{token.email}</Table.Td>}
      <Table.Td>
        {token.permission ? <RoleBadge role={token.permission} /> : words.wholeRole}
        {token.allowedIps && (
          <Text size="xs" className="breakable">
            {words.onlyFrom(token.allowedIps.join(', '))}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Time at={token.expiresAt} />
      </Table.Td>
      <Table.Td>
        <Time at={token.lastUsedAt} />
        {token.lastUsedIp && (
          <Text size="xs" c="dimmed">
            {words.from(token.lastUsedIp)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <GuardedButton
          needs="token:own"
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={words.revokeOne(token.name)}
          onClick={onRevoke}
        >
          {words.revoke}
        </GuardedButton>
      </Table.Td>
    </Table.Tr>
  );
}

interface TokenListProps {
  /** Whose tokens, by id; null for everybody's that the caller may see. */
  of: string | null;
  label: string;
  withUser?: boolean;
}

/** The tokens that can be used now, newest first. */
export function TokenList({ of, label, withUser = false }: TokenListProps) {
  const words = useMessages(apiTokens);
  const { more } = useMessages(common);
  const revoking = useAskedAbout<Token>();
  const list = usePages(['token', of], (cursor) => {
    const query = { quantity: QUANTITY, ...(cursor && { cursor }), ...(of && { user: of }) };
    return api.getPage('/bintu/token', { params: { query } });
  });
  const heads = [words.name, words.user, words.rights, words.expires, words.lastUsed, words.actions];
  if (!list.data) return list.error ? <PageFailed error={list.error} /> : <Loading rows={3} />;
  if (list.rows.length === 0) return <Empty title={words.empty} hint={words.emptyHint} />;
  return (
    <Stack>
      <WideTable
        label={label}
        heads={withUser ? heads : heads.filter((head) => head !== words.user)}
        minWidth={withUser ? 900 : 720}
      >
        {list.rows.map((token) => (
          <Row key={token.id} token={token} withUser={withUser} onRevoke={() => revoking.ask(token)} />
        ))}
      </WideTable>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {more}
        </Button>
      )}
      <RevokeToken token={revoking.about} opened={revoking.opened} onClose={revoking.close} />
    </Stack>
  );
}
