import { Stack, Table, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useLanguage, useMessages } from '../language.tsx';
import { chartWords } from './chart-messages.ts';
import { type Curve, type Over, rowsOf, stepFor } from './curve.ts';
import { sayLife } from './life-select.tsx';
import { Time } from './time.tsx';
import { WideTable } from './wide-table.tsx';

/** More would be read by nobody: they stand for longer times instead. The export has every point. */
const MOST_ROWS = 96;

interface ChartTableProps {
  title: string;
  lines: readonly { name: string; label: string; over: Over }[];
  curve: Curve;
  say(value: number): string;
}

/** What a chart shows, in figures. */
export function ChartTable({ title, lines, curve, say }: ChartTableProps) {
  const words = useMessages(chartWords);
  const { language } = useLanguage();
  const step = stepFor(curve, MOST_ROWS);
  const rows = useMemo(
    () =>
      rowsOf(
        curve,
        step,
        lines.map(({ over }) => over),
      ),
    [curve, step, lines],
  );
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {words.rows(sayLife(step, language))}
      </Text>
      <div style={{ maxHeight: 420, overflowY: 'auto' }}>
        <WideTable
          label={title}
          heads={[words.time, ...lines.map(({ label }) => label)]}
          minWidth={180 + 110 * lines.length}
        >
          {rows.map(({ at, values }) => (
            <Table.Tr key={at}>
              <Table.Th scope="row" fw={400}>
                <Time at={new Date(at * 1_000).toISOString()} />
              </Table.Th>
              {values.map((value, line) => (
                <Table.Td key={lines[line]!.name}>{value === null ? '–' : say(value)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </WideTable>
      </div>
    </Stack>
  );
}
