import { Stack, Text } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { useFilters } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { useCan, useMe } from '../../session.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { UserSelect } from '../../ui/user-select.tsx';
import { CreateToken } from './create-token.tsx';
import { apiTokens } from './messages.ts';
import { Password } from './password.tsx';
import { TokenList } from './token-list.tsx';

function Everybodys() {
  const words = useMessages(apiTokens);
  const [{ user }, setFilters] = useFilters<{ user?: string }>();
  return (
    <Section title={words.all} lead={words.allLead}>
      <UserSelect
        label={words.filter}
        placeholder={words.everybody}
        value={user ?? null}
        onChange={(id) => setFilters({ user: id ?? undefined })}
      />
      <TokenList of={user ?? null} label={words.all} withUser />
    </Section>
  );
}

export function ApiTokens() {
  const words = useMessages(apiTokens);
  const { tokens: title } = useMessages(common);
  const { user, credential } = useMe();
  const can = useCan();
  return (
    <GuardedPage needs="token:own" title={title}>
      <PageTitle title={title} lead={words.lead}>
        <CreateToken />
      </PageTitle>
      <Stack>
        <Section title={words.session} lead={words.sessionLead}>
          <Text component="div">
            {words.sessionEnds}: <Time at={credential.expiresAt} />
          </Text>
        </Section>
        <Section title={words.own} lead={words.ownLead}>
          <TokenList of={user?.id ?? null} label={words.own} />
        </Section>
        {can('token:create') && <Everybodys />}
        <Password />
      </Stack>
    </GuardedPage>
  );
}
