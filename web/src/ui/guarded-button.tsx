import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';
import { useRefusal } from '../session.tsx';

type Props = ButtonProps &
  Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> & {
    /** The capability without which it does nothing. */
    needs: string;
    /** Why it cannot be done as things are, for whoever holds the right. */
    unless?: string | null;
  };

/** A button that whoever lacks the right sees, reaches by keyboard and cannot press; it says why. */
export function GuardedButton({ needs, unless = null, onClick, ...rest }: Props) {
  const denied = useRefusal()(needs);
  const why = denied ?? unless;
  if (why === null) return <Button {...rest} onClick={onClick} />;
  return (
    <Tooltip label={why} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        type="button"
        data-disabled
        data-denied={denied ? needs : undefined}
        aria-disabled
        aria-description={why}
      />
    </Tooltip>
  );
}
