import './rows.css';
import { IconBroadcast, IconCircleDashed, IconLock, IconPlayerStop } from '@tabler/icons-react';
import { useMessages } from '../../language.tsx';
import { streamWords } from './messages.ts';
import type { StreamState } from './types.ts';

const LOOKS = {
  live: { icon: IconBroadcast, color: 'var(--mantine-color-green-7)' },
  created: { icon: IconCircleDashed, color: 'var(--mantine-color-blue-6)' },
  ended: { icon: IconPlayerStop, color: 'var(--mantine-color-dimmed)' },
  locked: { icon: IconLock, color: 'var(--mantine-color-orange-7)' },
} as const;

/** A stream's state by its word and its sign; the colour only helps. */
export function StateBadge({ state }: { state: StreamState }) {
  const words = useMessages(streamWords);
  const { icon: Icon, color } = LOOKS[state];
  return (
    <span className="stream-state" data-state={state}>
      <Icon size={16} color={color} aria-hidden />
      {words[state]}
    </span>
  );
}
