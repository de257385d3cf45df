import { Alert, Code, Loader, Stack, Table, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, LockkeeperError } from '../../api.ts';
import { useSayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { type Claims, claimsOf, timeOf, tokenIn } from './claims.ts';
import { decode as catalogue } from './playback-messages.ts';

/** [doc] By the error's code; where one code has several causes, by its words. */
const CAUSES: Readonly<Record<string, 'forged' | 'expired' | 'inactive' | 'revoked' | 'malformed' | 'elsewhere'>> = {
  1001: 'forged',
  '1002 jwt expired': 'expired',
  '1002 jwt not active': 'inactive',
  '1002 jwt revoked': 'revoked',
  2004: 'malformed',
  2012: 'elsewhere',
};

function Refused({ error }: { error: unknown }) {
  const words = useMessages(catalogue);
  const sayWhy = useSayWhy();
  const { failed } = useMessages(common);
  if (!(error instanceof LockkeeperError))
    return (
      <Alert role="alert" color="red" title={failed}>
        {sayWhy(error)}
      </Alert>
    );
  const { status, code, message } = error;
  const cause = CAUSES[code] ?? CAUSES[`${code} ${message}`];
  return (
    <Alert role="status" color="red" title={words.holdsNot}>
      <Text size="sm">{cause ? words[cause] : sayWhy(error)}</Text>
      <Text size="sm">{words.answer(status, code, message)}</Text>
    </Alert>
  );
}

/** Whether it holds now. It is asked again when a playback token is revoked anywhere. */
function Verdict({ token }: { token: string }) {
  const words = useMessages(catalogue);
  const { loading } = useMessages(common);
  const { data, error } = useQuery({
    queryKey: ['playback-token', 'verdict', token],
    queryFn: () => api.post('/api/v1/splay/verify', { body: { token } }),
    staleTime: 0,
    gcTime: 0,
  });
  if (error) return <Refused error={error} />;
  if (!data) return <Loader size="sm" aria-label={loading} />;
  return (
    <Alert role="status" color="green" title={words.holds}>
      {words.holdsText}
    </Alert>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const at = ['iat', 'nbf', 'exp'].includes(name) ? timeOf(value) : null;
  if (at !== null)
    return (
      <>
        <Time at={at} /> <Code>{String(value)}</Code>
      </>
    );
  return <>{typeof value === 'string' ? value : JSON.stringify(value)}</>;
}

/** The claims that have a meaning here; the catalogue has it under their name. */
const OPENS = ['sub', 'streams', 'groupid', 'orgawide'] as const;
const LIVES = ['iat', 'nbf', 'exp', 'revocable', 'forceDisconnect'] as const;
const HOLDS = ['ip', 'domain', 'user', 'tag', 'cust'] as const;
const SIGNED = ['jti', 'iss', 'aud', 'kid'] as const;
const MEANT = [...OPENS, ...LIVES, ...HOLDS, ...SIGNED];

function Said({ claims }: { claims: Claims }) {
  const words = useMessages(catalogue);
  return (
    <WideTable label={words.claims} heads={[words.claim, words.meaning, words.value]} minWidth={480}>
      {Object.entries(claims).map(([name, value]) => (
        <Table.Tr key={name}>
          <Table.Th scope="row" fw={500}>
            <Code>{name}</Code>
          </Table.Th>
          <Table.Td>{words[MEANT.find((one) => one === name) ?? 'other']}</Table.Td>
          <Table.Td className="breakable">
            <Value name={name} value={value} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}

export function Decode() {
  const words = useMessages(catalogue);
  const [pasted, setPasted] = useState('');
  const [settled] = useDebouncedValue(pasted, 250);
  const token = tokenIn(settled);
  const claims = token === '' ? null : claimsOf(token);
  return (
    <Section title={words.title} lead={words.lead}>
      <Textarea
        label={words.field}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        autoComplete="off"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={pasted}
        onChange={(event) => setPasted(event.currentTarget.value)}
      />
      {token !== '' && (
        <Stack>
          <Verdict key={token} token={token} />
          {claims && <Said claims={claims} />}
        </Stack>
      )}
    </Section>
  );
}
