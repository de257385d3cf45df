import { Button, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { api } from '../api.ts';
import { useChange } from '../changes.ts';
import { LANGUAGES, type Language, useLanguage, useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';
import { forget, useMe } from '../session.tsx';

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** Who is signed in, how the pages look to them, and the way out. */
export function Account() {
  const words = useMessages(common);
  const { language, setLanguage } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const router = useRouter();
  const { user } = useMe();
  const signOut = useChange({
    call: () => api.delete('/session'),
    of: [],
    onDone() {
      forget();
      void router.navigate({ to: '/sign-in' });
    },
  });
  const mark = (chosen: boolean) => (chosen ? <IconCheck size={16} aria-hidden /> : null);
  return (
    <Menu position="bottom-end" withinPortal width={240}>
      <Menu.Target>
        <Button
          variant="subtle"
          px="xs"
          aria-label={`${words.account}: ${user?.permission}`}
          leftSection={<IconUserCircle size={22} aria-hidden />}
        >
          <Text span inherit visibleFrom="xs">
            {user?.permission}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="breakable">{user?.email}</Menu.Label>
        <Menu.Label>{words.language}</Menu.Label>
        {(Object.keys(LANGUAGES) as Language[]).map((one) => (
          <Menu.Item key={one} lang={one} onClick={() => setLanguage(one)} rightSection={mark(one === language)}>
            {LANGUAGES[one]}
          </Menu.Item>
        ))}
        <Menu.Label>{words.theme}</Menu.Label>
        {SCHEMES.map((one) => (
          <Menu.Item key={one} onClick={() => setColorScheme(one)} rightSection={mark(one === colorScheme)}>
            {words[one]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          {words.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
