import type { Route } from '../route.ts';
import { access } from './access.ts';
import { alertReceivers } from './alert-receivers.ts';
import { alerts } from './alerts.ts';
import { audit } from './audit.ts';
import { customRoles } from './custom-roles.ts';
import { dashboard } from './dashboard.ts';
import { events } from './events.ts';
import { expected } from './expected.ts';
import { guardian } from './guardian.ts';
import { ingestTokens } from './ingest-tokens.ts';
import { invitations } from './invitations.ts';
import { keyUsage } from './key-usage.ts';
import { keys } from './keys.ts';
import { meta } from './meta.ts';
import { metrics } from './metrics.ts';
import { metricsTop } from './metrics-top.ts';
import { organisation } from './organisation.ts';
import { own } from './own.ts';
import { pages } from './pages.ts';
import { permissions } from './permissions.ts';
import { playbackTokens } from './playback-tokens.ts';
import { pushUrl } from './push-url.ts';
import { roleChange } from './role-change.ts';
import { signUps } from './sign-up.ts';
import { streamControl } from './stream-control.ts';
import { streamLists } from './stream-lists.ts';
import { streamLive } from './stream-live.ts';
import { streamSessions } from './stream-sessions.ts';
import { streams } from './streams.ts';
import { tags } from './tags.ts';
import { tokens } from './tokens.ts';
import { users } from './users.ts';
import { webhook } from './webhook.ts';

/** The API at a glance: every route there is. */
export function allRoutes(document: () => unknown): readonly Route[] {
  const routes: readonly Route[] = [
    ...users,
    ...roleChange(() => routes),
    ...own,
    ...invitations,
    ...signUps,
    ...permissions(() => routes),
    ...customRoles,
    ...organisation,
    ...webhook,
    ...keys,
    ...keyUsage(() => routes),
    ...tokens,
    ...playbackTokens,
    ...streams,
    ...streamLists,
    ...streamLive,
    ...streamSessions,
    ...metrics,
    ...metricsTop,
    ...streamControl,
    ...ingestTokens,
    ...guardian,
    ...pushUrl,
    ...expected,
    ...alerts,
    ...tags,
    ...audit,
    ...access,
    ...alertReceivers,
    ...events,
    ...meta(document),
    ...pages,
    ...dashboard,
  ];
  return routes;
}
