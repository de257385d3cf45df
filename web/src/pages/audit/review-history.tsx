import { Anchor, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Section } from '../../ui/section.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { accessWords } from './access-messages.ts';

const ACTION = 'reviewAccess';
const SHOWN = 20;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Who has reviewed whose access, and when. */
export function ReviewHistory() {
  const words = useMessages(accessWords);
  const { data } = useQuery({
    queryKey: ['audit', ACTION],
    queryFn: () => api.get('/audit', { params: { query: { action: ACTION, outcome: 'allowed', limit: SHOWN } } }),
  });
  return (
    <Section
      title={words.history}
      lead={words.historyLead}
      actions={
        <Anchor component={Link} to="/audit" search={{ action: ACTION } as never} size="sm">
          {words.wholeLog}
        </Anchor>
      }
    >
      {!data && <Loading rows={2} />}
      {data?.length === 0 && <Text size="sm">{words.noHistory}</Text>}
      {data && data.length > 0 && (
        <WideTable
          label={words.history}
          heads={[words.when, words.reviewer, words.whom, words.moment, words.noteHead]}
          minWidth={680}
        >
          {data.map(({ id, at, actor, detail }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Time at={at} />
              </Table.Td>
              <Table.Th scope="row" fw="normal" className="breakable">
                {actor.email ?? actor.type}
              </Table.Th>
              <Table.Td className="breakable">
                {detail['all'] === true ? words.everybody : (text(detail['email']) ?? '–')}
              </Table.Td>
              <Table.Td>
                <Time at={text(detail['at'])} />
              </Table.Td>
              <Table.Td className="breakable">{text(detail['note']) ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
    </Section>
  );
}
