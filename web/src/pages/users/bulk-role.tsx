import { Alert, Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { api, queries } from '../../api.ts';
import { useSayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useMe } from '../../session.tsx';
import { userWords } from './messages.ts';
import { RoleCards } from './role-cards.tsx';
import { roleWords } from './role-messages.ts';
import type { User } from './user.ts';

interface Result {
  user: User;
  /** Why not; null when it was done. */
  refused: string | null;
}

interface Run {
  role: string;
  of: number;
  results: readonly Result[];
  over: boolean;
}

/** One call per user, one after the other: each is a change with a row of its own in the log. */
function useBulkRole(users: readonly User[]) {
  const sayWhy = useSayWhy();
  const { stopped } = useMessages(userWords);
  const me = useMe().user?.id;
  const [run, setRun] = useState<Run | null>(null);
  const stop = useRef(false);
  async function start(role: string) {
    stop.current = false;
    // Whoever changes their own role is signed out by it, and could not go on.
    const inOrder = users.toSorted((a, b) => Number(a.id === me) - Number(b.id === me));
    const results: Result[] = [];
    setRun({ role, of: inOrder.length, results: [], over: false });
    for (const user of inOrder) {
      results.push({ user, refused: stop.current ? stopped : await give(user.id, role) });
      setRun({ role, of: inOrder.length, results: [...results], over: false });
    }
    setRun({ role, of: inOrder.length, results, over: true });
    for (const noun of ['user', 'token', 'audit', 'access']) void queries.invalidateQueries({ queryKey: [noun] });
  }
  async function give(id: string, permission: string): Promise<string | null> {
    try {
      await api.put('/user/permission', { body: { id, permission } });
      return null;
    } catch (error) {
      return sayWhy(error);
    }
  }
  return {
    run,
    start,
    stop() {
      stop.current = true;
    },
  };
}

function Results({ run }: { run: Run }) {
  const words = useMessages(userWords);
  const refused = run.results.filter((one) => one.refused !== null);
  return (
    <>
      <Text fw={600} role="status">
        {words.resultsSummary(run.results.length - refused.length, refused.length)}
      </Text>
      <List
        size="sm"
        aria-label={words.results}
        listStyleType="none"
        mah="40dvh"
        style={{ overflow: 'auto' }}
        tabIndex={0}
      >
        {[...refused, ...run.results.filter((one) => one.refused === null)].map(({ user, refused }) => (
          <List.Item key={user.id} className="breakable">
            {refused === null ? (
              <IconCheck size={16} aria-hidden style={{ verticalAlign: 'text-bottom' }} />
            ) : (
              <IconX size={16} aria-hidden style={{ verticalAlign: 'text-bottom' }} />
            )}{' '}
            <b>{user.email}</b> {refused ?? words.resultDone(run.role)}
          </List.Item>
        ))}
      </List>
    </>
  );
}

interface DialogProps {
  users: readonly User[];
  opened: boolean;
  onClose(): void;
  /** Told when it was done and read. */
  onFinished(): void;
}

function Choice({ users, onGo, onClose }: Pick<DialogProps, 'users' | 'onClose'> & { onGo(role: string): void }) {
  const words = useMessages(userWords);
  const { choose } = useMessages(roleWords);
  const { cancel } = useMessages(common);
  const me = useMe().user?.id;
  const [role, setRole] = useState<string | null>(null);
  return (
    <Stack>
      <RoleCards label={choose} value={role} onChange={setRole} />
      <Alert color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />}>
        {words.bulkWarning}
        {users.some(({ id }) => id === me) && (
          <Text size="sm" fw={600} mt="xs">
            {words.bulkSelf}
          </Text>
        )}
      </Alert>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {cancel}
        </Button>
        <Button color="red" disabled={role === null} onClick={() => role !== null && onGo(role)}>
          {role === null ? choose : words.bulkGo(users.length, role)}
        </Button>
      </Group>
    </Stack>
  );
}

function Steps({ users, onClose, onFinished }: Omit<DialogProps, 'opened'>) {
  const words = useMessages(userWords);
  const { close } = useMessages(common);
  const { run, start, stop } = useBulkRole(users);
  if (run === null) return <Choice users={users} onGo={start} onClose={onClose} />;
  const done = run.results.length;
  return (
    <Stack>
      <Progress.Root size="lg">
        <Progress.Section value={(100 * done) / run.of} aria-label={words.progressLabel} />
      </Progress.Root>
      {run.over ? <Results run={run} /> : <Text>{words.progress(done, run.of)}</Text>}
      <Group justify="flex-end">
        {run.over ? (
          <Button
            onClick={() => {
              onClose();
              onFinished();
            }}
          >
            {close}
          </Button>
        ) : (
          <Button variant="default" onClick={stop}>
            {words.stop}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** One role for several users, with what came of each. It stays open until its result was read. */
export function BulkRole({ users, opened, onClose, onFinished }: DialogProps) {
  const words = useMessages(userWords);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={words.bulkTitle(users.length)}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Steps users={users} onClose={onClose} onFinished={onFinished} />
    </Modal>
  );
}
