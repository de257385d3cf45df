import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

interface Props {
  href: string;
  /** What is exported, where there is more than one such button. */
  of?: string;
  size?: 'xs' | 'sm';
}

/** A table to be taken elsewhere: the API writes it, the browser saves it. */
export function ExportButton({ href, of, size = 'sm' }: Props) {
  const words = useMessages(common);
  return (
    <Button
      variant="default"
      component="a"
      href={href}
      download
      size={size}
      aria-label={of && `${words.exportCsv}: ${of}`}
      leftSection={<IconDownload size={size === 'xs' ? 16 : 18} aria-hidden />}
    >
      {words.exportCsv}
    </Button>
  );
}

/** The same for what only this page knows: it writes the table itself. */
export function SaveButton({ onSave }: { onSave(): void }) {
  const words = useMessages(common);
  return (
    <Button variant="default" onClick={onSave} leftSection={<IconDownload size={18} aria-hidden />}>
      {words.exportCsv}
    </Button>
  );
}
