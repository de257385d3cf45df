import { MultiSelect, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { type Audience, type Draft, type Findings, nameProblem, useMayGive } from './draft.ts';
import { editor } from './editor-messages.ts';
import type { Role } from './roles.ts';

interface Props {
  draft: Draft;
  role: Role | null;
  from: Role | null;
  roles: readonly Role[];
  findings: Findings | undefined;
  onChange(part: Partial<Draft>): void;
}

const BLANK = '';

/** A role's name and description, and what it starts from. */
export function DraftFields({ draft, role, from, roles, findings, onChange }: Props) {
  const words = useMessages(editor);
  const mayGive = useMayGive();
  const problem = role ? null : nameProblem(draft.name, roles);
  const services = [...new Set(roles.flatMap(({ audiences }) => audiences))];
  return (
    <Stack gap="sm">
      {!role && (
        <>
          <TextInput
            label={words.name}
            description={words.nameHint}
            value={draft.name}
            maxLength={64}
            required
            error={problem && words[problem]}
            onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
          />
          <Select
            label={words.start}
            data={[{ value: BLANK, label: words.nothing }, ...roles.map(({ name }) => ({ value: name, label: name }))]}
            defaultValue={from?.name ?? BLANK}
            allowDeselect={false}
            onChange={(name) =>
              onChange({
                capabilities: roles.find((one) => one.name === name)?.capabilities.filter(mayGive) ?? [],
              })
            }
          />
        </>
      )}
      <Textarea
        label={words.description}
        value={draft.description}
        maxLength={500}
        autosize
        minRows={2}
        onChange={({ currentTarget }) => onChange({ description: currentTarget.value.replaceAll('\n', ' ') })}
      />
      <MultiSelect
        label={words.audiences}
        description={words.audiencesHint}
        data={services}
        value={draft.audiences ?? findings?.audiences ?? []}
        onChange={(audiences) => onChange({ audiences: audiences as Audience[] })}
      />
    </Stack>
  );
}
