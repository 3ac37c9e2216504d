import { chromium, type Browser } from 'playwright';
import { chromiumLaunch } from '../../test/support/chromium.ts';

/** Opens Chromium for the length of `work`. */
export async function withBrowser<Result>(work: (browser: Browser) => Promise<Result>): Promise<Result> {
  const { executablePath, args } = await chromiumLaunch();
  const browser = await chromium.launch({ executablePath, args, headless: true });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** The middle one; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
