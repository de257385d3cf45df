import { useState } from 'react';

/**
 * What a dialog is about. It stays known while the dialog goes, and the dialog stays in the page while it is closed: so
 * it can give the focus back to whoever opened it.
 */
export function useAskedAbout<T>() {
  const [about, setAbout] = useState<T | null>(null);
  const [opened, setOpened] = useState(false);
  return {
    about,
    opened,
    ask(one: T) {
      setAbout(one);
      setOpened(true);
    },
    close: () => setOpened(false),
  };
}
