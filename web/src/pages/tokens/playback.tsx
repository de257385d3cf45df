import { Stack } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { GuardedPage } from '../../ui/guarded-page.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { CreatePlayback } from './playback-create.tsx';
import { Decode } from './playback-decode.tsx';
import { PlaybackList } from './playback-list.tsx';
import { playback } from './playback-messages.ts';

export function PlaybackTokens() {
  const words = useMessages(playback);
  const { playbackTokens: title } = useMessages(common);
  return (
    <GuardedPage needs="playback-token:create" title={title}>
      <PageTitle title={title} lead={words.lead}>
        <CreatePlayback />
      </PageTitle>
      <Stack>
        <PlaybackList />
        <Decode />
      </Stack>
    </GuardedPage>
  );
}
