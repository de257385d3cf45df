import { Alert } from '@mantine/core';
import { useSayWhy } from '../../changes.ts';

/** In the place of a part of the page that could not be read; the other parts do without it. */
export function Failed({ error }: { error: unknown }) {
  const sayWhy = useSayWhy();
  return (
    <Alert color="red" role="status">
      {sayWhy(error)}
    </Alert>
  );
}
