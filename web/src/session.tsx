import { useQuery } from '@tanstack/react-query';
import { type Answer, api, isSignedOut, queries } from './api.ts';
import { useCapabilityText } from './capabilities.ts';
import { useMessages } from './language.tsx';
import { common } from './messages/common.ts';

export type Me = Answer<'/user/me', 'get'>;

export const ME = ['me'] as const;

/** The cookie is no script's to read: this only saves asking the server of whom it cannot know. */
const MARK = 'lockkeeper-signed-in';

/** Who is signed in, or null; the server is asked when the last answer is older than `staleTime`, in milliseconds. */
export async function whoAmI(staleTime = 60_000): Promise<Me | null> {
  if (localStorage.getItem(MARK) === null) return null;
  try {
    return await queries.fetchQuery({ queryKey: ME, queryFn: () => api.get('/user/me'), staleTime });
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    forget();
    return null;
  }
}

/** Somebody has signed in, perhaps somebody else than before. */
export function remember(me: Me): void {
  queries.clear();
  localStorage.setItem(MARK, 'yes');
  queries.setQueryData(ME, me);
}

/**
 * Nobody is signed in any more. What was read stays until the sign-in has taken the place of the pages that show it, and
 * goes then.
 */
export const forget = (): void => localStorage.removeItem(MARK);

/** Whoever is signed in; for pages behind the sign-in alone. */
export function useMe(): Me {
  const { data } = useQuery({ queryKey: ME, queryFn: () => api.get('/user/me') });
  if (!data) throw new Error('Nobody is signed in');
  return data;
}

/**
 * Why the signed-in person may not do something, as a sentence, or null when they may. The server decides again at every
 * call; this is for showing what can be done.
 */
export function useRefusal(): (capability: string) => string | null {
  const { capabilities, missing } = useMe();
  const words = useMessages(common);
  const text = useCapabilityText();
  return (capability) => {
    if (capabilities.includes(capability)) return null;
    const row = missing.find((one) => one.capability === capability);
    return words.mayNot(text(capability, row?.sentence).sentence, row?.grantedTo.join(', ') ?? '');
  };
}

export const useCan = (): ((capability: string) => boolean) => {
  const { capabilities } = useMe();
  return (capability) => capabilities.includes(capability);
};
