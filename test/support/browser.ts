/**
 * The browser of the tests that drive one themselves: one for all files of a process, a fresh profile for each page.
 *
 * Promise: it ends with the process, and a step waits for a busy machine.
 */
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright';
import { chromiumLaunch } from './chromium.ts';

/** Milliseconds; below the limit of a test, so that the step that hangs is the one that is named. */
const stepMilliseconds = 100_000;

let browser: Promise<Browser> | undefined;

const launch = async (): Promise<Browser> => chromium.launch({ ...(await chromiumLaunch()), headless: true });

/** Nothing moves that nobody looks at. */
const still = { reducedMotion: 'reduce' } as const;

/** Ends it before the process does, which would wait for it. */
export async function closeBrowser(): Promise<void> {
  const open = await browser;
  browser = undefined;
  await open?.close();
}

/** A profile of its own, which whoever asked closes. */
export async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= launch();
  const context = await (await browser).newContext({ ...still, ...options });
  context.setDefaultTimeout(stepMilliseconds);
  return context;
}
