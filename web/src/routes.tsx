import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { BASE } from './place.ts';
import { whoAmI } from './session.tsx';
import { Loading } from './ui/loading.tsx';
import { NotFound } from './ui/not-found.tsx';
import { PageFailed } from './ui/page-failed.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignIn'),
});

const forVisitors = (path: string, name: keyof typeof import('./pages/joining/pages.tsx')) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(() => import('./pages/joining/pages.tsx'), name),
  });

const visitors = [
  forVisitors('/invitation', 'Invitation'),
  forVisitors('/set-password', 'SetPassword'),
  forVisitors('/forgot-password', 'ForgotPassword'),
  forVisitors('/confirm-signup', 'ConfirmSignUp'),
] as const;

/** Everything else is behind the sign-in, and comes back to where somebody wanted to go. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./ui/shell.tsx'), 'Shell'),
  async beforeLoad({ location }) {
    if ((await whoAmI()) === null) throw redirect({ to: '/sign-in', search: { to: location.href } as never });
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home.tsx'), 'Home'),
  /** It consists of figures: whoever may not see any begins at the streams. */
  async beforeLoad() {
    const me = await whoAmI();
    if (me && !me.capabilities.includes('metrics:read')) throw redirect({ to: '/streams' });
  },
});

const page = <const Path extends string>(path: Path, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => shell, path, component });

const pages = [
  page(
    '/streams',
    lazyRouteComponent(() => import('./pages/streams/list.tsx'), 'StreamList'),
  ),
  page(
    '/streams/$id',
    lazyRouteComponent(() => import('./pages/streams/one.tsx'), 'OneStream'),
  ),
  page(
    '/streams/$id/analytics',
    lazyRouteComponent(() => import('./pages/analytics/stream.tsx'), 'StreamAnalytics'),
  ),
  page(
    '/analytics',
    lazyRouteComponent(() => import('./pages/analytics/organisation.tsx'), 'OrganisationAnalytics'),
  ),
  page(
    '/playback-tokens',
    lazyRouteComponent(() => import('./pages/tokens/playback.tsx'), 'PlaybackTokens'),
  ),
  page(
    '/alerts',
    lazyRouteComponent(() => import('./pages/alerts/open.tsx'), 'OpenAlerts'),
  ),
  page(
    '/alerts/history',
    lazyRouteComponent(() => import('./pages/alerts/history.tsx'), 'AlertHistory'),
  ),
  page(
    '/alerts/receivers',
    lazyRouteComponent(() => import('./pages/alerts/receivers.tsx'), 'AlertReceivers'),
  ),
  page(
    '/guardian',
    lazyRouteComponent(() => import('./pages/guardian/blocks.tsx'), 'Blocks'),
  ),
  page(
    '/users',
    lazyRouteComponent(() => import('./pages/users/list.tsx'), 'UserList'),
  ),
  page(
    '/users/$id',
    lazyRouteComponent(() => import('./pages/users/one.tsx'), 'OneUser'),
  ),
  page(
    '/permissions',
    lazyRouteComponent(() => import('./pages/roles/matrix.tsx'), 'Permissions'),
  ),
  page(
    '/roles',
    lazyRouteComponent(() => import('./pages/roles/list.tsx'), 'Roles'),
  ),
  page(
    '/tokens',
    lazyRouteComponent(() => import('./pages/tokens/api.tsx'), 'ApiTokens'),
  ),
  page(
    '/audit',
    lazyRouteComponent(() => import('./pages/audit/log.tsx'), 'AuditLog'),
  ),
  page(
    '/access',
    lazyRouteComponent(() => import('./pages/audit/access.tsx'), 'AccessReview'),
  ),
  page(
    '/organisation',
    lazyRouteComponent(() => import('./pages/organisation/overview.tsx'), 'Organisation'),
  ),
] as const;

export const router = createRouter({
  routeTree: root.addChildren([signIn, ...visitors, shell.addChildren([home, ...pages])]),
  basepath: BASE,
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
