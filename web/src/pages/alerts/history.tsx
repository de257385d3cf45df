import { Button, Group, Alert as Notice, Table, Text } from '@mantine/core';
import { useAlertText } from '../../alerts.ts';
import { useSayWhy } from '../../changes.ts';
import { useLanguage, useMessages } from '../../language.tsx';
import { useFilters } from '../../lists.ts';
import { SEVERITIES } from '../../messages/alerts.ts';
import { common } from '../../messages/common.ts';
import { saveCsv } from '../../ui/csv.ts';
import { Elapsed, sayDuration } from '../../ui/duration.tsx';
import { Empty } from '../../ui/empty.tsx';
import { SaveButton } from '../../ui/export-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { AlertFilterFields } from './filters.tsx';
import { Frame } from './frame.tsx';
import { alertWords } from './messages.ts';
import { type AlertFilters, lastedOf, type PastAlert, readFilters, usePastAlerts } from './rows.ts';
import { Subject, useSubjectText } from './subject.tsx';

function Row({ alert, told }: { alert: PastAlert; told: number }) {
  const words = useMessages(alertWords);
  const { language } = useLanguage();
  const { name, message } = useAlertText()(alert);
  const lasted = lastedOf(alert);
  return (
    <Table.Tr>
      <Table.Td>
        <SeverityBadge severity={alert.severity} />
      </Table.Td>
      <Table.Th scope="row" fw={500}>
        {name}
        <Text size="xs" c="dimmed" inherit={false} fw={400}>
          {words.code} {alert.code}
        </Text>
      </Table.Th>
      <Table.Td miw={160}>
        <Subject of={alert} />
      </Table.Td>
      <Table.Td>
        <Time at={alert.firstDetection} />
      </Table.Td>
      <Table.Td>{alert.resolvedAt === null ? words.stillOpen : <Time at={alert.resolvedAt} />}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {alert.resolvedAt === null ? <Elapsed seconds={lasted} told={told} /> : sayDuration(lasted, language)}
      </Table.Td>
      <Table.Td className="breakable">{message}</Table.Td>
    </Table.Tr>
  );
}

function useCsv(): (rows: readonly PastAlert[]) => void {
  const words = useMessages(alertWords);
  const { language } = useLanguage();
  const textOf = useAlertText();
  const subjectOf = useSubjectText();
  const heads = [words.severity, words.code, words.kind, words.about, words.began, words.resolved, words.duration];
  return (rows) =>
    void saveCsv('alerts.csv', [
      [...heads, words.message],
      ...rows.map((alert) => [
        SEVERITIES[alert.severity][language],
        String(alert.code),
        textOf(alert).name,
        subjectOf(alert),
        alert.firstDetection,
        alert.resolvedAt ?? '',
        String(Math.round(lastedOf(alert))),
        textOf(alert).message,
      ]),
    ]);
}

function Past() {
  const words = useMessages(alertWords);
  const { more } = useMessages(common);
  const sayWhy = useSayWhy();
  const save = useCsv();
  const [search, setFilters] = useFilters<AlertFilters>();
  const filters = readFilters(search);
  const { rows, data, error, dataUpdatedAt, hasNextPage, isFetchingNextPage, fetchNextPage } = usePastAlerts(filters);
  const heads = [words.severity, words.kind, words.about, words.began, words.resolved, words.duration, words.message];
  return (
    <>
      <AlertFilterFields filters={filters} onChange={setFilters} />
      {error && <Notice color="red">{sayWhy(error)}</Notice>}
      {!data && !error && <Loading rows={8} />}
      {data && rows.length === 0 && <Empty title={words.noHistory} hint={words.noHistoryHint} />}
      {rows.length > 0 && (
        <>
          <Group justify="space-between" mb="xs">
            <Text size="sm" c="dimmed" role="status">
              {words.shown(rows.length, hasNextPage)}
            </Text>
            <SaveButton onSave={() => save(rows)} />
          </Group>
          <WideTable label={words.historyList} heads={heads} minWidth={980}>
            {rows.map((alert) => (
              <Row key={alert.id} alert={alert} told={dataUpdatedAt} />
            ))}
          </WideTable>
        </>
      )}
      {hasNextPage && (
        <Button variant="default" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {more}
        </Button>
      )}
    </>
  );
}

export function AlertHistory() {
  const { alerts } = useMessages(common);
  return (
    <GuardedPage needs="metrics:read" title={alerts}>
      <Frame here="/alerts/history">
        <Past />
      </Frame>
    </GuardedPage>
  );
}
