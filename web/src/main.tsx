import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app.css';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { BASE } from './place.ts';

// A link in a mail leads here from beside the dashboard, and lives on within it.
const { pathname, search, hash } = window.location;
if (!pathname.startsWith(BASE))
  window.history.replaceState(null, '', `${BASE}/${pathname.split('/').at(-1)}${search}${hash}`);

// What the dialogs' scroll lock writes into the page while it runs, the policy admits by this alone.
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
setNonce(nonce);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App nonce={nonce} />
  </StrictMode>,
);
