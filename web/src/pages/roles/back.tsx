import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMessages } from '../../language.tsx';
import { roleWords } from './messages.ts';

export function BackToRoles() {
  const words = useMessages(roleWords);
  const navigate = useNavigate();
  return (
    <Button
      variant="default"
      leftSection={<IconArrowLeft size={18} aria-hidden />}
      onClick={() => void navigate({ to: '/roles' })}
    >
      {words.back}
    </Button>
  );
}
