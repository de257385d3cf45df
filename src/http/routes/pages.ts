import { Type } from 'typebox';
import { version } from '../../version.ts';
import { type Page, page } from '../page.ts';
import { type Route, route } from '../route.ts';
import { scalarBundle } from '../scalar.ts';

const tag = 'Pages';
const Bytes = Type.Unsafe<string | Buffer>({});

const html = (record: { path: string; name: string; summary: string; why: string; page: Page }): Route =>
  route({
    method: 'GET',
    path: record.path,
    name: record.name,
    tag,
    summary: record.summary,
    access: { public: record.why },
    content: 'text/html',
    schema: { response: Bytes },
    handler({ setHeader }) {
      for (const [name, value] of Object.entries(record.page.headers)) setHeader(name, value);
      return record.page.html;
    },
  });

const home = html({
  path: '/',
  name: 'homePage',
  summary: 'What this server is, and where to go on',
  why: 'tells whoever opens the address what it is',
  page: page('home', { version: version() }),
});

const docs = html({
  path: '/docs',
  name: 'docsPage',
  summary: 'The API for people to read and try',
  why: 'shows what openapi.json shows, without any data',
  page: page(
    'docs',
    { version: version() },
    {
      'script-src': "'self'",
      // Scalar writes its styles into the page while it runs.
      'style-src': "'unsafe-inline'",
      'img-src': "'self' data: blob:",
      'font-src': 'data:',
      'connect-src': "'self'",
    },
  ),
});

const docsScript = route({
  method: 'GET',
  path: '/docs/scalar.js',
  name: 'docsScript',
  tag,
  summary: 'The script of the API page',
  access: { public: 'the page that needs it is public' },
  content: 'text/javascript',
  schema: { response: Bytes },
  async handler({ headers, setHeader }) {
    const { plain, gzip } = await scalarBundle();
    // The page asks for it by our version, with which it changes.
    setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    setHeader('Vary', 'Accept-Encoding');
    if (!/\bgzip\b/.test(String(headers['accept-encoding']))) return plain;
    setHeader('Content-Encoding', 'gzip');
    return gzip;
  },
});

/** The pages for people. They are routes like all others: declared, counted by the census, sent without a plugin. */
export const pages: readonly Route[] = [home, docs, docsScript];
