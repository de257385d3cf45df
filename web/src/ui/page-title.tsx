import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The head of a page: its name, a sentence, and what can be done here. */
export const PageTitle = ({ title, lead, children }: { title: ReactNode; lead?: ReactNode; children?: ReactNode }) => (
  <Group justify="space-between" align="flex-start" mb="md" gap="sm">
    <Stack gap={2} miw={0}>
      <Title order={1} size="h2" className="breakable">
        {title}
      </Title>
      {lead && <Text c="dimmed">{lead}</Text>}
    </Stack>
    {children && (
      <Group gap="sm" className="no-print">
        {children}
      </Group>
    )}
  </Group>
);
