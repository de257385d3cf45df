import { Select } from '@mantine/core';
import { type Language, useLanguage } from '../language.tsx';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** Seconds in the largest unit that divides them: `86_400` is one day. */
export function sayLife(seconds: number, language: Language): string {
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? (['second', 1] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size);
}

interface LifeSelectProps {
  label: string;
  description?: string;
  /** What can be chosen, in seconds. */
  lives: readonly number[];
  /** Said instead of no time at all. */
  none?: string;
  value: number;
  onChange(seconds: number): void;
}

/** For how long something counts. */
export function LifeSelect({ label, description, lives, none, value, onChange }: LifeSelectProps) {
  const { language } = useLanguage();
  return (
    <Select
      label={label}
      description={description}
      data={lives.map((life) => ({
        value: String(life),
        label: life === 0 && none ? none : sayLife(life, language),
      }))}
      value={String(value)}
      onChange={(chosen) => onChange(Number(chosen))}
      allowDeselect={false}
    />
  );
}
