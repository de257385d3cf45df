import './home.css';
import { Stack } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useCan } from '../../session.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Latest } from './latest.tsx';
import { homeWords } from './messages.ts';
import { OpenAlerts } from './open-alerts.tsx';
import { Tiles } from './tiles.tsx';
import { Traffic } from './traffic.tsx';

/** How things stand, at a glance. */
export function Home() {
  const words = useMessages(homeWords);
  const { home } = useMessages(common);
  const can = useCan();
  return (
    <>
      <PageTitle title={home} lead={words.lead} />
      <Tiles />
      <div className="home-parts">
        <div className="home-alerts">
          <OpenAlerts />
        </div>
        <Stack>
          <Traffic />
          {can('stream:read') && <Latest />}
        </Stack>
      </div>
    </>
  );
}
