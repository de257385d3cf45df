export const signIn = {
  title: { en: 'Sign in', de: 'Anmelden' },
  email: { en: 'E-mail address', de: 'E-Mail-Adresse' },
  password: { en: 'Password', de: 'Passwort' },
  forgot: { en: 'A new password', de: 'Neues Passwort' },
  lead: {
    en: 'The control plane of your live streams.',
    de: 'Die Steuerung Ihrer Live-Streams.',
  },
  wait: {
    en: (seconds: number) => `Too many tries. Please wait ${seconds} s and try again.`,
    de: (seconds: number) => `Zu viele Versuche. Bitte warten Sie ${seconds} s und versuchen Sie es dann erneut.`,
  },
} as const;
