import { useMemo } from 'react';
import { type Language, useLanguage } from '../language.tsx';
import { sayDuration } from './duration.tsx';

export interface Numbers {
  say(value: number, digits?: number): string;
  /** Bits per second. */
  bits(value: number): string;
  bytes(value: number): string;
  seconds(value: number): string;
  /** Seconds in their two largest units. */
  duration(seconds: number): string;
  /** A share: 0.12 is 12 %. */
  percent(value: number): string;
  perSecond(value: number): string;
}

const scaled =
  (say: Numbers['say'], units: readonly string[]) =>
  (value: number): string => {
    const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
    const shown = value / 1_000 ** power;
    return `${say(shown, power === 0 || shown >= 100 ? 0 : shown >= 10 ? 1 : 2)} ${units[power]}`;
  };

function numbersIn(language: Language): Numbers {
  const formats = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }));
  const say = (value: number, digits = 0) => formats[digits]!.format(value);
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  return {
    say,
    bits: scaled(say, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']),
    bytes: scaled(say, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']),
    seconds: (value) => (value !== 0 && value < 1 ? `${say(value * 1_000)} ms` : `${say(value, 1)} s`),
    duration: (value) => sayDuration(value, language),
    percent: (value) => share.format(value),
    perSecond: (value) => `${say(value, 1)}/s`,
  };
}

/** Figures with their units, as the reader's language writes them. The same functions until the language changes. */
export function useNumbers(): Numbers {
  const { language } = useLanguage();
  return useMemo(() => numbersIn(language), [language]);
}
