import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { dashboardForFile, type Visit } from './dashboard.ts';
import { furnish, trouble } from './furnish.ts';
import { allPages, settled, VISITORS } from './pages.ts';

const SOURCE = path.resolve(import.meta.dirname, '../../web/src');

type Text = string | ((...told: unknown[]) => string);
interface Message {
  en: Text;
  de: Text;
}
interface Found extends Message {
  where: string;
}

const isMessage = (value: object): value is Message => 'en' in value && 'de' in value;

/** Every sentence in both languages, however deep a catalogue keeps it. */
function* messagesIn(value: unknown, where: string): Generator<Found> {
  if (typeof value !== 'object' || value === null) return;
  if (isMessage(value)) yield { ...value, where };
  else for (const [key, part] of Object.entries(value)) yield* messagesIn(part, `${where}.${key}`);
}

async function catalogues(): Promise<Found[]> {
  const files = globSync('{messages/**,**/*messages}.ts', { cwd: SOURCE }).sort();
  const found: Found[] = [];
  for (const file of files) {
    const module = (await import(pathToFileURL(path.join(SOURCE, file)).href)) as object;
    found.push(...messagesIn({ ...module }, file));
  }
  return found;
}

/** What furnish() wrote into the organisation. */
const WRITTEN = /: Ends streams at night$/;
const GAP = '\u0001';

/** What a sentence always says, whatever it is told: a text, or the parts of one that has gaps. */
function fixedParts(text: Text): string[] {
  if (typeof text === 'string') return [text];
  try {
    return String(text(...Array.from({ length: text.length }, () => GAP))).split(GAP);
  } catch {
    // It counts, or takes a list: what it says with these belongs to no page.
    return [];
  }
}

/** Everything that is written on the page, and what its controls are called and say when they are asked. */
const saidOn = ({ page }: Visit): Promise<string> =>
  page.evaluate<string>(`document.body.innerText + '\\n' + [...document.querySelectorAll('*')]
    .flatMap((one) => ['aria-label', 'aria-description', 'placeholder', 'title', 'alt'].map((name) => one.getAttribute(name)))
    .filter(Boolean).join('\\n')`);

/** Words in a row; addresses, names and code have other signs in them. */
const isProse = (line: string) => isSentence(line) && /^\p{L}[\p{L}\s,.;:’'“”!?-]*$/u.test(line) && / .* /.test(line);

const isSentence = (text: string) => (text.match(/\p{L}{2,}/gu) ?? []).length >= 3;

let messages: Found[];
before(async () => {
  messages = await catalogues();
});

describe('German and English say the same', () => {
  test('every sentence is there in both languages, and no German one is the English one', () => {
    assert.ok(messages.length > 100, `only ${messages.length} messages were found`);
    const wrong = messages.filter(({ en, de }) => {
      const [english, german] = [fixedParts(en).join(GAP), fixedParts(de).join(GAP)];
      return typeof en !== typeof de || (isSentence(english) && english === german) || (!!english && !german.trim());
    });
    assert.deepEqual(
      wrong.map(({ where }) => where),
      [],
    );
  });
});

describe('a page in German', () => {
  const dashboard = dashboardForFile({ alertLimits: { offlineMs: 0 } });

  test('has no English sentence on it, in text, names of controls and hints', async () => {
    const { running, visit } = dashboard();
    const furnished = await furnish(running);
    await trouble(running, furnished);
    const german = new Set(messages.flatMap(({ de }) => fixedParts(de)).map((text) => text.trim()));
    const english = messages
      .flatMap(({ en }) => fixedParts(en))
      .map((text) => text.trim())
      .filter((text) => isSentence(text) && !german.has(text));
    const found: string[] = [];
    for (const person of [furnished.tenant.observer, null]) {
      await using visitor = await visit(person, { language: 'de' });
      await visitor.go(person ? '/' : '/sign-in');
      visitor.expect(/^GET \/user\/.* 403$/);
      for (const target of person ? await allPages(visitor, furnished) : VISITORS) {
        await visitor.go(target);
        await settled(visitor);
        assert.equal(await visitor.page.locator('html').getAttribute('lang'), 'de');
        const said = await saidOn(visitor);
        found.push(...english.filter((text) => said.includes(text)).map((text) => `${target}: ${text}`));
      }
    }
    assert.deepEqual(found, []);
  });

  test('has nothing on it that stands on the English one but names, numbers and what people wrote', async () => {
    const { running, visit } = dashboard();
    const furnished = await furnish(running);
    await trouble(running, furnished);
    await using visitor = await visit(furnished.tenant.admin, { language: 'de' });
    const { page } = visitor;
    await visitor.go('/');
    const found: string[] = [];
    const linesIn = async (language: 'en' | 'de', target: string) => {
      await page.evaluate(`localStorage.setItem('lockkeeper-language', '${language}')`);
      await visitor.go(target);
      await settled(visitor);
      return (await saidOn(visitor)).split('\n').filter(isProse);
    };
    for (const target of await allPages(visitor, furnished)) {
      const german = await linesIn('de', target);
      const english = await linesIn('en', target);
      found.push(...german.filter((line) => english.includes(line)).map((line) => `${target}: ${line}`));
    }
    assert.deepEqual(
      found.filter((line) => !WRITTEN.test(line)),
      [],
    );
  });

  test('is what a German browser gets, and English is what every other gets', async () => {
    const { visit } = dashboard();
    for (const [language, name] of [
      ['de', 'Anmelden'],
      ['en', 'Sign in'],
    ] as const) {
      await using visitor = await visit(null, { language });
      await visitor.go('/sign-in');
      await visitor.page.evaluate("localStorage.removeItem('lockkeeper-language')");
      await visitor.page.reload();
      await visitor.page.getByRole('button', { name, exact: true }).waitFor();
    }
  });

  test('is chosen in the account menu and stays chosen, and so are the colours', async () => {
    const { running, visit } = dashboard();
    const { observer } = await running.tenant();
    await using visitor = await visit(observer);
    const { page } = visitor;
    await visitor.go('/streams');
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Deutsch' }).click();
    await page.getByRole('link', { name: 'API-Tokens' }).waitFor();
    await page.getByRole('button', { name: 'Ihr Konto' }).click();
    await page.getByRole('menuitem', { name: 'Dunkel' }).click();
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Ihr Konto' }).waitFor();
    await page.locator('html[lang=de][data-mantine-color-scheme=dark]').waitFor();
  });
});
