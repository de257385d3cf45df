import {
  Alert,
  Anchor,
  Button,
  Center,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, LockkeeperError, queries } from '../api.ts';
import { sayWhy } from '../changes.ts';
import icon from '../icon.svg';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';
import { signIn } from '../messages/sign-in.ts';
import { BASE } from '../place.ts';
import { remember } from '../session.tsx';

/** Only within the dashboard: a link must not lead whoever signs in somewhere else. */
const within = (to: unknown): string =>
  typeof to === 'string' && to.startsWith('/') && !to.startsWith('//') ? to : '/';

export function SignIn() {
  const words = useMessages(signIn);
  const { unreachable, showPassword } = useMessages(common);
  const router = useRouter();
  const { to } = useSearch({ strict: false }) as { to?: string };
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  // Everything that was read belongs to who was signed in before.
  useEffect(() => queries.clear(), []);
  const enter = useMutation({
    mutationFn: () => api.post('/session', { body: { email, password } }),
    onSuccess(me) {
      remember(me);
      void router.navigate({ href: `${BASE}${within(to)}` });
    },
  });
  const why =
    enter.error instanceof LockkeeperError && enter.error.retryAfter !== null
      ? words.wait(enter.error.retryAfter)
      : enter.error && sayWhy(enter.error, unreachable);
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={380} maw="100%">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            enter.mutate();
          }}
        >
          <Stack>
            <Group gap="sm">
              <img src={icon} width={36} height={36} alt="" />
              <Title order={1} size="h2">
                Lockkeeper
              </Title>
            </Group>
            <Text c="dimmed">{words.lead}</Text>
            <TextInput
              label={words.email}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              visibilityToggleButtonProps={{ 'aria-label': showPassword }}
              label={words.password}
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {why && (
              <Alert color="red" role="alert">
                {why}
              </Alert>
            )}
            <Button type="submit" loading={enter.isPending}>
              {words.title}
            </Button>
            <Anchor component={Link} to="/forgot-password">
              {words.forgot}
            </Anchor>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
