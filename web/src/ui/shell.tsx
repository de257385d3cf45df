import { AppShell, Burger, Group, NavLink, ScrollArea, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useEvents } from '../events.ts';
import icon from '../icon.svg';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';
import { NAVIGATION } from '../navigation.ts';
import { useMe, useRefusal } from '../session.tsx';
import { Account } from './account.tsx';
import { Bell } from './bell.tsx';

function Navigation({ onGo }: { onGo(): void }) {
  const words = useMessages(common);
  const refusal = useRefusal();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <ScrollArea>
      {NAVIGATION.map(({ to, label, icon: Icon, needs }) => {
        const why = refusal(needs);
        const parts = { label: words[label] as string, leftSection: <Icon size={18} stroke={1.6} aria-hidden /> };
        // What may not be opened stays to be seen and reached, with the reason.
        if (why !== null)
          return (
            <Tooltip key={to} label={why} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
              <NavLink {...parts} component="button" type="button" aria-disabled data-denied={needs} c="dimmed" />
            </Tooltip>
          );
        const active = path === to || path.startsWith(`${to}/`);
        return <NavLink key={to} {...parts} component={Link} to={to} active={active} onClick={onGo} />;
      })}
    </ScrollArea>
  );
}

/** What surrounds every page behind the sign-in. */
export function Shell() {
  const words = useMessages(common);
  const [opened, { toggle, close }] = useDisclosure();
  const { organisation } = useMe();
  useEvents();
  useEffect(() => {
    document.title = `${organisation.name} · Lockkeeper`;
  }, [organisation.name]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 230, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip" href="#page">
        {words.skip}
      </a>
      <AppShell.Header className="no-print">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={words.openNavigation} />
            <img src={icon} width={28} height={28} alt="" />
            <Text fw={600} truncate>
              {organisation.name}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Bell />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="no-print" p="xs" aria-label={words.navigation}>
        <Navigation onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
