import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useState } from 'react';
import { sayWhy } from '../../changes.ts';
import { useMessages } from '../../language.tsx';
import { useFilters } from '../../lists.ts';
import { common } from '../../messages/common.ts';
import { ExportButton } from '../../ui/export-button.tsx';
import { GuardedButton } from '../../ui/guarded-button.tsx';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { AccessKeys } from './access-keys.tsx';
import { accessWords } from './access-messages.ts';
import { People } from './access-people.tsx';
import {
  type AccessFilters,
  accessCsvOf,
  isIdle,
  isShown,
  type Person,
  SHOWN,
  usePeople,
  useReport,
} from './report.ts';
import { ReviewDialog } from './review-dialog.tsx';
import { ReviewHistory } from './review-history.tsx';
import { isMoment } from './rows.ts';

export function AccessReview() {
  const { access } = useMessages(common);
  return (
    <GuardedPage needs="audit:read" title={access}>
      <Review title={access} />
    </GuardedPage>
  );
}

function Review({ title }: { title: string }) {
  const words = useMessages(accessWords);
  const { unreachable } = useMessages(common);
  const [filters, setFilters] = useFilters<AccessFilters>();
  const at = isMoment(String(filters.at)) ? filters.at : undefined;
  const { data: report, error, isPlaceholderData } = useReport(at);
  const people = usePeople(report);
  const [reviewing, setReviewing] = useState<{ user: string | null } | null>(null);
  return (
    <>
      <PageTitle title={title} lead={words.lead}>
        <ExportButton href={accessCsvOf(at)} />
        <GuardedButton
          needs="audit:read"
          disabled={!report}
          leftSection={<IconChecks size={18} aria-hidden />}
          onClick={() => setReviewing({ user: null })}
        >
          {words.markAll}
        </GuardedButton>
      </PageTitle>
      <Filters filters={filters} at={at} onChange={setFilters} />
      {error && !isPlaceholderData && <Alert color="red">{sayWhy(error, unreachable)}</Alert>}
      {!report && !error && <Loading rows={10} />}
      {report && (
        <Stack>
          <Facts people={people} since={report.usesKnownSince} />
          <People users={people} filters={filters} onReview={(user) => setReviewing({ user })} />
          <AccessKeys keys={report.keys} />
          <ReviewHistory />
          {/* A new one each time: it begins without a note. */}
          {reviewing && <ReviewDialog at={report.at} user={reviewing.user} onClose={() => setReviewing(null)} />}
        </Stack>
      )}
    </>
  );
}

/** What stands out, and how far back it is known. */
function Facts({ people, since }: { people: readonly Person[]; since: string | null }) {
  const words = useMessages(accessWords);
  const tokens = people.reduce((sum, user) => sum + user.tokens.length, 0);
  return (
    <div>
      <Text>{words.facts(people.filter(isIdle).length, people.filter(SHOWN.smaller).length, tokens)}</Text>
      <Text size="sm" c="dimmed">
        {since ? words.since(`${since.slice(0, 16).replace('T', ' ')} UTC`) : words.noUses}
      </Text>
    </div>
  );
}

interface FiltersProps {
  filters: AccessFilters;
  at: string | undefined;
  onChange(change: Partial<AccessFilters>): void;
}

function Filters({ filters, at, onChange }: FiltersProps) {
  const words = useMessages(accessWords);
  const set = (change: { [Name in keyof AccessFilters]?: string | undefined }) => onChange(change as AccessFilters);
  return (
    <Group align="flex-end" mb="md" gap="sm">
      <TextInput
        type="datetime-local"
        label={words.at}
        max={new Date().toISOString().slice(0, 16)}
        value={at ?? ''}
        onChange={({ currentTarget }) => set({ at: currentTarget.value || undefined })}
      />
      {at && (
        <Button variant="default" onClick={() => set({ at: undefined })}>
          {words.now}
        </Button>
      )}
      <SearchField
        label={words.search}
        placeholder={words.searchHint}
        flex="1 1 14rem"
        maw={360}
        value={filters.search === undefined ? undefined : String(filters.search)}
        onSettled={(search) => set({ search })}
      />
      <Select
        label={words.show}
        data={Object.keys(SHOWN).map((name) => ({ value: name, label: words[name as keyof typeof SHOWN] }))}
        allowDeselect={false}
        value={isShown(filters.show) ? filters.show : 'everybody'}
        onChange={(show) => set({ show: show === 'everybody' ? undefined : (show ?? undefined) })}
      />
    </Group>
  );
}
