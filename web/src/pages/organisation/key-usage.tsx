import { Accordion, Badge, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Answer, api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { useRefusal } from '../../session.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Loading } from '../../ui/loading.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { keyUsage as catalogue } from './key-messages.ts';

type Key = Answer<'/organisation/apikey/usage', 'get'>['keys'][number];
type Client = Key['clients'][number];

function Routes({ routes }: Pick<Client, 'routes'>) {
  const words = useMessages(catalogue);
  return (
    <WideTable label={words.routes} heads={[words.route, words.capability, words.count, words.lastUsed]} minWidth={560}>
      {routes.map(({ name, method, path, capability, requests, lastSeenAt }) => (
        <Table.Tr key={name}>
          <Table.Th scope="row" fw={400} className="breakable">
            {method && path ? `${method} ${path}` : `${name}, ${words.gone}`}
          </Table.Th>
          <Table.Td>{capability ?? '–'}</Table.Td>
          <Table.Td>{requests}</Table.Td>
          <Table.Td>
            <Time at={lastSeenAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}

/** A program, by what it calls itself; closed it says how much it comes and what it needs. */
function Program({ client, value }: { client: Client; value: string }) {
  const words = useMessages(catalogue);
  const name = client.client === null ? words.others : client.client || words.nameless;
  const { role, reason, sameAnswers, addresses, moreAddresses, command } = client;
  return (
    <Accordion.Item value={value}>
      <Accordion.Control>
        <Group gap="xs">
          <Text fw={500} className="breakable">
            {name}
          </Text>
          <Badge variant="default" tt="none">
            {words.requests(client.requests)}
          </Badge>
          {role && <RoleBadge role={role} />}
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack>
          <Text size="sm">
            {role ? `${words.enough}: ${role}. ` : reason}
            {sameAnswers && words.sameAnswers(sameAnswers)}
          </Text>
          <Text size="sm" className="breakable">
            {words.addresses}: {addresses.join(', ')} {moreAddresses && words.andMore}
          </Text>
          {command && (
            <div>
              <CopyField label={words.command} value={command} />
              <Text size="sm" c="dimmed">
                {words.commandHint}
              </Text>
            </div>
          )}
          <Routes routes={client.routes} />
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function OneKey({ of }: { of: Key }) {
  const words = useMessages(catalogue);
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {of.until === null ? words.live : words.old}
      </Title>
      <Text size="sm" component="div">
        {words.created}: <Time at={of.createdAt} /> · {words.lastUsed}: <Time at={of.lastUsedAt} />{' '}
        {of.lastUsedIp && words.from(of.lastUsedIp)}
        {of.until && (
          <>
            {' '}
            · {words.ends}: <Time at={of.until} />
          </>
        )}
      </Text>
      {of.clients.length === 0 ? (
        <Empty title={words.unused} hint={words.unusedHint} />
      ) : (
        <Accordion variant="contained" multiple order={4}>
          {of.clients.map((client) => (
            <Program key={client.client ?? '\0'} client={client} value={client.client ?? '\0'} />
          ))}
        </Accordion>
      )}
    </Stack>
  );
}

/** Who would have to be given a token before the key can go. */
export function KeyUsage() {
  const words = useMessages(catalogue);
  const why = useRefusal()('audit:read');
  const { data } = useQuery({
    queryKey: ['key', 'usage'],
    queryFn: () => api.get('/organisation/apikey/usage'),
    enabled: why === null,
    refetchInterval: 30_000,
  });
  return (
    <Section title={words.title} lead={words.lead}>
      {why && <Text size="sm">{why}</Text>}
      {why === null && !data && <Loading rows={3} />}
      {data?.keys.length === 0 && <Empty title={words.noKey} hint={words.noKeyHint} />}
      {data?.keys.map((key) => (
        <OneKey key={key.id} of={key} />
      ))}
    </Section>
  );
}
