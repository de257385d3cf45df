import { Anchor, Button, Divider, Group, Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconBellRinging } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type Alert, useAlertText, useOpenAlerts, worstOf } from '../alerts.ts';
import { useCritical } from '../critical.tsx';
import { useLanguage, useMessages } from '../language.tsx';
import { SEVERITIES } from '../messages/alerts.ts';
import { bellWords } from '../messages/bell.ts';
import { useSubjectText } from '../pages/alerts/subject.tsx';
import { useCan } from '../session.tsx';
import { Elapsed } from './duration.tsx';
import { SEVERITY_LOOKS, SeverityBadge } from './severity.tsx';

const SHOWN = 5;

interface ListProps {
  alerts: readonly Alert[];
  told: number;
  onGo(): void;
}

function List({ alerts, told, onGo }: ListProps) {
  const words = useMessages(bellWords);
  const textOf = useAlertText();
  const subjectOf = useSubjectText();
  if (alerts.length === 0) return <Text size="sm">{words.none}</Text>;
  return (
    <Stack component="ul" gap={0} m={0} p={0} style={{ listStyle: 'none' }}>
      {alerts.slice(0, SHOWN).map((alert) => (
        <li key={alert.id}>
          <UnstyledButton
            component={Link}
            to={(alert.stream ? `/streams/${alert.stream.id}` : '/alerts') as never}
            className="bell-alert"
            onClick={onGo}
          >
            <Group gap="xs" justify="space-between">
              <Text size="sm" fw={600} span>
                {textOf(alert).name}
              </Text>
              <SeverityBadge severity={alert.severity} />
            </Group>
            <Group gap="xs" justify="space-between" wrap="nowrap">
              <Text size="sm" c="dimmed" truncate span>
                {subjectOf(alert)}
              </Text>
              <Text size="sm" c="dimmed" span style={{ whiteSpace: 'nowrap' }}>
                <Elapsed seconds={alert.elapsedTime} told={told} />
              </Text>
            </Group>
          </UnstyledButton>
        </li>
      ))}
    </Stack>
  );
}

function Ringing() {
  const words = useMessages(bellWords);
  const { language } = useLanguage();
  const [opened, { toggle, close, set }] = useDisclosure();
  const { data, dataUpdatedAt } = useOpenAlerts();
  useCritical(data);
  if (!data) return null;
  const worst = worstOf(data);
  const look = worst && SEVERITY_LOOKS[worst];
  const name = worst ? words.open(data.length, SEVERITIES[worst][language]) : words.noneOpen;
  const Bell = worst ? IconBellRinging : IconBell;
  return (
    <Popover opened={opened} onChange={set} position="bottom-end" width={320} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant={worst ? 'light' : 'subtle'}
          color={look?.color ?? 'gray'}
          px="xs"
          aria-label={name}
          data-severity={worst}
          onClick={toggle}
        >
          <Bell size={20} aria-hidden />
          {look && (
            <>
              <Text span fw={700} mx={6}>
                {data.length}
              </Text>
              <look.icon size={16} aria-hidden />
            </>
          )}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.title} p="sm">
        <Text fw={600} size="sm" mb="xs">
          {words.title}
        </Text>
        <List alerts={data} told={dataUpdatedAt} onGo={close} />
        <Divider my="xs" />
        <Anchor component={Link} to="/alerts" size="sm" onClick={close}>
          {words.all}
        </Anchor>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What is wrong at the moment, on every page, for whoever may see it. */
export const Bell = () => (useCan()('metrics:read') ? <Ringing /> : null);
