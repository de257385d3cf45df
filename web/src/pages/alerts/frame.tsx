import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useRefusal } from '../../session.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { alertWords } from './messages.ts';

const PARTS = [
  { to: '/alerts', label: 'open', needs: 'metrics:read' },
  { to: '/alerts/history', label: 'history', needs: 'metrics:read' },
  { to: '/alerts/receivers', label: 'receivers', needs: 'alerts:configure' },
] as const;

/** The pages of the alerts, each with the way to the others. */
export function Frame({ here, actions, children }: { here: string; actions?: ReactNode; children: ReactNode }) {
  const words = useMessages(alertWords);
  const { alerts } = useMessages(common);
  const refusal = useRefusal();
  return (
    <>
      <PageTitle title={alerts} lead={words.lead}>
        {actions}
      </PageTitle>
      <Group component="nav" gap="xs" mb="md" aria-label={words.parts} className="no-print">
        {PARTS.map(({ to, label, needs }) =>
          refusal(needs) === null ? (
            <Button
              key={to}
              component={Link}
              to={to as never}
              size="sm"
              variant={to === here ? 'filled' : 'default'}
              aria-current={to === here ? 'page' : undefined}
            >
              {words[label]}
            </Button>
          ) : (
            <GuardedButton key={to} needs={needs} size="sm" variant="default">
              {words[label]}
            </GuardedButton>
          ),
        )}
      </Group>
      {children}
    </>
  );
}
