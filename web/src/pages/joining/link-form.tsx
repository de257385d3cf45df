import { Anchor, Button, Center, Checkbox, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { LockkeeperError } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { joining } from './messages.ts';

export interface Typed {
  email: string;
  password: string;
  /** Behind the `#` of the link: it never reaches a server's log. */
  ticket: string;
}

interface LinkFormProps {
  title: string;
  lead?: string;
  asks: readonly ('email' | 'password')[];
  /** Without one there is nothing to be done here. */
  needsTicket?: boolean;
  action: string;
  /** Gives the words for when it is done. */
  send(typed: Typed): Promise<string>;
}

type Field = 'email' | 'password' | 'again';

/** A page to which a link leads: one form, said in words what is wrong and where, gone when it is done. */
export function LinkForm({ title, lead, asks, needsTicket = true, action, send }: LinkFormProps) {
  const words = useMessages(joining);
  const { unreachable } = useMessages(common);
  const [ticket] = useState(() => window.location.hash.slice(1));
  const [typed, setTyped] = useState<Record<Field, string>>({ email: '', password: '', again: '' });
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState('');
  const [wrong, setWrong] = useState<{ why: string; field?: Field | undefined }>({
    why: needsTicket && ticket === '' ? words.incomplete : '',
  });
  const fields = useRef<Partial<Record<Field, HTMLInputElement | null>>>({});
  const ending = useRef<HTMLParagraphElement>(null);
  const first: Field | undefined = asks[0];
  const refuse = (why: string, field?: Field) => {
    setWrong({ why, field });
    if (field) fields.current[field]?.focus();
  };
  useEffect(() => {
    if (done !== '') ending.current?.focus();
  }, [done]);

  const mistake = (): [string, Field] | null => {
    if (asks.includes('email') && !/^\S+@\S+$/.test(typed.email.trim())) return [words.typeEmail, 'email'];
    if (!asks.includes('password')) return null;
    if (typed.password === '') return [words.typePassword, 'password'];
    return typed.password === typed.again ? null : [words.different, 'again'];
  };
  const explain = (error: unknown): string => {
    if (!(error instanceof LockkeeperError)) return unreachable;
    const { reason, parameter } = error.userinfo as { reason?: string; parameter?: string };
    const why = reason ?? error.message;
    return parameter === 'token' || parameter === 'resetToken' ? words.deadLink(why) : why;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (needsTicket && ticket === '') return refuse(words.incomplete);
    const found = mistake();
    if (found) return refuse(...found);
    refuse('');
    setBusy(true);
    try {
      const said = await send({ email: typed.email.trim(), password: typed.password, ticket });
      // What was good once stands no longer in the address bar, nor in its history.
      window.history.replaceState(null, '', window.location.pathname);
      setDone(said);
    } catch (error) {
      refuse(explain(error), first);
    } finally {
      setBusy(false);
    }
  };
  const input = (field: Field) => ({
    id: field,
    size: 'lg' as const,
    value: typed[field],
    'aria-invalid': wrong.field === field,
    'aria-describedby': 'reason',
    autoFocus: field === first,
    ref: (element: HTMLInputElement | null) => {
      fields.current[field] = element;
    },
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setTyped((before) => ({ ...before, [field]: value })),
  });
  const password = { type: shown ? 'text' : 'password', autoComplete: 'new-password', maxLength: 256 };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="lg" w={440} maw="100%">
        <Stack>
          <Title order={1} size="h2">
            {title}
          </Title>
          {done === '' && (
            <form onSubmit={submit} noValidate>
              <Stack>
                {lead && <Text>{lead}</Text>}
                {asks.includes('email') && (
                  <TextInput
                    {...input('email')}
                    label={words.email}
                    description={asks.includes('password') ? words.whose : undefined}
                    type="email"
                    autoComplete="username"
                    autoCapitalize="none"
                    maxLength={254}
                    spellCheck={false}
                  />
                )}
                {asks.includes('password') && (
                  <>
                    <TextInput {...input('password')} {...password} label={words.password} description={words.rule} />
                    <TextInput {...input('again')} {...password} label={words.again} />
                    <Checkbox
                      label={words.show}
                      size="md"
                      checked={shown}
                      onChange={(event) => setShown(event.currentTarget.checked)}
                    />
                  </>
                )}
                <Text id="reason" role="alert" c="var(--mantine-color-error)">
                  {wrong.why}
                </Text>
                <Button type="submit" size="lg" loading={busy} autoFocus={first === undefined}>
                  {action}
                </Button>
              </Stack>
            </form>
          )}
          <Text id="done" role="status" tabIndex={-1} ref={ending}>
            {done}
          </Text>
          {done !== '' && (
            <Anchor component={Link} to="/sign-in">
              {words.signIn}
            </Anchor>
          )}
        </Stack>
      </Paper>
    </Center>
  );
}
