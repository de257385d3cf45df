import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from '../test/browser.ts';
import { openVisit, type Visit } from '../test/e2e/dashboard.ts';
import { type Furnished, furnish, trouble } from '../test/e2e/furnish.ts';
import { addPast } from '../test/e2e/history.ts';
import { settled } from '../test/e2e/pages.ts';
import { start } from '../test/harness.ts';
import { until } from '../test/process/lockkeeper.ts';
import { loopPublish } from '../test/wire/encoders.ts';

/** Draws docs/screenshots from the real product with a stream on air, a past and some trouble: `npm run screenshots`, or some by name: `npm run screenshots -- home`. */
const FOLDER = path.resolve(import.meta.dirname, '../docs/screenshots');
const LIMIT_BYTES = 150_000;
const HEIGHTS = { 360: 740, 768: 1024, 1440: 900 } as const;
const HOUR_MS = 3_600_000;
/** As many as watched before. */
const VIEWERS = 60;
/** Seconds of picture before it is taken. */
const PLAYED_S = 4;

interface Shot {
  name: string;
  target: string | ((furnished: Furnished) => string);
  visitor?: true;
  prepare?(visitor: Visit): Promise<unknown>;
}

async function picturePlays({ page }: Visit): Promise<void> {
  const played = () => page.evaluate<number>("document.querySelector('video')?.currentTime ?? 0");
  await until(async () => (await played()) > PLAYED_S, 30_000, 'the picture of the live stream');
}

async function chooseRole({ page }: Visit): Promise<void> {
  await page.getByRole('button', { name: 'Edit role' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'nanoReadOnly' }).check();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog
    .getByText(/createStream/)
    .first()
    .waitFor();
}

const monthIsShown = ({ page }: Visit) =>
  page
    .getByText(/(more|less) than/)
    .first()
    .waitFor();

/** Whole hours: the one that goes on has just begun to be measured. */
function lately(): URLSearchParams {
  const to = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const field = (at: number) => new Date(at).toISOString().slice(0, 19);
  return new URLSearchParams({ from: field(to - 23 * HOUR_MS), to: field(to) });
}

/** Shows the charts rather than what is above them. */
async function chartsAreDrawn({ page }: Visit): Promise<void> {
  await page
    .getByRole('img', { name: /^Chart: Viewers/ })
    .locator('canvas')
    .waitFor();
  const first = page.getByRole('region', { name: 'Bitrate', exact: true });
  await first.evaluate((chart) => Object.assign(chart.style, { scrollMarginTop: '72px' }));
  await first.evaluate((chart) => chart.scrollIntoView());
}

const SHOTS: readonly Shot[] = [
  { name: 'sign-in', target: '/sign-in', visitor: true },
  { name: 'home', target: '/', prepare: monthIsShown },
  {
    name: 'streams',
    target: '/streams',
    prepare: ({ page }) => page.getByRole('main').getByText('Live', { exact: true }).last().waitFor(),
  },
  { name: 'live-stream', target: ({ stream }) => `/streams/${stream.stream.id}`, prepare: picturePlays },
  {
    name: 'analytics',
    target: ({ stream }) => `/streams/${stream.stream.id}/analytics?${lately()}`,
    prepare: chartsAreDrawn,
  },
  { name: 'alerts', target: '/alerts' },
  { name: 'blocks', target: '/guardian' },
  { name: 'users', target: '/users' },
  { name: 'role-change', target: ({ tenant }) => `/users/${tenant.user.id}`, prepare: chooseRole },
  { name: 'permissions', target: '/permissions' },
  { name: 'organisation', target: '/organisation' },
  { name: 'audit', target: '/audit' },
  { name: 'access-review', target: '/access' },
];

async function take({ page }: Visit, name: string): Promise<void> {
  const file = path.join(FOLDER, `${name}.jpg`);
  const bytes = await page.screenshot({ path: file, type: 'jpeg', quality: 75, animations: 'disabled' });
  if (bytes.length > LIMIT_BYTES) throw new Error(`${file} has ${bytes.length} bytes`);
  console.log(`${path.basename(file)} ${Math.round(bytes.length / 1_000)} kB`);
}

/** They watch until the signal. */
function crowd(url: string, signal: AbortSignal): void {
  const watch = async () => {
    const { body } = await fetch(url, { signal });
    for await (const _ of body ?? []);
  };
  for (let viewer = 0; viewer < VIEWERS; viewer++) watch().catch(() => undefined);
}

async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await using running = await start();
  const furnished = await furnish(running);
  const { tenant, stream } = furnished;
  await addPast(running, { organisation: tenant.id, stream: stream.stream.id });
  await trouble(running, furnished);
  await using encoder = loopPublish(stream.ingest);
  await until(() => encoder.live, 5_000, 'the encoder on air');
  const leaving = new AbortController();
  crowd(stream.urls.http, leaving.signal);
  await using browser = await launchBrowser();
  // Each signs in once: more would fill the audit log that is pictured.
  await using visitor = await openVisit(browser, running.url, null);
  await using admin = await openVisit(browser, running.url, tenant.admin);
  const wanted = process.argv.slice(2);
  const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  for (const [width, height] of Object.entries(HEIGHTS)) {
    for (const { name, target, visitor: nobody, prepare } of shots) {
      const visit = nobody ? visitor : admin;
      await visit.page.setViewportSize({ width: Number(width), height });
      await visit.go(typeof target === 'string' ? target : target(furnished));
      await settled(visit);
      await prepare?.(visit);
      await take(visit, `${name}-${width}`);
      if (visit.problems().length > 0) throw new Error(visit.problems().join('\n'));
    }
  }
  leaving.abort();
}

await main();
