import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const UNPACKED = path.resolve(import.meta.dirname, '../node_modules/.cache/chromium');

/** Unpacked once, beside the package it came in: nobody else can have put it there. */
async function executable(): Promise<string> {
  await mkdir(UNPACKED, { recursive: true });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = UNPACKED;
  // The package brings the libraries that a bare machine lacks, and unpacks them where it believes to be at home.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x';
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    return await packed.executablePath();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** The package's own flags switch off what browsers protect people with, so none of them is used. */
const ARGS = ['--headless=shell', '--no-sandbox', '--no-zygote', '--disable-gpu'];

/** A real Chromium from npm for several people: each context that is made of it is a browser of its own. */
export async function launchBrowser(): Promise<Browser & AsyncDisposable> {
  return chromium.launch({ executablePath: await executable(), args: ARGS });
}

/** The same with a profile of its own, for one person. */
export async function openBrowser(): Promise<BrowserContext & AsyncDisposable> {
  const executablePath = await executable();
  const profile = await mkdtemp(path.join(os.tmpdir(), 'lockkeeper-browser-'));
  const args = [...ARGS, '--single-process'];
  const context = await chromium.launchPersistentContext(profile, { executablePath, args });
  return Object.assign(context, {
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  });
}
