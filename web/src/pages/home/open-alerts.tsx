import './home.css';
import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useAlertText, useOpenAlerts } from '../../alerts.ts';
import { useMessages } from '../../language.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Time } from '../../ui/time.tsx';
import { Failed } from './failed.tsx';
import { homeWords } from './messages.ts';

const SHOWN = 5;

/** What is wrong now, most urgent first. */
export function OpenAlerts() {
  const words = useMessages(homeWords);
  const tell = useAlertText();
  const { data, error } = useOpenAlerts();
  const further = (data?.length ?? 0) - SHOWN;
  const all = (
    <Anchor component={Link} to="/alerts" size="sm">
      {words.allAlerts}
    </Anchor>
  );
  return (
    <Section title={words.alerts} actions={all}>
      {!data && (error ? <Failed error={error} /> : <Loading rows={3} />)}
      {data?.length === 0 && (
        <Alert color="green" icon={<IconCircleCheck aria-hidden />} title={words.allWell} role="status">
          {words.allWellHint}
        </Alert>
      )}
      {data && data.length > 0 && (
        <ul className="home-list" aria-label={words.alerts}>
          {data.slice(0, SHOWN).map((alert) => {
            const { name, message } = tell(alert);
            return (
              <li key={alert.id}>
                <Stack gap={4}>
                  <Group gap="xs">
                    <SeverityBadge severity={alert.severity} />
                    <Text fw={600}>{name}</Text>
                  </Group>
                  <Text size="sm">{message}.</Text>
                  <Text size="sm" c="dimmed" component="div">
                    {alert.stream && (
                      <>
                        <Anchor
                          component={Link}
                          to="/streams/$id"
                          params={{ id: alert.stream.id } as never}
                          underline="always"
                          inherit
                        >
                          {alert.stream.name}
                        </Anchor>
                        {' · '}
                      </>
                    )}
                    {words.since} <Time at={alert.firstDetection} />
                  </Text>
                </Stack>
              </li>
            );
          })}
        </ul>
      )}
      {further > 0 && (
        <Anchor component={Link} to="/alerts" size="sm">
          {words.furtherAlerts(further)}
        </Anchor>
      )}
    </Section>
  );
}
