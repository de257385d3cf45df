import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

const FIRST = 50;

interface ShownPart<Row> {
  /** As many of the rows as somebody wants to see. */
  part: readonly Row[];
  /** What shows more of them; nothing when all are shown. */
  more: ReactNode;
}

/** The beginning of a list that is there already and may be long. */
export function useShownPart<Row>(rows: readonly Row[]): ShownPart<Row> {
  const words = useMessages(common);
  const [shown, setShown] = useState(FIRST);
  return {
    part: rows.slice(0, shown),
    more: rows.length > shown && (
      <Button variant="default" mt="sm" onClick={() => setShown(shown + 5 * FIRST)}>
        {words.more}
      </Button>
    ),
  };
}
