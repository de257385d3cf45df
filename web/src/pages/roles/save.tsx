import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../language.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Affected, Differences } from './affected.tsx';
import { type Draft, nameProblem } from './draft.ts';
import { editor } from './editor-messages.ts';
import type { Role } from './roles.ts';

interface Props {
  draft: Draft;
  role: Role | null;
  roles: readonly Role[];
  busy: boolean;
  onSave(): void;
}

/** The button that saves. A change is confirmed first: it ends tokens. */
export function SaveRole({ draft, role, roles, busy, onSave }: Props) {
  const words = useMessages(editor);
  const [asking, setAsking] = useState(false);
  const problem = role ? null : nameProblem(draft.name, roles);
  const unfit = !role && draft.name === '' ? words.nameHint : problem && words[problem];
  return (
    <>
      <GuardedButton
        needs="role:manage"
        unless={unfit}
        loading={busy}
        onClick={() => (role ? setAsking(true) : onSave())}
      >
        {role ? words.save : words.create}
      </GuardedButton>
      {role && (
        <Confirm
          opened={asking}
          title={words.saveAsk(role.name)}
          action={words.save}
          busy={busy}
          onConfirm={() => {
            setAsking(false);
            onSave();
          }}
          onClose={() => setAsking(false)}
        >
          <Stack gap="sm">
            <Differences before={role.capabilities} after={draft.capabilities} />
            <Affected role={role.name} />
          </Stack>
        </Confirm>
      )}
    </>
  );
}
