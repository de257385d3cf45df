import { Tooltip } from '@mantine/core';
import { useLanguage, useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

/** A moment in UTC, as the API and the audit log say it; in the reader's own zone on hover. */
export function Time({ at }: { at: string | null | undefined }) {
  const { language } = useLanguage();
  const words = useMessages(common);
  if (!at) return <>{words.never}</>;
  const local = new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'long' });
  return (
    <Tooltip label={words.localTime(local)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {at.slice(0, 16).replace('T', ' ')} UTC
      </time>
    </Tooltip>
  );
}
