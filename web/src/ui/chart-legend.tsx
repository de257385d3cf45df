import './chart.css';
import { useComputedColorScheme } from '@mantine/core';
import { colourOf, dashOf } from './plot-options.ts';

interface LegendProps {
  label: string;
  lines: readonly { name: string; label: string }[];
  hidden: ReadonlySet<number>;
  onToggle(line: number): void;
  /** Where a line's value stands; it is written there past React, as often as the pointer moves. */
  place(line: number): (node: HTMLElement | null) => void;
}

/** What the lines are, each with its value; pressed, one is put away or comes back. */
export function ChartLegend({ label, lines, hidden, onToggle, place }: LegendProps) {
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    <ul className="chart-legend" aria-label={label}>
      {lines.map(({ name, label }, line) => (
        <li key={name}>
          <button
            type="button"
            className="mantine-focus-auto"
            aria-pressed={!hidden.has(line)}
            onClick={() => onToggle(line)}
          >
            <svg width="28" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="28"
                y2="4"
                stroke={`var(${colourOf(line, dark)})`}
                strokeWidth="3"
                strokeDasharray={dashOf(line).join(' ')}
              />
            </svg>
            {label}
          </button>
          <span ref={place(line)} />
        </li>
      ))}
    </ul>
  );
}
