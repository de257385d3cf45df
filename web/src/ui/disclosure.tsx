import { Box, Collapse, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';

/** A heading that opens what belongs to it, by mouse or keyboard. */
export function Disclosure({ title, children }: { title: ReactNode; children: ReactNode }) {
  const id = useId();
  const [opened, setOpened] = useState(false);
  const Icon = opened ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton
        aria-expanded={opened}
        aria-controls={opened ? id : undefined}
        onClick={() => setOpened(!opened)}
        mih={28}
        fz="sm"
        fw={500}
      >
        <Icon size={16} aria-hidden style={{ verticalAlign: 'text-bottom' }} /> {title}
      </UnstyledButton>
      <Collapse expanded={opened} keepMounted={false} id={id}>
        <Box pt="xs">{children}</Box>
      </Collapse>
    </div>
  );
}
