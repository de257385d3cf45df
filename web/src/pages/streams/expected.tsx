import { Badge, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useRefusal } from '../../session.tsx';
import { useNow } from '../../ui/duration.tsx';
import { FocusKept } from '../../ui/focus-kept.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { ExpectedForm, NEEDS } from './expected-form.tsx';
import { expectedWords } from './messages-expected.ts';

/** From when to when, in UTC. */
export interface Window {
  from: string;
  to: string;
}

const READS = 'metrics:read';

interface ListProps {
  windows: readonly Window[];
  onRemove(window: Window): void;
}

function List({ windows, onRemove }: ListProps) {
  const words = useMessages(expectedWords);
  const now = new Date(useNow()).toISOString();
  return (
    <WideTable label={words.list} heads={[words.from, words.to, words.actions]} minWidth={420}>
      {windows.map((window) => (
        <Table.Tr key={window.from}>
          <Table.Td>
            <Group gap={6}>
              <Time at={window.from} />
              {window.from <= now && now < window.to && (
                <Badge variant="light" tt="none" size="sm" miw="max-content">
                  {words.now}
                </Badge>
              )}
            </Group>
          </Table.Td>
          <Table.Td>
            <Time at={window.to} />
          </Table.Td>
          <Table.Td>
            <GuardedButton
              needs={NEEDS}
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={words.removeOne(`${window.from.slice(0, 16).replace('T', ' ')} UTC`)}
              onClick={() => onRemove(window)}
            >
              {words.remove}
            </GuardedButton>
          </Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  );
}

/** When somebody counts on the stream, shown to who may see alerts and set by who may configure them. */
export function Expected({ stream }: { stream: string }) {
  const words = useMessages(expectedWords);
  const why = useRefusal()(READS);
  const { data } = useQuery({
    queryKey: ['stream', stream, 'expected'],
    queryFn: () => api.get('/stream/{id}/expected', { params: { path: { id: stream } } }),
    enabled: why === null,
  });
  const set = useChange({
    call: ({ windows }: { windows: Window[]; done: string }) =>
      api.put('/stream/{id}/expected', { params: { path: { id: stream } }, body: windows }),
    of: ['stream', 'alert'],
    done: (_, { done }) => done,
  });
  if (why !== null) return <Text c="dimmed">{why}</Text>;
  if (!data) return <Loading rows={2} />;
  return (
    <FocusKept rows={data}>
      <Stack gap="sm">
        <Text c="dimmed" size="sm">
          {words.lead}
        </Text>
        {data.length === 0 ? (
          <Text>{words.none}</Text>
        ) : (
          <List
            windows={data}
            onRemove={(gone) =>
              set.mutate({ windows: data.filter(({ from }) => from !== gone.from), done: words.removed })
            }
          />
        )}
        <ExpectedForm
          windows={data}
          busy={set.isPending}
          onAdd={(window, onSuccess) => set.mutate({ windows: [...data, window], done: words.added }, { onSuccess })}
        />
      </Stack>
    </FocusKept>
  );
}
