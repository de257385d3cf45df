import { v7 } from 'uuid';

/**
 * UUID version 7: the time in milliseconds, then a counter, so that ids made by one process sort in the order they were
 * made, within one millisecond and across a clock that steps back too.
 */
export const newId = (): string => v7();
