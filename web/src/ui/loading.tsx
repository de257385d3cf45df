import { Skeleton, Stack } from '@mantine/core';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

/** Where something will be; shown only while there is nothing older to show. */
export function Loading({ rows = 5 }: { rows?: number }) {
  const words = useMessages(common);
  return (
    <Stack role="status" aria-label={words.loading} gap="sm">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={row} height={28} />
      ))}
    </Stack>
  );
}
