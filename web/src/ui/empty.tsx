import { Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Instead of an empty list: what would be here, and how it comes about. */
export const Empty = ({ title, hint, children }: { title: string; hint: string; children?: ReactNode }) => (
  <Paper withBorder p="xl">
    <Stack align="center" gap="xs">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" ta="center" maw={480}>
        {hint}
      </Text>
      {children}
    </Stack>
  </Paper>
);
