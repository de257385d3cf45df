import { Alert, Group, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, LockkeeperError, queries } from '../../api.ts';
import { useSayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useMe } from '../../session.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Section } from '../../ui/section.tsx';
import { password as catalogue } from './messages.ts';

/** [doc] The error of a password that is not the right one. */
const WRONG = 4002;

export function Password() {
  const words = useMessages(catalogue);
  const { close, showPassword } = useMessages(common);
  const { user } = useMe();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const sayWhy = useSayWhy();
  // What is wrong is said beside the fields, where it is put right.
  const change = useMutation({
    mutationFn: () => api.put('/user/password', { body: { oldPassword: old, password: fresh } }),
    onSuccess() {
      setOld('');
      setFresh('');
      notifications.show({ message: words.changed, color: 'green', closeButtonProps: { 'aria-label': close } });
      void queries.invalidateQueries({ queryKey: ['token'] });
    },
  });
  const wrong = change.error instanceof LockkeeperError && change.error.code === WRONG;
  return (
    <Section title={words.title} lead={words.lead}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Stack maw={420}>
          {/* For programs that keep passwords. */}
          <input type="text" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': showPassword }}
            label={words.old}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={old}
            error={wrong && words.wrong}
            onChange={(event) => {
              setOld(event.currentTarget.value);
              change.reset();
            }}
          />
          <PasswordInput
            visibilityToggleButtonProps={{ 'aria-label': showPassword }}
            label={words.fresh}
            description={words.freshHint}
            autoComplete="new-password"
            required
            withAsterisk={false}
            minLength={12}
            maxLength={256}
            value={fresh}
            onChange={(event) => setFresh(event.currentTarget.value)}
          />
          {change.error && !wrong && (
            <Alert color="red" role="alert">
              {sayWhy(change.error)}
            </Alert>
          )}
          <Group>
            <GuardedButton needs="token:own" type="submit" variant="default" loading={change.isPending}>
              {words.change}
            </GuardedButton>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
