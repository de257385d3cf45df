import { Anchor, List, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCapabilityText } from '../../capabilities.ts';
import { useMessages } from '../../language.tsx';
import { useCan, useMe } from '../../session.tsx';
import { editor } from './editor-messages.ts';
import { useHolders } from './roles.ts';

const SHOWN = 8;

/** Who has the role that is about to change, and what that ends for them. */
export function Affected({ role }: { role: string }) {
  const words = useMessages(editor);
  const seesUsers = useCan()('user:read');
  const isMine = useMe().user?.permission === role;
  const { data } = useHolders(role, SHOWN);
  const total = data?.total ?? data?.rows.length ?? 0;
  return (
    <Stack gap="xs">
      {seesUsers && data && <Text size="sm">{total === 0 ? words.nobody : words.tokensEnd(total)}</Text>}
      {total === 0 && <Text size="sm">{seesUsers ? words.tokensEndAnyway : words.tokensEndUnseen}</Text>}
      {isMine && (
        <Text size="sm" fw={600}>
          {words.you}
        </Text>
      )}
      {total > 0 && (
        <List size="sm" spacing="sm">
          {data?.rows.map(({ id, email }) => (
            <List.Item key={id} className="breakable">
              <Anchor component={Link} to={`/users/${id}` as never} size="sm">
                {email}
              </Anchor>
            </List.Item>
          ))}
          {total > SHOWN && <List.Item>{words.others(total - SHOWN)}</List.Item>}
        </List>
      )}
    </Stack>
  );
}

interface DifferencesProps {
  before: readonly string[];
  after: readonly string[];
}

/** What a role gains and loses between two states. */
export function Differences({ before, after }: DifferencesProps) {
  const words = useMessages(editor);
  const text = useCapabilityText();
  const gains = after.filter((id) => !before.includes(id));
  const loses = before.filter((id) => !after.includes(id));
  if (gains.length + loses.length === 0) return <Text size="sm">{words.noChange}</Text>;
  return (
    <Stack gap="xs">
      {[
        { title: words.gains, sign: '+', ids: gains },
        { title: words.loses, sign: '−', ids: loses },
      ].map(
        ({ title, sign, ids }) =>
          ids.length > 0 && (
            <div key={sign}>
              <Text size="sm" fw={600}>
                {title}
              </Text>
              <List size="sm" listStyleType="none" aria-label={title}>
                {ids.map((id) => (
                  <List.Item key={id}>
                    {sign} {text(id).title} ({id})
                  </List.Item>
                ))}
              </List>
            </div>
          ),
      )}
    </Stack>
  );
}
