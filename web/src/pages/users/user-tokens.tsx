import { Alert } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { useCan, useMe, useRefusal } from '../../session.tsx';
import { Section } from '../../ui/section.tsx';
import { CreateToken } from '../tokens/create-token.tsx';
import { TokenList } from '../tokens/token-list.tsx';
import { oneWords } from './one-messages.ts';
import type { User } from './user.ts';

/** Somebody's tokens: one's own, or anybody's for who may make tokens for others. */
export function UserTokens({ user }: { user: User }) {
  const { tokens } = useMessages(oneWords);
  const refusal = useRefusal();
  const isSelf = useMe().user?.id === user.id;
  const may = useCan();
  const why = isSelf && may('token:own') ? null : refusal('token:create');
  return (
    <Section title={tokens} actions={<CreateToken key={user.permission} of={user} />}>
      {why === null ? <TokenList of={user.id} label={tokens} /> : <Alert color="gray">{why}</Alert>}
    </Section>
  );
}
