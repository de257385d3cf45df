import { Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import { dashboardAsset, dashboardPage } from '../dashboard.ts';
import { type Route, route } from '../route.ts';

const tag = 'Pages';
const Bytes = Type.Unsafe<string | Buffer>({});
const WHY = 'the sign-in is a page of it, and it holds no data';

/** The program finds its own page by the address that is left in the browser. */
const page = (path: string, name: string, summary = 'The dashboard', why = WHY): Route =>
  route({
    method: 'GET',
    path,
    name,
    tag,
    summary,
    access: { public: why },
    content: 'text/html',
    schema: { response: Bytes },
    handler({ services, setHeader }) {
      const built = dashboardPage(services.urls());
      if (built === null)
        throw new ApiError('notFound', { reason: 'The dashboard has not been built: run npm run build' });
      for (const [header, value] of Object.entries(built.headers)) setHeader(header, value);
      return built.html;
    },
  });

/** Names change with what they hold, so what was fetched once is fetched never again. */
const asset = route({
  method: 'GET',
  path: '/dashboard/assets/:file',
  name: 'dashboardAsset',
  tag,
  summary: 'A part of the dashboard',
  access: { public: WHY },
  content: 'text/javascript',
  schema: { params: Type.Object({ file: Type.String() }), response: Bytes },
  async handler({ params, headers, setHeader }) {
    const found = dashboardAsset(params.file);
    if (!found) throw new ApiError('notFound', { reason: 'The dashboard has no such file: reload the page' });
    setHeader('Content-Type', found.type);
    setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    setHeader('Vary', 'Accept-Encoding');
    if (!/\bbr\b/.test(String(headers['accept-encoding']))) return found.plain;
    setHeader('Content-Encoding', 'br');
    return found.compressed();
  },
});

/** Pages of the dashboard with addresses of their own, to be written in mails. Tickets stay behind the `#`. */
const links: readonly Route[] = [
  page(
    '/set-password',
    'setPasswordPage',
    'Where the link to a new password leads; the ticket stays in the browser',
    'its visitor has no password yet',
  ),
  page(
    '/forgot-password',
    'forgotPasswordPage',
    'Where to ask for a link to a new password',
    'its visitor does not know the password',
  ),
  page(
    '/invitation',
    'invitationPage',
    'Where an invitation leads; its token stays in the browser',
    'its visitor is no user yet',
  ),
  page(
    '/confirm-signup',
    'confirmSignUpPage',
    'Where the mail after a sign-up leads; its token stays in the browser',
    'its visitor has no account yet',
  ),
];

export const dashboard: readonly Route[] = [
  page('/dashboard', 'dashboard'),
  page('/dashboard/*', 'dashboardPage'),
  asset,
  ...links,
];
