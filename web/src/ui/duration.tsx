import { useEffect, useState } from 'react';
import { type Language, useLanguage } from '../language.tsx';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;
const DAYS: Readonly<Record<Language, (count: number) => string>> = {
  en: (count) => (count === 1 ? 'day' : 'days'),
  de: (count) => (count === 1 ? 'Tag' : 'Tage'),
};

/** Seconds in their two largest units: `2 h 5 min`. */
export function sayDuration(seconds: number, language: Language): string {
  let rest = Math.max(0, Math.floor(seconds));
  const first = UNITS.findIndex(([, size]) => rest >= size);
  if (first === -1) return '0 s';
  const parts = UNITS.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    if (count === 0) return [];
    return [`${count.toLocaleString(language)} ${unit === 'd' ? DAYS[language](count) : unit}`];
  });
  return parts.join(' ');
}

/** The time in unix milliseconds, again every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface ElapsedProps {
  /** Seconds, as the server counted them. */
  seconds: number;
  /** When it told them, in unix milliseconds of this computer. */
  told: number;
}

/** How long something has lasted, counting on: by the server's clock, whatever this computer's says. */
export function Elapsed({ seconds, told }: ElapsedProps) {
  const { language } = useLanguage();
  const now = useNow();
  return <>{sayDuration(seconds + Math.max(0, now - told) / 1_000, language)}</>;
}
