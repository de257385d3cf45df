/** The dashboard's folder as this browser reached it: a proxy may have put more in front of it. */
const folder = import.meta.env.PROD
  ? new URL(/* @vite-ignore */ '..', import.meta.url)
  : new URL('/dashboard/', window.location.origin);

/** Where the pages are, without a slash at the end. */
export const BASE = folder.pathname.replace(/\/$/, '');

/** Where the API is, without a slash at the end. */
export const SERVER = new URL('..', folder).href.replace(/\/$/, '');
