import { SimpleGrid } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMessages } from '../../language.tsx';
import { useFilters } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { Empty } from '../../ui/empty.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { BackToRoles } from './back.tsx';
import { RoleEditor } from './editor.tsx';
import { roleWords } from './messages.ts';
import { RoleCard } from './role-card.tsx';
import { isOwn, type Role, useRoles } from './roles.ts';

export function Roles() {
  const { roles } = useMessages(common);
  return (
    <GuardedPage needs="role:read" title={roles}>
      <RolePages title={roles} />
    </GuardedPage>
  );
}

/** The list, or the editor for what the address names: a role to change, or one to start a new one from. */
function RolePages({ title }: { title: string }) {
  const words = useMessages(roleWords);
  const [{ edit, start }] = useFilters<{ edit?: string; start?: string }>();
  const { data: roles, error } = useRoles();
  if (error && !roles) throw error;
  if (!roles) return <Loading />;
  const named = (name: string) => roles.find((role) => role.name === String(name));
  if (edit !== undefined) {
    const role = named(edit);
    // The key: another role is another draft.
    if (role && isOwn(role)) return <RoleEditor key={role.name} own={role} from={role} roles={roles} />;
    return (
      <>
        <PageTitle title={title} />
        <Empty title={words.gone} hint={words.goneHint}>
          <BackToRoles />
        </Empty>
      </>
    );
  }
  if (start !== undefined) return <RoleEditor key={start} own={null} from={named(start) ?? null} roles={roles} />;
  return <RoleList title={title} roles={roles} />;
}

function RoleList({ title, roles }: { title: string; roles: readonly Role[] }) {
  const words = useMessages(roleWords);
  const navigate = useNavigate();
  return (
    <>
      <PageTitle title={title} lead={words.lead}>
        <GuardedButton
          needs="role:manage"
          leftSection={<IconPlus size={18} aria-hidden />}
          onClick={() => void navigate({ to: '/roles', search: { start: 'blank' } as never })}
        >
          {words.create}
        </GuardedButton>
      </PageTitle>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }} role="list" aria-label={title}>
        {roles.map((role) => (
          <RoleCard key={role.name} role={role} />
        ))}
      </SimpleGrid>
    </>
  );
}
