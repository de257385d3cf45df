import { type ReactNode, useEffect, useRef } from 'react';

const CONTROLS = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled)';
/** A dialog that asked about a row takes this long to go, in milliseconds; until then it holds the focus. */
const DIALOG_MS = 300;

const controlsIn = (box: Element | null): HTMLElement[] => [...(box?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];

interface Props {
  /** What the list shows: when a row of it goes, so does the control that had the focus. */
  rows: unknown;
  children: ReactNode;
}

/** Around a list whose rows come and go: the focus goes on to the control that takes the place of the one it was on. */
export function FocusKept({ rows, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const last = useRef<{ control: Element; at: number } | null>(null);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      const at = controlsIn(box.current).indexOf(target as HTMLElement);
      if (at >= 0) last.current = { control: target as Element, at };
    };
    const noted = box.current;
    noted?.addEventListener('focusin', note);
    return () => noted?.removeEventListener('focusin', note);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows are the occasion
  useEffect(() => {
    const timer = setTimeout(() => {
      const { control, at } = last.current ?? {};
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (!control || control.isConnected || !isLost) return;
      const left = controlsIn(box.current);
      left[Math.min(at!, left.length - 1)]?.focus({ preventScroll: true });
    }, DIALOG_MS);
    return () => clearTimeout(timer);
  }, [rows]);
  return (
    <div ref={box} style={{ display: 'contents' }}>
      {children}
    </div>
  );
}
