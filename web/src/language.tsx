import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

import { type Catalogue, LANGUAGES, type Language } from './message.ts';

export { type Catalogue, LANGUAGES, type Language, type Message } from './message.ts';

type In<C extends Catalogue> = { readonly [Key in keyof C]: C[Key]['en'] };

const STORED = 'lockkeeper-language';

function preferred(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored !== null && stored in LANGUAGES) return stored as Language;
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

const Context = createContext<{ language: Language; setLanguage(language: Language): void }>({
  language: 'en',
  setLanguage: () => {},
});

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferred);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(
    () => ({
      language,
      setLanguage(chosen: Language) {
        localStorage.setItem(STORED, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Context value={value}>{children}</Context>;
}

export const useLanguage = () => useContext(Context);

/** A catalogue's sentences in the language that is chosen. */
export function useMessages<C extends Catalogue>(catalogue: C): In<C> {
  const { language } = useLanguage();
  return useMemo(
    () => Object.fromEntries(Object.entries(catalogue).map(([key, message]) => [key, message[language]])) as In<C>,
    [catalogue, language],
  );
}
