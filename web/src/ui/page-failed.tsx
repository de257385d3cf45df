import { Alert, Button, Code, Group, Stack } from '@mantine/core';
import { isSignedOut } from '../api.ts';
import { sayWhy } from '../changes.ts';
import { useMessages } from '../language.tsx';
import { common } from '../messages/common.ts';

/** Instead of a page that threw: what happened, and a way on. */
export function PageFailed({ error }: { error: unknown }) {
  const words = useMessages(common);
  const told = error instanceof Error ? error.message : String(error);
  return (
    <Alert color="red" title={words.failed} m="md">
      <Stack gap="sm">
        {isSignedOut(error) ? words.sessionEnded : sayWhy(error, words.pageFailed)}
        <Code block>{told}</Code>
        <Group>
          <Button variant="default" onClick={() => window.location.reload()}>
            {words.reload}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
