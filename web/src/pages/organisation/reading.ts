import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Answer, api } from '../../api.ts';

export type OwnOrganisation = Answer<'/organisation', 'get'>;

const read = () => api.get('/organisation');

export const useOrganisation = () => useQuery({ queryKey: ['organisation'], queryFn: read });

/** The same under the noun that says when a key was changed. */
export const useKeys = () => useQuery({ queryKey: ['key', 'shown'], queryFn: read });

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
