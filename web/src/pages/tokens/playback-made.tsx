import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';
import { useMessages } from '../../language.tsx';
import { CopyField } from '../../ui/copy.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { Time } from '../../ui/time.tsx';
import { pageWithMpegts } from '../streams/snippets.ts';
import { nameOf, type Stream } from '../streams/types.ts';
import { createPlayback as catalogue } from './playback-messages.ts';

/** Where one stream plays with the token in hand. */
function Addresses({ stream: { playout }, token }: { stream: Stream; token: string }) {
  const words = useMessages(catalogue);
  const [played] = playout.h5live;
  if (!played) return null;
  const { hls, websocket, progressive } = played.server;
  const opened = (url: string) => `${url}?token=${token}`;
  return (
    <>
      {hls !== null && <Snippet label={words.hls} text={opened(hls)} secret={token} />}
      <Snippet label={words.socket} text={opened(websocket)} secret={token} />
      <Snippet label={words.progressive} text={opened(progressive)} secret={token} />
      <Snippet label={words.rtmp} text={opened(`${played.rtmp.url}/${played.rtmp.streamname}`)} secret={token} />
      <Snippet label={words.page} text={pageWithMpegts(opened(websocket))} secret={token} />
    </>
  );
}

interface MadeProps {
  made: Answer<'/api/v1/splay', 'post'>['data'];
  /** Those it was made for; none for the whole organisation, of which the newest then stand for all. */
  streams: readonly Stream[];
  onClose(): void;
}

/** The only time that the token is to be seen. */
export function Made({ made: { token, expiresAt }, streams, onClose }: MadeProps) {
  const words = useMessages(catalogue);
  const { data: newest } = useQuery({
    queryKey: ['stream', 'found', ''],
    queryFn: () => api.get('/stream', { params: { query: { quantity: 50 } } }),
    enabled: streams.length === 0,
  });
  const shown = streams.length > 0 ? streams : (newest ?? []);
  const [id, setId] = useState<string | null>(null);
  const stream = shown.find((one) => one.id === id) ?? shown[0];
  return (
    <Stack>
      <ShownOnce title={words.made}>{words.once}</ShownOnce>
      <CopyField label={words.token} value={token} secret />
      <Text size="sm" component="div">
        {words.ends}: <Time at={expiresAt} />
      </Text>
      {shown.length > 1 && (
        <Select
          label={words.of}
          searchable
          allowDeselect={false}
          data={shown.map((one) => ({ value: one.id, label: nameOf(one) }))}
          value={stream?.id ?? null}
          onChange={setId}
        />
      )}
      {stream ? <Addresses key={stream.id} stream={stream} token={token} /> : <Text>{words.none}</Text>}
      <Group justify="flex-end">
        <Button onClick={onClose}>{words.done}</Button>
      </Group>
    </Stack>
  );
}
