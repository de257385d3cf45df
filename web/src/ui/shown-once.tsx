import { Alert } from '@mantine/core';

/** The form it takes the place of had the focus, and may have been scrolled. */
const focus = (node: HTMLElement | null) => node?.focus();

/** Above a secret that nobody can read again. */
export const ShownOnce = ({ title, children }: { title: string; children: string }) => (
  <Alert ref={focus} tabIndex={-1} color="blue" role="status" title={title}>
    {children}
  </Alert>
);
