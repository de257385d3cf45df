import { Tooltip } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { useState } from 'react';
import { type Language, useLanguage, useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

function Local({ at, text }: { at: string; text: string }) {
  const { language } = useLanguage();
  const words = useMessages(common);
  return (
    <Tooltip opened label={words.localTime(inOwnZone(at, language))}>
      <span>{text}</span>
    </Tooltip>
  );
}

const inOwnZone = (at: string, language: Language): string =>
  new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'long' });

/** So that what only passes under the pointer shows nothing. */
const HOVER_MS = 150;

/** A moment in UTC, as the API and the audit log say it; in the reader's own zone on hover. */
export function Time({ at }: { at: string | null | undefined }) {
  const words = useMessages(common);
  const [hovered, setHovered] = useState(false);
  const { start, clear } = useTimeout(() => setHovered(true), HOVER_MS);
  if (!at) return <>{words.never}</>;
  const text = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  // Lists are full of these: what only one at a time shows, only that one builds.
  return (
    <time
      dateTime={at}
      style={{ whiteSpace: 'nowrap' }}
      onPointerEnter={start}
      onPointerLeave={() => {
        clear();
        setHovered(false);
      }}
    >
      {hovered ? <Local at={at} text={text} /> : text}
    </time>
  );
}
