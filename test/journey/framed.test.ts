/** Site builders put widgets into frames; Stripe's payment page refuses to stand in one. */
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

it('a frame on another site opens a tab for the payment, and stays', async () => {
  shop = await openShop('team-suite');
  const page = await shop.visit('/pricing');
  // the same pages under a name that is another site to the browser
  await page.goto(`${shop.site.replace('127.0.0.1', 'localhost')}/framed/pricing`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('radio', { name: /^Starter/u }).check({ force: true });
  const opened = page.waitForEvent('popup');
  await frame
    .getByRole('button', { name: /^Subscribe$/u })
    .first()
    .click();
  const tab = await opened;
  await payWith(tab, cards.success, 'bob@example.com');
  await expect.poll(async () => (await (await shop.till.stripe()).subscriptions.list()).data.length).toBe(1);
  expect(page.url()).toContain('/framed/pricing');
  expect(await frame.getByRole('button').count()).toBeGreaterThan(0);
});
