/** Site builders put widgets into frames; Stripe's payment page refuses to stand in one. */
import type { FrameLocator, Page } from 'playwright';
import { afterEach, expect, it } from 'vitest';
import { cards, payWith } from './hosted-page.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
afterEach(() => shop.close());

it('a frame of the same site is left by its window, and the purchase is confirmed after the return', async () => {
  shop = await openShop('team-suite');
  const page = await shop.visit('/framed/pricing');
  const frame = page.frameLocator('iframe');
  await frame.getByRole('radio', { name: /^Starter/u }).check({ force: true });
  await frame
    .getByRole('button', { name: /^Subscribe$/u })
    .first()
    .click();
  await payWith(page, cards.success, 'ada@example.com');
  await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
  expect(page.url()).toContain('/pricing');
});

/** What proves a purchase is kept in the frame, apart from what the same site has in a tab of its own; here browsers differ. */
const keepApart = (): void => {
  if (window.top !== window) return;
  for (const name of ['sessionStorage', 'localStorage']) {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    Object.defineProperty(globalThis, name, { value: storage });
  }
};
const thanks = 'Thank you, you are all set.';

it.each([
  ['with a storage of its own', 'begun in another window or browser. Go back there to see it confirmed', thanks],
  ['with the storage of that site', thanks, 'Look there before you pay again.'],
])('a frame on another site, %s, opens a tab for the payment, stays, and both say what is so', async (kept, inTab, inFrame) => {
  shop = await openShop('team-suite');
  const page = await shop.visit('/pricing');
  if (kept === 'with a storage of its own') await page.context().addInitScript(keepApart);
  // the same pages under a name that is another site to the browser
  await page.goto(`${shop.site.replace('127.0.0.1', 'localhost')}/framed/pricing`);
  const opened = page.waitForEvent('popup');
  const frame = await subscribeIn(page);
  const tab = await opened;
  await frame.getByText('Pay in the tab that has opened.').first().waitFor();
  await payWith(tab, cards.success, 'bob@example.com');
  await expect.poll(async () => (await (await shop.till.stripe()).subscriptions.list()).data.length).toBe(1);
  expect(page.url()).toContain('/framed/pricing');
  await tab.getByText(inTab).first().waitFor();
  const isSeenAgain = () => page.frames()[1]!.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
  await isSeenAgain();
  await frame.getByText(inFrame).first().waitFor();
  // and once more: what is settled stays so
  await isSeenAgain();
  await page.frames()[1]!.evaluate(() => new Promise((resolve) => void setTimeout(resolve, 200)));
  expect(await frame.getByText(inFrame).count()).toBeGreaterThan(0);
});

async function subscribeIn(page: Page): Promise<FrameLocator> {
  const frame = page.frameLocator('iframe');
  await frame.getByRole('radio', { name: /^Starter/u }).check({ force: true });
  await frame
    .getByRole('button', { name: /^Subscribe$/u })
    .first()
    .click();
  return frame;
}

it('a frame that may open nothing says so, with the payment page as a link', async () => {
  shop = await openShop('team-suite');
  const page = await shop.visit('/sandboxed/pricing?sandbox=allow-scripts+allow-same-origin');
  const frame = await subscribeIn(page);
  const alert = frame.getByRole('alert').filter({ hasText: 'The payment page cannot open inside this one.' });
  await alert.first().waitFor();
  const link = alert.first().getByRole('link', { name: 'Open the payment page' });
  expect(await link.getAttribute('href')).toMatch(/\/c\/pay\/cs_/u);
  expect(page.url()).toContain('/sandboxed/pricing');
});

it('a frame without an origin of its own says that payments are not set up there, and is not asked to try again', async () => {
  shop = await openShop('team-suite');
  const page = await shop.visit('/sandboxed/pricing?sandbox=allow-scripts');
  const frame = await subscribeIn(page);
  await frame.getByRole('alert').filter({ hasText: 'This page is not set up for payments yet.' }).first().waitFor();
  expect(await frame.getByRole('alert').filter({ hasText: 'on our side' }).count()).toBe(0);
});

it('a page that the server does not know says that it is not set up, and not that there is no connection', async () => {
  shop = await openShop('team-suite');
  const page = await shop.visit('/pricing');
  // the same page under a name that is not in TILL_ORIGINS
  await page.goto(`${shop.site.replace('127.0.0.1', 'localhost')}/pricing`);
  await page.getByRole('radio', { name: /^Starter/u }).check({ force: true });
  await page
    .getByRole('button', { name: /^Subscribe$/u })
    .first()
    .click();
  const alert = page.getByRole('alert').filter({ hasText: 'This page is not set up for payments yet. Please tell the owner of the site.' });
  await alert.first().waitFor();
  expect(await page.getByText('No connection').count()).toBe(0);
  await page.goto(`${shop.site.replace('127.0.0.1', 'localhost')}/members/account`);
  await page.locator('till-subscription-panel').getByText('This page is not set up for payments yet.').first().waitFor();
});
