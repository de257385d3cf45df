import { Badge } from '@mantine/core';
import { IconAlertCircle, IconAlertOctagonFilled, IconAlertTriangle, IconBulb } from '@tabler/icons-react';
import { useLanguage } from '../language.tsx';
import { SEVERITIES, type Severity } from '../messages/alerts.ts';

/** How urgent something is, by a sign of its own besides its colour. */
export const SEVERITY_LOOKS = {
  Critical: { icon: IconAlertOctagonFilled, color: 'red' },
  Moderate: { icon: IconAlertTriangle, color: 'orange' },
  Minor: { icon: IconAlertCircle, color: 'yellow' },
  Advice: { icon: IconBulb, color: 'blue' },
} as const satisfies Record<Severity, { icon: typeof IconBulb; color: string }>;

export function SeverityBadge({ severity }: { severity: Severity }) {
  const { language } = useLanguage();
  const { icon: Icon, color } = SEVERITY_LOOKS[severity];
  return (
    <Badge
      variant={severity === 'Critical' ? 'filled' : 'light'}
      color={color}
      tt="none"
      // Its word is never cut.
      miw="max-content"
      leftSection={<Icon size={14} aria-hidden />}
    >
      {SEVERITIES[severity][language]}
    </Badge>
  );
}
