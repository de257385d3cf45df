import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';
import { useRefusal } from '../session.tsx';

type Props = ButtonProps &
  Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> & {
    /** The capability without which it does nothing. */
    needs: string;
  };

/** A button that whoever lacks the right sees, reaches by keyboard and cannot press; it says why. */
export function GuardedButton({ needs, onClick, ...rest }: Props) {
  const why = useRefusal()(needs);
  if (why === null) return <Button {...rest} onClick={onClick} />;
  return (
    <Tooltip label={why} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button {...rest} type="button" data-disabled data-denied={needs} aria-disabled aria-description={why} />
    </Tooltip>
  );
}
