import { Button, Code, DataList, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLanguage, useMessages } from '../../language.tsx';
import { DETAILS, TARGETS } from '../../messages/actions.ts';
import { Time } from '../../ui/time.tsx';
import { auditWords } from './messages.ts';
import type { AuditFilters, AuditRow } from './rows.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function Value({ value }: { value: unknown }): ReactNode {
  const words = useMessages(auditWords);
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'string' && MOMENT.test(value)) return <Time at={value} />;
  if (Array.isArray(value))
    return value.length === 0 ? (
      '–'
    ) : (
      <Group gap={4}>
        {value.map((one) => (
          <Code key={String(one)} className="breakable">
            {String(one)}
          </Code>
        ))}
      </Group>
    );
  return typeof value === 'object' ? <Code className="breakable">{JSON.stringify(value)}</Code> : String(value);
}

interface Props {
  row: AuditRow;
  onFilter(change: AuditFilters): void;
}

/** Everything that is on record of one entry. */
export function EntryDetails({ row, onFilter }: Props) {
  const words = useMessages(auditWords);
  const { language } = useLanguage();
  const { at, actor, credential, target, ip, action, requestId, detail } = row;
  const label = (name: string) => (Object.hasOwn(DETAILS, name) ? DETAILS[name]![language] : name);
  const facts: [string, ReactNode][] = [
    [words.when, at],
    [words.who, [actor.email, actor.type, actor.id].filter(Boolean).join(' · ')],
    [words.credential, `${credential.type} · ${credential.id}`],
    [words.ip, <Value key="ip" value={ip} />],
    [words.operation, <Code key="action">{action}</Code>],
    [words.about, [TARGETS[target.type]?.[language] ?? target.type, target.id].filter(Boolean).join(' · ')],
    ...Object.entries(detail).map(([name, value]): [string, ReactNode] => [
      label(name),
      <Value key={name} value={value} />,
    ]),
    [words.requestId, <Value key="request" value={requestId} />],
  ];
  return (
    <Stack gap="sm" pt="xs">
      <DataList gap={4} labelWidth="9rem">
        {facts.map(([name, value]) => (
          <DataList.Item key={name}>
            <DataList.ItemLabel>{name}</DataList.ItemLabel>
            <DataList.ItemValue className="breakable">{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => onFilter({ actor: actor.id })}>
          {words.onlyActor}
        </Button>
        {target.id !== null && (
          <Button size="xs" variant="default" onClick={() => onFilter({ target: target.id! })}>
            {words.onlyTarget}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
