import type { PushTarget } from './engine.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { rtmp: 1935, rtmps: 443 };
const PARTS = /^(rtmps?):\/\/([^/?#\\\s]+)\/([^?#\\\s]+)(\?[^#\\\s]*)?$/i;

/** The host and port as every resolver will understand them: `2130706433` and `0x7f.1` are 127.0.0.1. */
function readAuthority(authority: string, fallback: number): { host: string; port: number } | null {
  const url = `http://${authority}`;
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? fallback);
  return URL.canParse(url) && port > 0 && port < 65_536 ? { host: new URL(url).hostname, port } : null;
}

/**
 * Where a URL would have a stream published to, or in words why nowhere. The words name nothing of it: what stands
 * behind the last slash is a secret.
 */
export function readPushUrl(text: string): PushTarget | string {
  const [, scheme = '', authority = '', path = '', query = ''] = PARTS.exec(text) ?? [];
  if (scheme === '') return 'Use a URL like rtmp://host/app/name or rtmps://host/app/name';
  if (authority.includes('@')) return 'A URL with a user name or a password in it is not used';
  const slash = path.lastIndexOf('/');
  const [app, name] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
  if (app === '' || name === '') return 'The URL needs an application and a stream name behind the host';
  const where = readAuthority(authority, DEFAULT_PORTS[scheme.toLowerCase()]!);
  if (where === null) return 'The URL names no host that could be reached';
  return { secure: scheme.toLowerCase() === 'rtmps', ...where, app, name: name + query };
}
