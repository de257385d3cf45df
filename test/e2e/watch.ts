import type { Page, Response } from 'playwright-core';

export interface Watched {
  problems(): string[];
  expect(refusal: RegExp): void;
  received(): Promise<string>;
}

/** The browser's own line about an answer that is noted by itself. */
const SAID_OF_ANSWER = /^Failed to load resource/;
/** A page that is left, or whose connection is closed by our own script. */
const GIVEN_UP = 'net::ERR_ABORTED';
const REPORTS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('Against the policy: ' + event.violatedDirective + ' ' + event.blockedURI))`;

const isText = (response: Response) => /json|text\/plain/.test(response.headers()['content-type'] ?? '');

/** Notes everything that a page should not do: errors, warnings, refusals, failures and breaches of its policy. */
export function watch(page: Page, url: string): Watched {
  const problems: string[] = [];
  const expected: RegExp[] = [];
  const bodies: Promise<string>[] = [];
  const note = (problem: string) => {
    if (!expected.some((pattern) => pattern.test(problem))) problems.push(problem);
  };
  void page.addInitScript(REPORTS);
  page.on('pageerror', (error) => note(`page error: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type()) || SAID_OF_ANSWER.test(message.text())) return;
    note(`console ${message.type()}: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (why !== GIVEN_UP) note(`${request.method()} ${request.url().replace(url, '')} failed: ${why}`);
  });
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400) note(`${response.request().method()} ${pathname} ${response.status()}`);
    // A body that the browser let go of, because its page was left, nobody received.
    if (isText(response)) bodies.push(response.text().catch(() => ''));
  });
  return {
    problems: () => problems,
    expect: (refusal) => void expected.push(refusal),
    received: async () => (await Promise.all(bodies)).join('\n'),
  };
}
