export const joining = {
  email: { en: 'Your e-mail address', de: 'Ihre E-Mail-Adresse' },
  whose: {
    en: 'The one you will sign in with. An invitation that was mailed is for that address.',
    de: 'Damit melden Sie sich künftig an. Eine Einladung, die per Mail kam, gilt für diese Adresse.',
  },
  password: { en: 'Choose a password', de: 'Wählen Sie ein Passwort' },
  rule: {
    en: '12 to 256 characters. A few words in a row do well.',
    de: '12 bis 256 Zeichen. Ein paar Wörter hintereinander eignen sich gut.',
  },
  again: { en: 'The same once more', de: 'Noch einmal dasselbe' },
  show: { en: 'Show what I type', de: 'Zeigen, was ich tippe' },
  typeEmail: { en: 'Type your e-mail address.', de: 'Geben Sie Ihre E-Mail-Adresse ein.' },
  typePassword: { en: 'Type a password.', de: 'Geben Sie ein Passwort ein.' },
  different: { en: 'The two are not the same.', de: 'Die beiden stimmen nicht überein.' },
  incomplete: {
    en: 'This link is not complete. Open it exactly as you got it.',
    de: 'Dieser Link ist nicht vollständig. Öffnen Sie ihn genau so, wie Sie ihn bekommen haben.',
  },
  deadLink: {
    en: (why: string) => `This link does not work. ${why}. Ask for a new one.`,
    de: (why: string) => `Dieser Link funktioniert nicht. ${why}. Bitten Sie um einen neuen.`,
  },
  signIn: { en: 'Sign in', de: 'Anmelden' },
  joinTitle: { en: 'Join an organisation on Lockkeeper', de: 'Einer Organisation auf Lockkeeper beitreten' },
  join: { en: 'Join', de: 'Beitreten' },
  joined: {
    en: (role: string, name: string) => `Welcome. You are ${role} of ${name}, and can sign in now.`,
    de: (role: string, name: string) => `Willkommen. Sie sind ${role} von ${name} und können sich jetzt anmelden.`,
  },
  setTitle: { en: 'Set your Lockkeeper password', de: 'Ihr Lockkeeper-Passwort festlegen' },
  set: { en: 'Set password', de: 'Passwort festlegen' },
  isSet: {
    en: 'Your password is set. You can sign in with it now.',
    de: 'Ihr Passwort ist festgelegt. Sie können sich jetzt damit anmelden.',
  },
  forgotTitle: { en: 'Ask for a new Lockkeeper password', de: 'Ein neues Lockkeeper-Passwort anfordern' },
  forgot: { en: 'Ask for a link', de: 'Link anfordern' },
  asked: {
    en: 'If this address has an account and the server sends mail, a link is on its way. Otherwise ask your administrator.',
    de: 'Wenn es zu dieser Adresse ein Konto gibt und der Server Mails verschickt, ist ein Link unterwegs. Sonst wenden Sie sich an Ihren Administrator.',
  },
  confirmTitle: { en: 'Confirm your new organisation', de: 'Ihre neue Organisation bestätigen' },
  confirmLead: {
    en: 'One more step: your organisation is made when you confirm it.',
    de: 'Noch ein Schritt: Ihre Organisation entsteht, wenn Sie bestätigen.',
  },
  confirm: { en: 'Confirm', de: 'Bestätigen' },
  confirmed: {
    en: (name: string, email: string) => `${name} is yours. Sign in as ${email} with the password you chose.`,
    de: (name: string, email: string) =>
      `${name} gehört Ihnen. Melden Sie sich als ${email} mit dem Passwort an, das Sie gewählt haben.`,
  },
} as const;
