import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server puts a fresh nonce in its place with every page, for the styles that libraries add while they run. */
const NONCE = 'lockkeeper-nonce';

export default defineConfig({
  // Parts find each other from where they are: a proxy may put any path in front of them.
  base: './',
  plugins: [react()],
  html: { cspNonce: NONCE },
  build: {
    target: 'es2023',
    // Small files as data: would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    // What most pages need comes as one file: dozens of small ones take longer, and compress less well.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', minShareCount: 14 }] } } },
  },
  server: {
    // For work on the pages: `npx vite web` beside a running server.
    proxy: { '^/(?!dashboard)': 'http://127.0.0.1:8080' },
  },
});
