import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { useMessages } from '../../language.tsx';
import { useRefusal } from '../../session.tsx';
import { NEEDS } from './actions.tsx';
import { userWords } from './messages.ts';
import { oneWords } from './one-messages.ts';
import { roleWords } from './role-messages.ts';
import type { User, UserAction } from './user.ts';

interface Props {
  user: User;
  onAct(user: User, action: UserAction): void;
}

/** What can be done to one of a list; what may not be is there with its reason. */
export function UserMenu({ user, onAct }: Props) {
  const words = useMessages(userWords);
  const { edit, renew, remove } = useMessages(oneWords);
  const { editRole } = useMessages(roleWords);
  const refusal = useRefusal();
  const navigate = useNavigate();
  const button = useRef<HTMLButtonElement>(null);
  // A dialog gives back the place that it took: the item's is gone by then, the button's is not.
  const act = (action: UserAction) => {
    button.current?.focus();
    onAct(user, action);
  };
  const labels: Record<UserAction, string> = { role: editRole, edit, renew, remove };
  return (
    <Menu position="bottom-end" withinPortal width={260} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon ref={button} variant="subtle" color="gray" size="lg" aria-label={words.actionsFor(user.email)}>
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: '/users/$id', params: { id: user.id } })}>{words.open}</Menu.Item>
        {(Object.keys(labels) as UserAction[]).map((action) => {
          const why = refusal(NEEDS[action]);
          if (why === null) {
            return (
              <Menu.Item key={action} onClick={() => act(action)}>
                {labels[action]}
              </Menu.Item>
            );
          }
          return (
            <Menu.Item key={action} closeMenuOnClick={false} aria-disabled data-denied={NEEDS[action]} c="dimmed">
              {labels[action]}
              <Text size="xs">{why}</Text>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
