import { Group, Paper, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useMessages } from '../language.tsx';
import { chartWords } from './chart-messages.ts';
import { Disclosure } from './disclosure.tsx';
import { ExportButton } from './export-button.tsx';

interface FigureProps {
  title: string;
  /** A sentence on what is seen. */
  lead?: string | undefined;
  /** Where the same is to be had as a table for a spreadsheet. */
  exportHref: string;
  actions?: ReactNode;
  /** The same in figures; built when it is opened. */
  table: ReactNode;
  /** The picture. */
  children: ReactNode;
}

/** A picture of figures, under its name, with the figures beside it. */
export function Figure({ title, lead, exportHref, actions, table, children }: FigureProps) {
  const words = useMessages(chartWords);
  const id = useId();
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={id} miw={0}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start" gap="xs">
          <div style={{ minWidth: 0, flex: '1 1 180px' }}>
            <Title order={2} size="h4" id={id}>
              {title}
            </Title>
            {lead && (
              <Text size="sm" c="dimmed">
                {lead}
              </Text>
            )}
          </div>
          <Group gap="xs" className="no-print">
            {actions}
            <ExportButton href={exportHref} of={title} size="xs" />
          </Group>
        </Group>
        {children}
        <Disclosure
          title={
            <>
              {words.asTable}
              <VisuallyHidden component="span"> {words.of(title)}</VisuallyHidden>
            </>
          }
        >
          {table}
        </Disclosure>
      </Stack>
    </Paper>
  );
}
