/** What taking somebody off the air came to. */
export interface Closed {
  closed: { publishers: number; viewers: number };
  /** Milliseconds from the call to the engine saying that nothing of it is left. */
  tookMs: number;
  /** False when the engine could not be reached, or still had a session when the time was up. */
  enforced: boolean;
}

/** Begins to measure what takes until its answer. */
export function closing(): (closed: Closed['closed'], enforced: boolean) => Closed {
  const start = performance.now();
  return (closed, enforced) => ({ closed, tookMs: Math.round((performance.now() - start) * 10) / 10, enforced });
}
