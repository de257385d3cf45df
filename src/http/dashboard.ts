import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { PublicUrls } from './services.ts';

const DIST = path.resolve(import.meta.dirname, '../../web/dist');
/** What the build leaves for the nonce of each answer. */
const NONCE = /lockkeeper-nonce/g;
/** Its parts, as the page names them beside itself. */
const PARTS = /"\.\/assets\//g;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface Asset {
  type: string;
  plain: Buffer;
  /** Made when it is first asked for: a server that nobody looks at never needs it. */
  compressed(): Promise<Buffer>;
}

const compress = promisify(brotliCompress);

function asset(file: string): Asset {
  const plain = readFileSync(file);
  let made: Promise<Buffer> | undefined;
  return {
    type: TYPES[path.extname(file)]!,
    plain,
    compressed() {
      made ??= compress(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });
      return made;
    },
  };
}

const assetsIn = (folder: string): [string, Asset][] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => path.extname(name) in TYPES)
        .map((name) => [name, asset(path.join(folder, name))])
    : [];

let page: string | null | undefined;
let assets: ReadonlyMap<string, Asset> | undefined;

/** A file of the built dashboard by its name alone: no path of the caller's ever reaches the disk. */
export function dashboardAsset(name: string): Asset | undefined {
  assets ??= new Map(assetsIn(path.join(DIST, 'assets')));
  return assets.get(name);
}

/** A player fetches from the playout's origin over http and WebSocket, and HLS segments feed a media source. */
function policy(nonce: string, { playout }: PublicUrls): string {
  const { origin, host, protocol } = new URL(playout);
  const media = `${origin} ${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${media}`,
    'media-src blob:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The page that every address of the dashboard gets, with the headers that let it do what it needs and nothing else. */
export function dashboardPage(urls: PublicUrls): { html: string; headers: Record<string, string> } | null {
  if (page === undefined) {
    const file = path.join(DIST, 'index.html');
    page = existsSync(file) ? readFileSync(file, 'utf8') : null;
  }
  if (page === null) return null;
  const nonce = randomBytes(16).toString('base64');
  return {
    html: page
      .replace(NONCE, nonce)
      .replace(PARTS, `"${new URL(urls.http).pathname.replace(/\/$/, '')}/dashboard/assets/`),
    headers: {
      'Content-Security-Policy': policy(nonce, urls),
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  };
}
