import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { CopyField } from '../../ui/copy.tsx';
import { LifeSelect } from '../../ui/life-select.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Time } from '../../ui/time.tsx';
import { RoleCards } from './role-cards.tsx';
import { roleWords } from './role-messages.ts';

type Made = Answer<'/user/invite', 'post'>;

const DAY_S = 86_400;
const LIVES = [1, 3, 7, 14, 30].map((days) => days * DAY_S);
const WEEK_S = 7 * DAY_S;

function Form({ onMade, onClose }: { onMade(made: Made): void; onClose(): void }) {
  const words = useMessages(roleWords);
  const { cancel } = useMessages(common);
  const [role, setRole] = useState<string | null>(null);
  const [email, setEmail] = useState('');
  const [expiresIn, setExpiresIn] = useState(WEEK_S);
  const invite = useChange({
    call: (permission: string) => {
      const address = email.trim();
      return api.post('/user/invite', { body: { permission, expiresIn, ...(address && { email: address }) } });
    },
    of: ['invitation', 'audit'],
    onDone: onMade,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (role !== null) invite.mutate(role);
      }}
    >
      <Stack>
        <RoleCards label={words.inviteRole} value={role} onChange={setRole} />
        <TextInput
          label={words.inviteEmail}
          description={words.inviteEmailHint}
          type="email"
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        <LifeSelect label={words.inviteLife} lives={LIVES} value={expiresIn} onChange={setExpiresIn} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {cancel}
          </Button>
          <Button type="submit" disabled={role === null} loading={invite.isPending}>
            {words.inviteGo}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Link({ made, onClose }: { made: Made; onClose(): void }) {
  const words = useMessages(roleWords);
  return (
    <Stack>
      <ShownOnce title={words.linkMade}>{words.linkOnce}</ShownOnce>
      <CopyField label={words.link} value={made.url} />
      <Text size="sm" component="div">
        {words.linkUntil}: <Time at={made.expiresAt} />
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {words.done}
        </Button>
      </Group>
    </Stack>
  );
}

/** Somebody new: a role, and a link that gives it once. */
export function Invite({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const words = useMessages(roleWords);
  const { close } = useMessages(common);
  const [made, setMade] = useState<Made | null>(null);
  const leave = () => {
    setMade(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={leave}
      size="lg"
      title={words.invite}
      // What cannot be read again does not go by a slip of the hand.
      closeOnClickOutside={made === null}
      closeOnEscape={made === null}
      closeButtonProps={{ 'aria-label': close }}
    >
      {made ? <Link made={made} onClose={leave} /> : <Form onMade={setMade} onClose={leave} />}
    </Modal>
  );
}
