import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Measured } from './measured.tsx';
import { analyticsWords } from './messages.ts';

export function OrganisationAnalytics() {
  const { analytics } = useMessages(common);
  const words = useMessages(analyticsWords);
  return (
    <GuardedPage needs="metrics:read" title={analytics}>
      <PageTitle title={analytics} lead={words.lead} />
      <Measured stream={null} />
    </GuardedPage>
  );
}
