import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface WideTableProps {
  /** Names the table, and where it scrolls. */
  label: string;
  /** The heads of its columns. */
  heads: readonly string[];
  /** Pixels below which it scrolls on its own and leaves the page where it is. */
  minWidth: number;
  /** Its rows. */
  children: ReactNode;
}

/** A table that scrolls within itself on a narrow screen, by keyboard too. */
export const WideTable = ({ label, heads, minWidth, children }: WideTableProps) => (
  <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} role="group" aria-label={label}>
    <Table verticalSpacing="xs" aria-label={label}>
      <Table.Thead>
        <Table.Tr>
          {heads.map((head) => (
            <Table.Th key={head} scope="col">
              {head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  </Table.ScrollContainer>
);
