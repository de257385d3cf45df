import './chart.css';
import { Button, Center, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { CatchBoundary } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Language, useLanguage, useMessages } from '../language.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { chartWords } from './chart-messages.ts';
import { ChartTable } from './chart-table.tsx';
import { type Curve, hasValues, type Over } from './curve.ts';
import { Figure } from './figure.tsx';
import { Loading } from './loading.tsx';

const Plot = lazy(() => import('./uplot-plot.tsx').then(({ Plot }) => ({ default: Plot })));

const HEIGHT = 200;

export interface ChartLine {
  name: string;
  label: string;
  over: Over;
}

interface ChartProps {
  title: string;
  lead?: string;
  /** As many as the curve has, in its order. The same array while it is the same. */
  lines: readonly ChartLine[];
  curve: Curve;
  /** A value with its unit. The same function while it is the same. */
  say(value: number): string;
  /** There are no halves of it. */
  whole?: boolean;
  exportHref: string;
  /** Charts with the same one share their crosshair. */
  sync?: string;
  /** Unix seconds, of a range that was drawn. */
  onRange?(from: number, to: number): void;
  /** Leads back from a range that was drawn; null when there is none to come back from. */
  onBack?: (() => void) | null;
}

const clock = (at: number) => new Date(at * 1_000).toISOString().slice(0, 19).replace('T', ' ');

const localClock = (at: number, language: Language) =>
  new Date(at * 1_000).toLocaleTimeString(language, { timeStyle: 'medium', hourCycle: 'h23' });

/** The last point at which anything was measured. */
const lastOf = ({ data: [times = [], ...lines] }: Curve): number =>
  times.findLastIndex((_time, at) => lines.some((line) => line[at] != null));

/** Writes the values under the crosshair, or else the latest, into the legend. Gives the places and who writes. */
function useReadout({ curve, say }: Pick<ChartProps, 'curve' | 'say'>) {
  const words = useMessages(chartWords);
  const { language } = useLanguage();
  const time = useRef<HTMLDivElement>(null);
  const places = useRef(new Map<number, HTMLElement>());
  const point = useRef<number | null>(null);
  const write = useCallback(() => {
    const at = point.current ?? lastOf(curve);
    const moment = curve.data[0]?.[at];
    const text = moment == null ? '' : `${clock(moment)} UTC · ${words.local(localClock(moment, language))}`;
    if (time.current) time.current.textContent = point.current === null && text ? `${words.latest}: ${text}` : text;
    for (const [line, node] of places.current) {
      const value = curve.data[line + 1]?.[at];
      node.textContent = value == null ? '–' : say(value);
    }
  }, [curve, say, words, language]);
  useEffect(write, [write]);
  const onPoint = useCallback(
    (index: number | null) => {
      point.current = index;
      write();
    },
    [write],
  );
  const place = useCallback(
    (line: number) => (node: HTMLElement | null) => {
      if (node) places.current.set(line, node);
      else places.current.delete(line);
    },
    [],
  );
  return { time, place, onPoint };
}

const without = (set: ReadonlySet<number>, one: number): ReadonlySet<number> =>
  new Set(set.has(one) ? [...set].filter((other) => other !== one) : [...set, one]);

function NotDrawn() {
  const { notDrawn } = useMessages(chartWords);
  return <Text c="dimmed">{notDrawn}</Text>;
}

/** Lines over time that can be looked into: a crosshair with the values, a range to be drawn, a table, an export. */
export function Chart({
  title,
  lead,
  lines,
  curve,
  say,
  whole = false,
  exportHref,
  sync,
  onRange,
  onBack,
}: ChartProps) {
  const words = useMessages(chartWords);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const { time, place, onPoint } = useReadout({ curve, say });
  const measured = useMemo(() => hasValues(curve), [curve]);
  const [first = 0, last = 0] = [curve.data[0]?.[0] ?? 0, curve.data[0]?.at(-1) ?? 0];
  return (
    <Figure
      title={title}
      lead={lead}
      exportHref={exportHref}
      actions={
        onBack && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            aria-label={words.backFrom(title)}
            onClick={onBack}
          >
            {words.back}
          </Button>
        )
      }
      table={<ChartTable title={title} lines={lines} curve={curve} say={say} />}
    >
      {measured ? (
        <>
          <ChartLegend
            label={words.lines(title)}
            lines={lines}
            hidden={hidden}
            onToggle={(line) => setHidden(without(hidden, line))}
            place={place}
          />
          <div ref={time} className="chart-time" />
          <CatchBoundary getResetKey={() => title} errorComponent={NotDrawn}>
            <Suspense fallback={<Loading rows={5} />}>
              <Plot
                label={words.picture(title, clock(first).slice(0, 16), clock(last).slice(0, 16))}
                data={curve.data}
                height={HEIGHT}
                say={say}
                whole={whole}
                hidden={hidden}
                onPoint={onPoint}
                onRange={onRange}
                onBack={onBack ?? undefined}
                {...(sync !== undefined && { sync })}
              />
            </Suspense>
          </CatchBoundary>
        </>
      ) : (
        <Center mih={HEIGHT}>
          <Text c="dimmed">{words.nothing}</Text>
        </Center>
      )}
    </Figure>
  );
}
