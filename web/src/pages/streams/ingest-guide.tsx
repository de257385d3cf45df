import { Alert, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { useRefusal } from '../../session.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { type MadeToken, MakeToken } from './ingest-tokens.tsx';
import { ingestWords } from './messages-ingest.ts';
import type { Stream } from './types.ts';

export const useSettings = () =>
  useQuery({ queryKey: ['organisation'], queryFn: () => api.get('/organisation') }).data?.settings;

const ENCODING = '-c:v libx264 -preset veryfast -tune zerolatency -g 60 -c:a aac -f flv';

const sendFile = (target: string) => `ffmpeg -re -stream_loop -1 -i video.mp4 ${ENCODING} "${target}"`;
const sendPicture = (target: string) =>
  `ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=30 -f lavfi -i sine ${ENCODING} "${target}"`;

/** What goes into an encoder, for who may see it. */
export function IngestGuide({ stream: { id, ingest } }: { stream: Pick<Stream, 'id' | 'ingest'> }) {
  const words = useMessages(ingestWords);
  const why = useRefusal()('ingest:read');
  const settings = useSettings();
  const [made, setMade] = useState<MadeToken | null>(null);
  if (!ingest) return <Text c="dimmed">{why}</Text>;
  const { url, streamname } = ingest.rtmp;
  const key = made?.streamname ?? streamname;
  const target = `${url}/${key}`;
  const needsToken = settings?.ingestTokens === true;
  return (
    <Stack gap="sm">
      {needsToken && (
        <Alert color={made ? 'green' : 'yellow'} role="status">
          {made ? words.tokenMade(`${made.expiresAt.slice(0, 16).replace('T', ' ')} UTC`) : words.tokenNeeded}
        </Alert>
      )}
      {needsToken && <MakeToken stream={id} onMade={setMade} />}
      <Text c="dimmed" size="sm">
        {words.secret}
      </Text>
      <Tabs defaultValue="obs">
        <Tabs.List aria-label={words.encoder}>
          <Tabs.Tab value="obs">OBS Studio</Tabs.Tab>
          <Tabs.Tab value="ffmpeg">ffmpeg</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="obs" pt="sm">
          <Stack gap="sm">
            <Text>{words.obs}</Text>
            <CopyField label={words.server} value={url} />
            <CopyField label={words.key} value={key} secret />
            <Text c="dimmed" size="sm">
              {words.obsAdvice}
            </Text>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="ffmpeg" pt="sm">
          <Stack gap="sm">
            <Snippet label={words.ffmpegTest} text={sendPicture(target)} secret={key} />
            <Snippet label={words.ffmpegFile} text={sendFile(target)} secret={key} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
