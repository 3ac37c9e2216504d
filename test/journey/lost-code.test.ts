/** A buyer comes back from paying, and the code that confirms it comes late, or at first not at all. */
import type { Page, Route } from 'playwright';
import { afterEach, expect, it } from 'vitest';
import { cards, payWith } from './hosted-page.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
afterEach(() => shop.close());

const button = (page: Page, name: RegExp) => page.getByRole('button', { name }).first();

/** Has somebody without an account pay; what confirms it is answered by `meet`. */
async function payAndMeet(meet: (route: Route) => Promise<void>): Promise<Page> {
  shop = await openShop('team-suite');
  const page = await shop.visit('/pricing');
  await page.getByRole('radio', { name: /^Starter/u }).check({ force: true });
  await button(page, /^Subscribe$/u).click();
  await page.waitForURL(/\/c\/pay\//u);
  await page.route(/finish-checkout/u, meet);
  await payWith(page, cards.success, 'ada@example.com');
  return page;
}

it('nothing is sold while it comes, and where it does not the button asks for it again', async () => {
  let isLost = true;
  const page = await payAndMeet((route) => (isLost ? route.abort() : route.continue()));
  await button(page, /^Try again$/u).waitFor();
  expect(await page.getByRole('button', { name: /^(?:Subscribe|Start free trial)$/u }).count()).toBe(0);
  isLost = false;
  await button(page, /^Try again$/u).click();
  await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
  expect((await (await shop.till.stripe()).subscriptions.list()).data).toHaveLength(1);
});

it('nothing can be bought a second time while it is on its way', async () => {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const page = await payAndMeet(async (route) => {
    await arrived;
    await route.continue();
  });
  await button(page, /^One moment/u).waitFor();
  expect(await page.getByRole('button', { name: /^(?:Subscribe|Start free trial)$/u }).count()).toBe(0);
  arrive();
  await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
});
