import type { Language } from '../../language.tsx';

type Translate = (...found: string[]) => string;

/** What the API says of a capability within a role, after “With … it”. */
const HOLDING: Readonly<Record<string, string>> = {
  'role:manage':
    'kann sie Rollen ändern, auch diese selbst, und weitere festlegen. Über ihre eigenen Rechte reicht sie nie hinaus, aber was Sie ihr hier später nehmen, hat sie vielleicht in einer selbst gemachten Rolle behalten',
  'user:edit': 'kann sie diese und jede kleinere Rolle jedem geben und jedem seine Rolle nehmen, auch Administratoren',
  'user:create': 'kann sie alle ihre Rechte an neue Benutzer weitergeben, die bleiben, wenn der Inhaber geht',
  'user:invite': 'kann sie alle ihre Rechte an jeden weitergeben, der eine Einladung annimmt',
  'token:create':
    'kann sie im Namen jedes Benutzers, der diese Rechte hat, Tokens mit allen ihren Rechten erstellen, gültig bis zu einem Jahr',
  'user:reset-tokens': 'kann sie die Tokens aller beenden, auch die der Administratoren',
  'user:delete': 'kann sie jeden löschen außer dem letzten nanoAdmin',
  'apikey:rotate': 'kann sie die Schlüssel beenden, von denen andere Ihrer Systeme vielleicht leben',
  'webhook:set':
    'kann sie sich selbst erhöhen: Der Webhook erfährt den Namen jedes Encoders, der sich verbindet, und wer ihn kennt, kann senden',
  'audit:read':
    'kann sie sich selbst erhöhen: Protokoll und Zugriffsbericht nennen jeden Benutzer, wofür user:read da ist',
};

const RULES: readonly (readonly [RegExp, Translate])[] = [
  [
    /^It equals (\S+): give that role instead$/,
    (name) => `Sie entspricht genau ${name}: Vergeben Sie stattdessen diese Rolle`,
  ],
  [
    /^It holds everything that nanoAdmin holds but reading the API key$/,
    () => 'Sie darf alles, was nanoAdmin darf, außer den API-Schlüssel zu lesen',
  ],
  [/^It contains all of (\S+) and adds (.+)$/, (name, more) => `Sie enthält alles von ${name} und dazu ${more}`],
  [
    /^Without token:own nobody/,
    () => 'Ohne token:own kann sich niemand in dieser Rolle anmelden; für sie erstellte Tokens funktionieren',
  ],
  [
    /^Without organisation:read nobody/,
    () => 'Ohne organisation:read sieht niemand in dieser Rolle, wer er ist und was er darf',
  ],
  [/^Without (\S+) there is little use in (.+)$/, (needed, ids) => `Ohne ${needed} nützt wenig: ${ids}`],
];

/** What the API says of a role, in the reader's language; a sentence that is not known here stays as it was said. */
export function sayFinding(said: string, language: Language): { text: string; lang: Language } {
  if (language === 'en') return { text: said, lang: 'en' };
  const holding = /^With (\S+) it /.exec(said)?.[1];
  if (holding && HOLDING[holding]) return { text: `Mit ${holding} ${HOLDING[holding]}`, lang: 'de' };
  for (const [pattern, translate] of RULES) {
    const found = pattern.exec(said);
    if (found) return { text: translate(...found.slice(1)), lang: 'de' };
  }
  return { text: said, lang: 'en' };
}
