import { v7 } from 'uuid';

/**
 * UUID version 7: the time in milliseconds, then a counter, so that ids made by one process sort in the order they were
 * made, within one millisecond and across a clock that steps back too.
 */
export const newId = (): string => v7();

/** What is smaller than every id made after `at` (unix milliseconds), and larger than those made until then. */
export function idAfter(at: number): string {
  const text = (Math.floor(at) + 1).toString(16).padStart(12, '0');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-0000-0000-000000000000`;
}

/** Unix milliseconds at which the id was made. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
