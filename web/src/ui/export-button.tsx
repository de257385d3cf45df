import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

/** A table to be taken elsewhere: the API writes it, the browser saves it. */
export function ExportButton({ href }: { href: string }) {
  const words = useMessages(common);
  return (
    <Button variant="default" component="a" href={href} download leftSection={<IconDownload size={18} aria-hidden />}>
      {words.exportCsv}
    </Button>
  );
}
