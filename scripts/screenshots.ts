/**
 * `npm run screenshots`: the pictures in docs/images, taken from the demo as a visitor sees it.
 *
 * Promise: nothing is staged but the purchase: Ada buys a plan with add-ons on the hosted page and then opens her account.
 */
import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright';
import { cards, payWith } from '../test/journey/hosted-page.ts';
import { withBrowser } from './figures/browser.ts';
import { at } from './paths.ts';
import { startDemo, type Demo } from './start/demo.ts';

const folder = 'docs/images';

interface Picture {
  readonly name: string;
  readonly url: string;
  readonly width: number;
  readonly dark?: boolean;
  /** What is on the picture; the window as it opens when absent. */
  readonly of?: (page: Page) => Locator;
}

const wide = 1280;
const checkout = (page: Page): Locator => page.locator('till-checkout');
const picker = (page: Page): Locator => page.locator('till-plan-picker');

const pictures = ({ urls: { pricing, card } }: Demo): Picture[] => [
  { name: 'checkout-light', url: pricing, width: wide, of: checkout },
  { name: 'checkout-dark', url: pricing, width: wide, dark: true, of: checkout },
  { name: 'checkout-hebrew', url: `${pricing}?lang=he`, width: wide, of: checkout },
  { name: 'checkout-320', url: pricing, width: 320 },
  { name: 'picker-light', url: pricing, width: wide, of: picker },
  { name: 'picker-dark', url: pricing, width: wide, dark: true, of: picker },
  { name: 'picker-hebrew', url: `${pricing}?lang=he`, width: wide, of: picker },
  { name: 'picker-320', url: pricing, width: 320, of: picker },
  { name: 'total', url: pricing, width: wide, of: (page) => page.locator('till-total') },
  { name: 'card-form', url: card, width: wide, of: (page) => page.locator('till-card-form') },
];

/** Seats and add-ons, so that there is something to add up. */
async function choose(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /^Yearly|^שנתי/u }).check({ force: true });
  for (const button of await page.locator('till-add-on-selector .stepper button:last-of-type').all()) await button.click();
}

async function open(browser: Browser, width: number, dark: boolean, more: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 1000 },
    deviceScaleFactor: 2,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    ...more,
  });
  return context.newPage();
}

/** The picture with a margin in the page's own color, so that nothing sticks to its edge. */
async function save(page: Page, name: string, target: Locator): Promise<void> {
  // the room that the page reserves for a late script is not part of the picture
  await page.addStyleTag({ content: 'till-checkout { min-height: 0 !important }' });
  await target.evaluate((element) => element.scrollIntoView());
  const box = await target.boundingBox();
  if (!box) throw new Error(`${name} has nothing to show`);
  const margin = 24;
  const clip = {
    x: Math.max(0, box.x - margin),
    y: Math.max(0, box.y + (await page.evaluate(() => scrollY)) - margin),
    width: box.width + 2 * margin,
    height: box.height + 2 * margin,
  };
  await page.screenshot({ path: at(`${folder}/${name}.png`), fullPage: true, clip, animations: 'disabled' });
}

async function take(browser: Browser, { name, url, width, dark = false, of }: Picture): Promise<void> {
  const page = await open(browser, width, dark);
  await page.goto(url, { waitUntil: 'networkidle' });
  await choose(page);
  if (of) await save(page, name, of(page));
  else await page.screenshot({ path: at(`${folder}/${name}.png`), animations: 'disabled' });
  await page.context().close();
}

/** Buys as Ada, then opens her account in both themes. */
async function takePanel(browser: Browser, { urls }: Demo): Promise<void> {
  const origins = [{ origin: new URL(urls.pricing).origin, localStorage: [{ name: 'demo-visitor', value: 'ada' }] }];
  const page = await open(browser, wide, false, { storageState: { cookies: [], origins } });
  await page.goto(urls.pricing, { waitUntil: 'networkidle' });
  await choose(page);
  await page.locator('till-total [part=submit]:visible').first().click();
  await payWith(page, cards.success);
  await page.waitForURL((url) => url.origin === new URL(urls.pricing).origin);
  await page.getByRole('status').filter({ hasText: 'sub_' }).waitFor();
  await save(page, 'confirmation', checkout(page));
  await page.goto(urls.manage, { waitUntil: 'networkidle' });
  await save(page, 'panel', page.locator('till-subscription-panel'));
  await page.emulateMedia({ colorScheme: 'dark' });
  await save(page, 'panel-dark', page.locator('till-subscription-panel'));
}

mkdirSync(at(folder), { recursive: true });
const wanted = process.argv.slice(2);
const demo = await startDemo('team-suite');
try {
  await withBrowser(async (browser) => {
    for (const picture of pictures(demo)) if (wanted.length === 0 || wanted.includes(picture.name)) await take(browser, picture);
    if (wanted.length === 0 || wanted.includes('panel')) await takePanel(browser, demo);
  });
} finally {
  await demo.close();
}
