import './alerts.css';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Alert } from '../../alerts.ts';
import { useMessages } from '../../language.tsx';
import { useCan } from '../../session.tsx';
import { alertWords } from './messages.ts';

/** Where what an alert is about can be looked at, and the right without which that page shows nothing. */
const PAGES = {
  stream: { needs: 'stream:read', to: (id: string) => `/streams/${id}` },
  user: { needs: 'user:read', to: (id: string) => `/users/${id}` },
  token: { needs: 'token:create', to: () => '/tokens' },
  key: { needs: 'organisation:read', to: () => '/organisation' },
} as const;

type About = Pick<Alert, 'subject' | 'stream' | 'detail'>;

const wordOf = ({ subject: { type }, detail }: About, words: Record<About['subject']['type'], string>): string =>
  [words[type], ...[detail?.['email'], detail?.['name']].filter(Boolean)].join(' ');

/** What an alert is about in words: a stream by its name, a user or a token as far as the reader may know. */
export function useSubjectText(): (alert: About) => string {
  const words = useMessages(alertWords);
  return (alert) => alert.stream?.name ?? wordOf(alert, words);
}

/** The same as a link, for whoever may follow it. */
export function Subject({ of }: { of: About }) {
  const text = useSubjectText()(of);
  const can = useCan();
  const { type, id } = of.subject;
  const { needs, to } = PAGES[type];
  // A stream that was deleted has no page any more.
  if (!can(needs) || (type === 'stream' && of.stream === null)) return <>{text}</>;
  return (
    <Anchor component={Link} to={to(id) as never} className="breakable alert-link" underline="always" inherit>
      {text}
    </Anchor>
  );
}

/** Who did it and from where, for whoever may read that. */
export function InAudit({ subject }: Pick<Alert, 'subject'>) {
  const words = useMessages(alertWords);
  if (!useCan()('audit:read')) return null;
  return (
    <Anchor
      component={Link}
      to="/audit"
      search={{ target: subject.id } as never}
      className="alert-link"
      underline="always"
      size="sm"
    >
      {words.inAudit}
    </Anchor>
  );
}
