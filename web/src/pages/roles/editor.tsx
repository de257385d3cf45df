import { Grid, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { useChange } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Section } from '../../ui/section.tsx';
import { Affected, Differences } from './affected.tsx';
import { BackToRoles } from './back.tsx';
import { type Draft, useDraft, useFindings } from './draft.ts';
import { DraftFields } from './editor-fields.tsx';
import { editor } from './editor-messages.ts';
import { EditorTable } from './editor-table.tsx';
import { Findings } from './findings.tsx';
import { roleWords } from './messages.ts';
import type { Role } from './roles.ts';
import { SaveRole } from './save.tsx';

interface Props {
  /** The role that is changed; null for a new one. */
  own: Role | null;
  /** What the draft begins with. */
  from: Role | null;
  roles: readonly Role[];
}

/** A custom role in the making, with the matrix, the linter's words and those it affects in view. */
export function RoleEditor({ own: role, from, roles }: Props) {
  const words = useMessages(roleWords);
  const title = role ? words.editTitle(role.name) : words.createTitle;
  return (
    <GuardedPage needs="role:manage" title={title}>
      <Editor own={role} from={from} roles={roles} title={title} />
    </GuardedPage>
  );
}

function Editor({ own: role, from, roles, title }: Props & { title: string }) {
  const words = useMessages(editor);
  const navigate = useNavigate();
  const [draft, setDraft] = useDraft(role, from);
  const findings = useFindings(draft, role);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const save = useChange({
    call() {
      const params = { path: { name: draft.name } };
      const body = { description: draft.description, audiences: draft.audiences, capabilities: draft.capabilities };
      return role ? api.put('/permission/{name}', { params, body }) : api.post('/permission/{name}', { params, body });
    },
    of: ['role', 'user', 'token'],
    done: () => (role ? words.saved(draft.name) : words.created(draft.name)),
    onDone: () => void navigate({ to: '/roles' }),
  });
  return (
    <>
      <PageTitle title={title}>
        <BackToRoles />
      </PageTitle>
      <Grid gap="md" align="flex-start">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack>
            <DraftFields
              draft={draft}
              role={role}
              from={from}
              roles={roles}
              onChange={change}
              findings={findings.data}
            />
            <EditorTable
              roles={roles}
              chosen={draft.capabilities}
              onChange={(capabilities) => change({ capabilities })}
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }} className="editor-aside">
          <Stack>
            <Section title={words.findings}>
              <Findings query={findings} />
            </Section>
            {role && (
              <Section title={words.changes}>
                <Differences before={role.capabilities} after={draft.capabilities} />
              </Section>
            )}
            {role && (
              <Section title={words.affected}>
                <Affected role={role.name} />
              </Section>
            )}
            <SaveRole draft={draft} role={role} roles={roles} busy={save.isPending} onSave={() => save.mutate()} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
