import { useEffect, useState } from 'react';
import { type Language, useLanguage } from '../language.tsx';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Seconds in their two largest units: `2 hr 5 min`. */
export function sayDuration(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first === -1) return inUnit(0, 'second', language);
  let rest = whole;
  const parts = UNITS.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return count === 0 ? [] : [inUnit(count, unit, language)];
  });
  return parts.join(' ');
}

const inUnit = (count: number, unit: string, language: Language): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count);

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
