import { AspectRatio, Box, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPlay, IconVolume, IconVolumeOff } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useMessages } from '../../language.tsx';
import { common } from '../../messages/common.ts';
import { useRefusal } from '../../session.tsx';
import { useSettings } from './ingest-guide.tsx';
import { oneWords } from './messages-one.ts';
import { usePicture } from './picture.ts';
import type { Stream } from './types.ts';

/** The live picture, muted until somebody wants to hear it; a sentence where there is none. */
export function Player({ stream }: { stream: Stream }) {
  const words = useMessages(oneWords);
  const { retry } = useMessages(common);
  const video = useRef<HTMLVideoElement>(null);
  const [muted, setMuted] = useState(true);
  const secure = useSettings()?.securePlayback;
  const why = useRefusal()('playback-token:create');
  const { picture, again, given } = usePicture(video, stream, { secure, mayMakeToken: why === null });
  const live = stream.state === 'live';
  const refused = live && secure === true && why !== null;
  const sentence = !live
    ? words[stream.state as 'created']
    : refused
      ? `${words.secure} ${why}`
      : wordOf(words, picture);
  return (
    <Stack gap="xs">
      <AspectRatio ratio={16 / 9}>
        <Box
          pos="relative"
          bg="black"
          data-picture={live && !refused ? picture : refused ? 'refused' : stream.state}
          style={{ overflow: 'hidden', borderRadius: 'var(--mantine-radius-md)' }}
        >
          <video
            ref={video}
            muted={muted}
            autoPlay
            playsInline
            controls={live && picture === 'playing'}
            aria-label={words.video}
            onVolumeChange={(event) => setMuted(event.currentTarget.muted)}
            style={{ width: '100%', height: '100%', objectFit: 'contain', display: 'block' }}
          />
          <Stack
            pos="absolute"
            inset={0}
            align="center"
            justify="center"
            p="md"
            style={{ pointerEvents: sentence === '' ? 'none' : 'auto' }}
            bg={sentence === '' ? 'transparent' : 'dark.9'}
          >
            <Text role="status" c="white" ta="center" maw={480}>
              {sentence}
            </Text>
            {live && picture === 'blocked' && (
              <Button leftSection={<IconPlayerPlay size={18} aria-hidden />} onClick={() => void video.current?.play()}>
                {words.play}
              </Button>
            )}
            {live && given && (
              <Button variant="default" onClick={again}>
                {retry}
              </Button>
            )}
          </Stack>
        </Box>
      </AspectRatio>
      {live && picture === 'playing' && (
        <Group>
          <Button
            variant="default"
            leftSection={muted ? <IconVolume size={18} aria-hidden /> : <IconVolumeOff size={18} aria-hidden />}
            onClick={() => setMuted(!muted)}
          >
            {muted ? words.unmute : words.mute}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

const wordOf = (
  words: Record<'connecting' | 'blocked' | 'over' | 'lost' | 'unsupported', string>,
  picture: ReturnType<typeof usePicture>['picture'],
): string => (picture === 'playing' ? '' : words[picture]);
