import { useCallback, useState } from 'react';
import { EditRole } from './edit-role.tsx';
import { EditUser } from './edit-user.tsx';
import { DeleteUser, RenewToken } from './end-user.tsx';
import type { User, UserAction } from './user.ts';

/** The capability behind each action. */
export const NEEDS = {
  role: 'user:edit',
  edit: 'user:edit',
  renew: 'user:reset-tokens',
  remove: 'user:delete',
} as const satisfies Record<UserAction, string>;

interface Acting {
  user: User;
  action: UserAction;
  opened: boolean;
}

/** What can be done to one user: `act` opens the dialog for it, `dialogs` is where they are. */
export function useUserActions(onDeleted?: () => void) {
  const [acting, setActing] = useState<Acting | null>(null);
  const act = useCallback((user: User, action: UserAction) => setActing({ user, action, opened: true }), []);
  const user = acting?.user ?? null;
  const close = () => setActing((before) => before && { ...before, opened: false });
  const shown = (action: UserAction) => ({
    user,
    opened: acting?.opened === true && acting.action === action,
    onClose: close,
  });
  return {
    act,
    dialogs: (
      <>
        <EditRole {...shown('role')} />
        <EditUser {...shown('edit')} />
        <RenewToken {...shown('renew')} />
        <DeleteUser {...shown('remove')} {...(onDeleted && { onDeleted })} />
      </>
    ),
  };
}
