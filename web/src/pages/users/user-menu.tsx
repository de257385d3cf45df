import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
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

function Items({ user, onAct }: Props) {
  const words = useMessages(userWords);
  const { edit, renew, remove } = useMessages(oneWords);
  const { editRole } = useMessages(roleWords);
  const refusal = useRefusal();
  const navigate = useNavigate();
  const labels: Record<UserAction, string> = { role: editRole, edit, renew, remove };
  return (
    <>
      <Menu.Item onClick={() => void navigate({ to: '/users/$id', params: { id: user.id } })}>{words.open}</Menu.Item>
      {(Object.keys(labels) as UserAction[]).map((action) => {
        const why = refusal(NEEDS[action]);
        if (why === null) {
          return (
            <Menu.Item key={action} onClick={() => onAct(user, action)}>
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
    </>
  );
}

/** What can be done to one of a list; what may not be is there with its reason. */
export function UserMenu({ user, onAct }: Props) {
  const words = useMessages(userWords);
  // A list has many of these, of which few are ever opened: each is built when it first is.
  const [used, setUsed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const giveBack = () => button.current?.focus();
  const icon = (
    <ActionIcon
      ref={button}
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={words.actionsFor(user.email)}
      {...(!used && { 'aria-haspopup': 'menu' as const, 'aria-expanded': false, onClick: () => setUsed(true) })}
    >
      <IconDotsVertical size={18} aria-hidden />
    </ActionIcon>
  );
  if (!used) return icon;
  return (
    <Menu
      position="bottom-end"
      withinPortal
      width={260}
      defaultOpened
      withInitialFocusPlaceholder={false}
      onClose={giveBack}
    >
      <Menu.Target>{icon}</Menu.Target>
      <Menu.Dropdown>
        <Items
          user={user}
          onAct={(...what) => {
            // A dialog gives back the place that it took: the item's is gone by then, the button's is not.
            giveBack();
            onAct(...what);
          }}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
