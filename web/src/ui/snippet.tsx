import { Code, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Copy, Reveal } from './copy.tsx';

interface Props {
  label: string;
  text: string;
  /** A part of the text that stands masked until it is asked for; what is copied has it. */
  secret?: string;
}

/** Lines to be taken elsewhere. */
export function Snippet({ label, text, secret = '' }: Props) {
  const [shown, setShown] = useState(secret === '');
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Group gap={4} wrap="nowrap">
          {secret !== '' && <Reveal label={label} shown={shown} onToggle={() => setShown(!shown)} />}
          <Copy text={text} what={label} />
        </Group>
      </Group>
      <Code
        block
        tabIndex={0}
        role="region"
        aria-label={label}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {shown ? text : text.replaceAll(secret, '•'.repeat(12))}
      </Code>
    </div>
  );
}
