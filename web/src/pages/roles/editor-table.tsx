import { Checkbox, Code, Group, Stack, Table, Text } from '@mantine/core';
import { type CapabilityGroup, type CapabilityText, useCapabilityGroups } from '../../capabilities.ts';
import { useMessages } from '../../language.tsx';
import { RoleBadge } from '../../ui/role-badge.tsx';
import { ADMINS_ALONE, useMayGive } from './draft.ts';
import { editor } from './editor-messages.ts';
import { Mark } from './matrix-table.tsx';
import './matrix.css';
import { matrix } from './messages.ts';
import { isOwn, type Role } from './roles.ts';

interface Props {
  roles: readonly Role[];
  chosen: readonly string[];
  onChange(capabilities: string[]): void;
}

/** The matrix with a column to fill in, beside what the predefined roles hold. */
export function EditorTable({ roles, chosen, onChange }: Props) {
  const [words, { capability }] = [useMessages(editor), useMessages(matrix)];
  const mayGive = useMayGive();
  const beside = roles.filter((role) => !isOwn(role));
  const all = useCapabilityGroups(roles.flatMap(({ capabilities }) => capabilities));
  const set = (ids: readonly string[], on: boolean) => {
    const changed = ids.filter(mayGive);
    onChange(on ? [...new Set([...chosen, ...changed])] : chosen.filter((id) => !changed.includes(id)));
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600}>{words.permissions}</Text>
        <Text size="sm" c="dimmed" role="status">
          {words.chosen(chosen.length, all.flatMap(({ rows }) => rows).length)}
        </Text>
      </Group>
      <Table aria-label={words.permissions} withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{capability}</Table.Th>
            {beside.map(({ name }) => (
              <Table.Th key={name} scope="col" className="matrix-mark matrix-role" visibleFrom="sm">
                <RoleBadge role={name} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {all.map((group) => (
          <GroupRows key={group.group} group={group} beside={beside} chosen={chosen} onSet={set} />
        ))}
      </Table>
    </Stack>
  );
}

interface GroupProps {
  group: CapabilityGroup;
  beside: readonly Role[];
  chosen: readonly string[];
  onSet(ids: readonly string[], on: boolean): void;
}

function GroupRows({ group: { title, rows }, beside, chosen, onSet }: GroupProps) {
  const words = useMessages(editor);
  const mayGive = useMayGive();
  const given = rows.filter(({ id }) => mayGive(id)).map(({ id }) => id);
  const held = given.filter((id) => chosen.includes(id)).length;
  return (
    <Table.Tbody>
      <Table.Tr bg="var(--mantine-color-default-hover)">
        <Table.Th scope="rowgroup" colSpan={beside.length + 1}>
          <Checkbox
            label={title}
            aria-label={words.whole(title)}
            checked={given.length > 0 && held === given.length}
            indeterminate={held > 0 && held < given.length}
            disabled={given.length === 0}
            onChange={({ currentTarget }) => onSet(given, currentTarget.checked)}
          />
        </Table.Th>
      </Table.Tr>
      {rows.map((row) => (
        <Table.Tr key={row.id}>
          <Table.Th scope="row" fw={400}>
            <Choice row={row} checked={chosen.includes(row.id)} onSet={onSet} />
          </Table.Th>
          {beside.map(({ name, capabilities }) => (
            <Table.Td key={name} className="matrix-mark" visibleFrom="sm">
              <Mark holds={capabilities.includes(row.id)} />
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  );
}

interface ChoiceProps {
  row: CapabilityText;
  checked: boolean;
  onSet: GroupProps['onSet'];
}

/** One capability to choose. What cannot be given can be reached, and says why. */
function Choice({ row: { id, title, sentence }, checked, onSet }: ChoiceProps) {
  const [words, { letsYou }] = [useMessages(editor), useMessages(matrix)];
  const mayGive = useMayGive()(id);
  const why = mayGive ? null : id === ADMINS_ALONE ? words.keyIsAdmins : words.notYours;
  return (
    <Checkbox
      checked={checked}
      {...(why && { 'aria-disabled': true, 'data-denied': id, color: 'gray' })}
      onChange={({ currentTarget }) => mayGive && onSet([id], currentTarget.checked)}
      label={
        <Group gap="xs" component="span">
          {title} <Code className="breakable">{id}</Code>
        </Group>
      }
      description={why ? `${letsYou(sentence)} ${why}` : letsYou(sentence)}
    />
  );
}
