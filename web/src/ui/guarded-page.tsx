import { Alert } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';
import { useRefusal } from '../session.tsx';
import { PageTitle } from './page-title.tsx';

interface Props {
  /** The capability without which the page has nothing to show. */
  needs: string;
  title: string;
  /** Not built, and so not asking the API for anything, for whoever lacks the right. */
  children: ReactNode;
}

/** A page that whoever lacks the right finds under its address, with the reason in its place. */
export function GuardedPage({ needs, title, children }: Props) {
  const words = useMessages(common);
  const why = useRefusal()(needs);
  if (why === null) return children;
  return (
    <>
      <PageTitle title={title} />
      <Alert color="gray" icon={<IconLock aria-hidden />} title={words.refused} role="alert" data-denied={needs}>
        {why}
      </Alert>
    </>
  );
}
