import type uPlot from 'uplot';

/** Lines are told apart by their dashes as well as by their colours, each of which stands out from both grounds. */
const COLOURS = ['blue', 'orange', 'teal', 'grape', 'red'] as const;
const SHADES = { blue: 7, orange: 8, teal: 8, grape: 7, red: 8 } as const;
const DASHES: readonly (readonly number[])[] = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 2]];

export const dashOf = (line: number): readonly number[] => DASHES[line % DASHES.length]!;

/** The name of a line's colour among the variables of the theme. */
export function colourOf(line: number, dark: boolean): string {
  const colour = COLOURS[line % COLOURS.length]!;
  return `--mantine-color-${colour}-${dark ? 4 : SHADES[colour]}`;
}

export interface PlotStyle {
  lines: number;
  height: number;
  /** A value of the vertical axis in words. */
  say(value: number): string;
  /** There are no halves of it. */
  whole?: boolean;
  /** Seconds looked back from the last point, told in minutes ago. Without it the times of the day, in UTC. */
  window?: number;
  /** Plots with the same one share their crosshair. */
  sync?: string;
}

interface Told {
  /** The point under the crosshair; null when there is none. */
  onPoint?: ((index: number | null) => void) | undefined;
  /** Unix seconds, of a range that was drawn. */
  onRange?: ((from: number, to: number) => void) | undefined;
  onBack?: (() => void) | undefined;
}

const MINUTE_S = 60;
const DAY_S = 86_400;
/** Pixels below which a drawn range was a click that slipped. */
const LEAST_RANGE = 8;
const WHOLE = [1, 2, 5]
  .flatMap((step) => [0, 1, 2, 3, 4, 5, 6].map((power) => step * 10 ** power))
  .sort((a, b) => a - b);

/** The time of the day in UTC, and the date where another one begins. */
function timesOf(splits: readonly number[], step: number): string[] {
  let before = '';
  return splits.map((at) => {
    const [date, clock] = new Date(at * 1_000).toISOString().split('T') as [string, string];
    if (step >= DAY_S) return date.slice(5);
    const first = date !== before;
    before = date;
    return `${clock.slice(0, step < MINUTE_S ? 8 : 5)}${first ? `\n${date.slice(5)}` : ''}`;
  });
}

/** Points between two gaps, of which there is no line to see. */
function alone(values: ArrayLike<number | null | undefined>, [first, last]: readonly [number, number]): number[] {
  const found: number[] = [];
  for (let at = first; at <= last; at++)
    if (values[at] != null && values[at - 1] == null && values[at + 1] == null) found.push(at);
  return found;
}

function timeAxis(window: number | undefined): uPlot.Axis {
  if (window === undefined) return { size: 42, space: 64, values: (...given) => timesOf(given[1], given[4]) };
  const agos = Array.from({ length: window / MINUTE_S + 1 }, (_, n) => window / MINUTE_S - n);
  return {
    size: 24,
    splits: ({ scales }) => agos.map((ago) => (scales['x']?.max ?? 0) - ago * MINUTE_S),
    values: () => agos.map(String),
  };
}

function cursorOf(sync: string | undefined, zooms: boolean): uPlot.Cursor {
  const isMove = (type: string) => type === 'mousemove' || type === 'mouseleave';
  return {
    y: false,
    drag: { x: zooms, y: false, setScale: false },
    points: { size: 7 },
    ...(sync !== undefined && {
      sync: { key: sync, setSeries: false, scales: ['x', null], filters: { pub: isMove, sub: isMove } },
    }),
  };
}

function hooksOf(told: Told): uPlot.Hooks.Arrays {
  return {
    setCursor: [({ cursor }) => told.onPoint?.((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))],
    setSelect: [
      (plot) => {
        const { left, width } = plot.select;
        if (width >= LEAST_RANGE) told.onRange?.(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      },
    ],
    ready: [({ over }) => over.addEventListener('dblclick', () => told.onBack?.())],
  };
}

/** How the library is to draw lines over time. `told` may be changed while it lives. */
export function plotOptions(style: PlotStyle, told: Told, width: number, dark: boolean): uPlot.Options {
  const { lines, height, say, whole = false, window, sync } = style;
  const page = getComputedStyle(document.documentElement);
  const colour = (name: string) => page.getPropertyValue(name).trim();
  const grid = { stroke: colour(`--mantine-color-${dark ? 'dark-4' : 'gray-3'}`), width: 1 };
  const axis = { stroke: colour('--mantine-color-dimmed'), grid, ticks: grid, font: '12px system-ui' };
  return {
    width,
    height,
    legend: { show: false },
    cursor: window === undefined ? cursorOf(sync, told.onRange !== undefined) : { show: false },
    hooks: hooksOf(told),
    // The library's own clock is the reader's; this one is the API's.
    tzDate: (at) => new Date(at * 1_000 + new Date(at * 1_000).getTimezoneOffset() * 60_000),
    scales: {
      x: {
        time: window === undefined,
        ...(window !== undefined && { range: (_plot, _first, last) => [last - window, last] }),
      },
      y: { range: (_plot, _low, high) => [0, Math.max(high ?? 0, whole ? 1 : 1e-3) * 1.15] },
    },
    axes: [
      { ...axis, ...timeAxis(window) },
      {
        ...axis,
        size: (_plot, values) => 14 + 6.8 * Math.max(4, ...(values ?? []).map((text) => text.length)),
        space: 28,
        values: (_plot, splits) => splits.map((value) => say(value)),
        ...(whole && { incrs: WHOLE }),
      },
    ],
    series: [
      {},
      ...Array.from({ length: lines }, (_, line): uPlot.Series => {
        const stroke = colour(colourOf(line, dark));
        return {
          stroke,
          width: 2,
          dash: [...dashOf(line)],
          ...(lines === 1 && { fill: `${stroke}22` }),
          spanGaps: false,
          points: {
            size: 5,
            fill: stroke,
            show: true,
            filter: (plot, index) => alone(plot.data[index]!, plot.series[0]!.idxs ?? [0, -1]),
          },
        };
      }),
    ],
  };
}
