import { Alert, Stack, Tabs, Text } from '@mantine/core';
import { useMessages } from '../../language.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { useSettings } from './ingest-guide.tsx';
import { oneWords } from './messages-one.ts';
import { pageWithHls, pageWithMpegts, playWithFfplay, recordWithCurl } from './snippets.ts';
import type { Stream } from './types.ts';

/** Where the stream plays, and how it gets into a page. */
export function Playout({ stream: { playout } }: { stream: Stream }) {
  const words = useMessages(oneWords);
  const secure = useSettings()?.securePlayback === true;
  const played = playout.h5live[0];
  if (!played) return null;
  const withToken = (url: string) => (secure ? `${url}?token=PLAYBACK_TOKEN` : url);
  const socket = withToken(played.server.websocket);
  const http = withToken(played.server.progressive);
  const hls = played.server.hls === null ? null : withToken(played.server.hls);
  const rtmp = withToken(`${played.rtmp.url}/${played.rtmp.streamname}`);
  return (
    <Tabs defaultValue="addresses" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="addresses">{words.addresses}</Tabs.Tab>
        <Tabs.Tab value="code">{words.snippets}</Tabs.Tab>
      </Tabs.List>
      {secure && (
        <Alert color="yellow" mt="sm" role="note">
          {words.secure} {words.tokenPlace}
        </Alert>
      )}
      <Tabs.Panel value="addresses" pt="sm">
        <Stack gap="sm">
          <CopyField label={words.flvSocket} value={socket} />
          <CopyField label={words.flvHttp} value={http} />
          {hls === null ? <Text c="dimmed">{words.noHls}</Text> : <CopyField label={words.hls} value={hls} />}
          <CopyField label={words.rtmp} value={rtmp} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="code" pt="sm">
        <Stack gap="sm">
          <Snippet label={words.htmlFlv} text={pageWithMpegts(socket)} />
          {hls !== null && <Snippet label={words.htmlHls} text={pageWithHls(hls)} />}
          <Snippet label={words.ffplay} text={playWithFfplay(rtmp)} />
          <Snippet label={words.curl} text={recordWithCurl(http)} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}
