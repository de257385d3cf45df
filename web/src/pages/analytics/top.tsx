import './analytics.css';
import { Alert, Anchor, Table, Tabs, Text } from '@mantine/core';
import { IconMap } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Answer, api, LockkeeperError } from '../../api.ts';
import { useSayWhy } from '../../changes.ts';
import { type Language, useLanguage, useMessages } from '../../language.tsx';
import { SERVER } from '../../place.ts';
import { Figure } from '../../ui/figure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { useNumbers } from '../../ui/numbers.ts';
import { WideTable } from '../../ui/wide-table.tsx';
import { listWords } from './messages.ts';
import { momentsOf, type Range } from './ranges.ts';

const KINDS = ['streams', 'referrers', 'agents', 'countries'] as const;
type Kind = (typeof KINDS)[number];

type Top = Answer<'/organisation/top', 'get'>;
type TopRow = Top['rows'][number];

const LIMIT = 20;
/** What is exported, at most. */
const MOST = 1_000;
const EVERY_MS = 30_000;
/** Stands for all that were too many to tell apart. */
const OTHERS = '*';
/** The number of the API's refusal for what this server does not do. */
const NOT_ENABLED = 2002;

interface TopProps {
  stream: string | null;
  range: Range;
}

const queryOf = (of: Kind, stream: string | null, { from, to }: Pick<Top, 'from' | 'to'>) => ({
  of,
  from,
  to,
  limit: LIMIT,
  ...(stream !== null && { stream }),
});

const useTop = (of: Kind, { stream, range }: TopProps) =>
  useQuery({
    queryKey: ['metrics', 'top', of, stream, range],
    queryFn: () => api.get('/organisation/top', { params: { query: queryOf(of, stream, momentsOf(range)) } }),
    refetchInterval: ({ state }) => range.span !== null && state.error === null && EVERY_MS,
  });

function countryName(code: string, language: Language): string {
  try {
    return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** What a row is called in words. */
function useRowName(of: Kind): (row: TopRow) => string {
  const words = useMessages(listWords);
  const { language } = useLanguage();
  const unknown = {
    streams: '',
    referrers: words.unknownReferrer,
    agents: words.unknownAgent,
    countries: words.unknownCountry,
  };
  return ({ value, name }) => {
    if (name !== null) return name;
    if (value === '') return unknown[of];
    if (value === OTHERS) return words.others;
    return of === 'countries' ? countryName(value, language) : value;
  };
}

function Name({ of, row }: { of: Kind; row: TopRow }) {
  const name = useRowName(of)(row);
  if (of !== 'streams' || row.name === null) return <>{name}</>;
  return (
    <Anchor
      component={Link}
      to="/streams/$id/analytics"
      params={{ id: row.value } as never}
      search={true as never}
      inherit
    >
      {name}
    </Anchor>
  );
}

function Bars({ of, rows }: { of: Kind; rows: readonly TopRow[] }) {
  const words = useMessages(listWords);
  const { duration } = useNumbers();
  const most = Math.max(...rows.map(({ playTime }) => playTime), 1);
  return (
    <ol className="bar-list" aria-label={words[of]}>
      {rows.slice(0, 10).map((row) => (
        <li key={row.value}>
          <span className="breakable">
            <Name of={of} row={row} />
          </span>
          <span>{duration(row.playTime)}</span>
          <span className="bar" style={{ inlineSize: `${Math.max(1, (row.playTime / most) * 100)}%` }} />
        </li>
      ))}
    </ol>
  );
}

function Rows({ of, rows }: { of: Kind; rows: readonly TopRow[] }) {
  const words = useMessages(listWords);
  const { say, bytes, duration } = useNumbers();
  return (
    <WideTable label={words[of]} heads={[words.value, words.sessions, words.playTime, words.sent]} minWidth={420}>
      {rows.map((row) => (
        <Table.Tr key={row.value}>
          <Table.Th scope="row" fw={400} className="breakable">
            <Name of={of} row={row} />
          </Table.Th>
          <Table.Td>{say(row.sessions)}</Table.Td>
          <Table.Td>{duration(row.playTime)}</Table.Td>
          <Table.Td>{bytes(row.bytesOut)}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}

function List({ of, ...asked }: TopProps & { of: Kind }) {
  const words = useMessages(listWords);
  const sayWhy = useSayWhy();
  const { data, error } = useTop(of, asked);
  if (error instanceof LockkeeperError && error.code === NOT_ENABLED)
    return (
      <Alert color="gray" icon={<IconMap aria-hidden />} title={words.noGeoip} role="status">
        {words.noGeoipHint}
      </Alert>
    );
  if (!data) return error ? <Alert color="red">{sayWhy(error)}</Alert> : <Loading rows={4} />;
  const { rows } = data;
  const href = `${SERVER}/organisation/top?${new URLSearchParams({ ...queryOf(of, asked.stream, data), limit: String(MOST), format: 'csv' })}`;
  return (
    <Figure title={words[of]} lead={words.byTime} exportHref={href} table={<Rows of={of} rows={rows} />}>
      {rows.length === 0 ? <Text c="dimmed">{words.nobody}</Text> : <Bars of={of} rows={rows} />}
    </Figure>
  );
}

/** Who watched, and what, most of it first. Only the list that is looked at is asked for. */
export function TopLists(asked: TopProps) {
  const words = useMessages(listWords);
  const kinds = asked.stream === null ? KINDS : KINDS.filter((kind) => kind !== 'streams');
  const [chosen, setChosen] = useState<Kind>(kinds[0]!);
  return (
    <Tabs value={chosen} onChange={(kind) => setChosen(kind as Kind)} keepMounted={false} my="md">
      <Tabs.List aria-label={words.lists} mb="md">
        {kinds.map((kind) => (
          <Tabs.Tab key={kind} value={kind}>
            {words[kind]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {kinds.map((kind) => (
        <Tabs.Panel key={kind} value={kind}>
          <List of={kind} {...asked} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
