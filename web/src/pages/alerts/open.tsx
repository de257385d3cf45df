import './alerts.css';
import { Group, Alert as Notice, Paper, Stack, Text, Title } from '@mantine/core';
import { useId } from 'react';
import { type Alert, useAlertText, useOpenAlerts } from '../../alerts.ts';
import { useSayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { Elapsed } from '../../ui/duration.tsx';
import { Empty } from '../../ui/empty.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { SEVERITY_LOOKS, SeverityBadge } from '../../ui/severity.tsx';
import { useShownPart } from '../../ui/shown-part.tsx';
import { Time } from '../../ui/time.tsx';
import { Frame } from './frame.tsx';
import { alertWords } from './messages.ts';
import { InAudit, Subject } from './subject.tsx';

/** One thing that is wrong: what, since when, and what to do about it. `told` is when the server said so. */
function Card({ alert, told }: { alert: Alert; told: number }) {
  const words = useMessages(alertWords);
  const { name, message, advice } = useAlertText()(alert);
  const id = useId();
  const { color } = SEVERITY_LOOKS[alert.severity];
  return (
    <Paper
      component="li"
      withBorder
      p="md"
      className="alert-card"
      aria-labelledby={id}
      data-severity={alert.severity}
      style={{ borderInlineStartColor: `var(--mantine-color-${color}-filled)` }}
    >
      <Stack gap="xs">
        <Group gap="sm">
          <SeverityBadge severity={alert.severity} />
          <Title order={2} size="h4" id={id}>
            {name}
          </Title>
          <Text size="sm" c="dimmed">
            {words.code} {alert.code}
          </Text>
        </Group>
        <Text>{message}.</Text>
        <Text size="sm">
          <Text span fw={600} inherit>
            {words.advice}:
          </Text>{' '}
          {advice}.
        </Text>
        <Group gap="lg" className="alert-foot">
          <Text size="sm" component="dl" className="alert-facts">
            <div>
              <dt>{words.about}</dt>
              <dd>
                <Subject of={alert} />
              </dd>
            </div>
            <div>
              <dt>{words.since}</dt>
              <dd>
                <Time at={alert.firstDetection} />
              </dd>
            </div>
            <div>
              <dt>{words.lasting}</dt>
              <dd>
                <Elapsed seconds={alert.elapsedTime} told={told} />
              </dd>
            </div>
          </Text>
          <InAudit subject={alert.subject} />
        </Group>
      </Stack>
    </Paper>
  );
}

function Cards({ alerts, told }: { alerts: readonly Alert[]; told: number }) {
  const words = useMessages(alertWords);
  const { part, more } = useShownPart(alerts);
  return (
    <>
      <ul className="alert-cards" aria-label={words.list}>
        {part.map((alert) => (
          <Card key={alert.id} alert={alert} told={told} />
        ))}
      </ul>
      {more}
    </>
  );
}

function Open() {
  const words = useMessages(alertWords);
  const sayWhy = useSayWhy();
  const { data, error, dataUpdatedAt } = useOpenAlerts();
  if (!data) return error ? <Notice color="red">{sayWhy(error)}</Notice> : <Loading rows={6} />;
  return (
    <>
      <Text size="sm" c="dimmed" role="status" mb="xs">
        {data.length > 0 && words.count(data.length)}
      </Text>
      {data.length === 0 ? (
        <Empty title={words.empty} hint={words.emptyHint} />
      ) : (
        <Cards alerts={data} told={dataUpdatedAt} />
      )}
    </>
  );
}

export function OpenAlerts() {
  const { alerts } = useMessages(common);
  return (
    <GuardedPage needs="metrics:read" title={alerts}>
      <Frame here="/alerts">
        <Open />
      </Frame>
    </GuardedPage>
  );
}
