import 'uplot/dist/uPlot.min.css';
import './plot.css';
import { Box, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { type PlotStyle, plotOptions } from './plot-options.ts';

interface PlotProps extends Omit<PlotStyle, 'lines'> {
  /** What there is to see, for who does not see it. */
  label: string;
  /** Unix seconds, and for each line its values; null where nothing was measured. The same array while it is the same. */
  data: readonly (readonly (number | null)[])[];
  /** Lines that are not drawn, by their places. */
  hidden?: ReadonlySet<number>;
  onPoint?(index: number | null): void;
  onRange?: ((from: number, to: number) => void) | undefined;
  onBack?: (() => void) | undefined;
}

const NOTHING: ReadonlySet<number> = new Set();

/** Lines over time. What is drawn goes past React: a day of samples costs it no more than one. */
export function Plot({ label, data, hidden = NOTHING, onPoint, onRange, onBack, ...style }: PlotProps) {
  const { height, say, whole, window, sync } = style;
  const dark = useComputedColorScheme('light') === 'dark';
  const { ref, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const told = useRef({ onPoint, onRange, onBack });
  Object.assign(told.current, { onPoint, onRange, onBack });
  const lines = data.length - 1;
  const latest = useRef(data);
  latest.current = data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another size is no other plot
  useEffect(() => {
    if (width === 0 || !place.current) return;
    const looks = { lines, height, say, whole, window, sync } as PlotStyle;
    const made = new uPlot(
      plotOptions(looks, told.current, width, dark),
      latest.current as uPlot.AlignedData,
      place.current,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [width === 0, dark, lines, height, say, whole, window, sync]);
  useEffect(() => plot.current?.setSize({ width, height }), [width, height]);
  useEffect(() => {
    if (plot.current && plot.current.data !== (data as uPlot.AlignedData))
      plot.current.setData(data as uPlot.AlignedData);
  }, [data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot that was made anew shows all of its lines
  useEffect(() => {
    for (let line = 0; line < lines; line++) {
      const show = !hidden.has(line);
      if (plot.current && plot.current.series[line + 1]!.show !== show) plot.current.setSeries(line + 1, { show });
    }
  }, [hidden, lines, width === 0, dark, say]);
  return (
    <Box ref={ref} role="img" aria-label={label} mih={height} className="plot">
      <div ref={place} />
    </Box>
  );
}
