import { Type } from 'typebox';
import { ApiError } from '../../errors.ts';
import { dashboardAsset, dashboardPage } from '../dashboard.ts';
import { type Route, route } from '../route.ts';

const tag = 'Pages';
const Bytes = Type.Unsafe<string | Buffer>({});
const WHY = 'the sign-in is a page of it, and it holds no data';

/** The program finds its own page by the address that is left in the browser. */
const page = (path: string, name: string): Route =>
  route({
    method: 'GET',
    path,
    name,
    tag,
    summary: 'The dashboard',
    access: { public: WHY },
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

export const dashboard: readonly Route[] = [
  page('/dashboard', 'dashboard'),
  page('/dashboard/*', 'dashboardPage'),
  asset,
];
