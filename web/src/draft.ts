import { useState } from 'react';

/** What is being written instead of `current`; a change of that which was made elsewhere wins. */
export function useDraft(current: string): [string, (draft: string) => void] {
  const [draft, setDraft] = useState(current);
  const [seen, setSeen] = useState(current);
  if (seen !== current) {
    setSeen(current);
    setDraft(current);
  }
  return [draft, setDraft];
}
