import { type CSSVariablesResolver, createTheme, Modal, Notification } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'blue',
  // White text on these, and these on their light grounds, have the contrast of WCAG 2.2 AA.
  primaryShade: { light: 9, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Code", Menlo, monospace',
  respectReducedMotion: true,
  components: {
    Notification: Notification.extend({ styles: { description: { color: 'var(--mantine-color-text)' } } }),
    // The page has a banner already; a dialog's head is none.
    ModalHeader: Modal.Header.extend({ defaultProps: { role: 'none' } }),
  },
});

/** What the library takes for lesser text, and for words on a ground of their own colour, is too pale to read. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-placeholder': '#5c636a',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-green-light-color': '#237032',
    '--mantine-color-teal-light-color': '#0b6b4f',
    '--mantine-color-yellow-light-color': '#8a4b00',
    '--mantine-color-orange-light-color': '#9c3d06',
  },
  dark: {
    '--mantine-color-dimmed': '#b8bcc2',
    '--mantine-color-placeholder': '#a0a5ab',
    '--mantine-color-error': '#ff8787',
  },
});
