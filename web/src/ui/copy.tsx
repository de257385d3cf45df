import { ActionIcon, Code, CopyButton, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

/** `what` names what is copied, for those who do not see where the button stands. */
export function Copy({ text, what }: { text: string; what: string }) {
  const words = useMessages(common);
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? words.copied : words.copy}>
          <ActionIcon variant="subtle" onClick={copy} aria-label={`${copied ? words.copied : words.copy}: ${what}`}>
            {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

interface RevealProps {
  label: string;
  shown: boolean;
  onToggle(): void;
}

/** Shows what stands masked, and masks it again. */
export function Reveal({ label, shown, onToggle }: RevealProps) {
  const words = useMessages(common);
  return (
    <ActionIcon variant="subtle" onClick={onToggle} aria-label={`${shown ? words.hide : words.reveal}: ${label}`}>
      {shown ? <IconEyeOff size={18} /> : <IconEye size={18} />}
    </ActionIcon>
  );
}

interface FieldProps {
  label: string;
  value: string;
  /** Stands masked until it is asked for. */
  secret?: boolean;
}

/** A text to be taken elsewhere: a key, an address, a name. */
export function CopyField({ label, value, secret = false }: FieldProps) {
  const [shown, setShown] = useState(!secret);
  return (
    <Stack gap={2}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code className="breakable" fz="sm">
          {shown ? value : '•'.repeat(12)}
        </Code>
        {secret && <Reveal label={label} shown={shown} onToggle={() => setShown(!shown)} />}
        <Copy text={value} what={label} />
      </Group>
    </Stack>
  );
}
