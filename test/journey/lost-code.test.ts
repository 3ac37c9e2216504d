/** A buyer comes back from paying, and the code that confirms it comes late, or at first not at all. */
import type { Locator, Page, Route } from 'playwright';
import { afterEach, describe, expect, it } from 'vitest';
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

/** A page for which some code does not come, until it is asked for again. */
async function loseAndReadAgain(page: Page, code: RegExp, wanted: Locator, path = '/account'): Promise<void> {
  let isLost = true;
  await page.route(code, (route) => (isLost ? route.abort() : route.continue()));
  await page.goto(`${shop.site}${path}`);
  const said = page.getByRole('alert').filter({ hasText: 'No connection.' }).first();
  await said.waitFor();
  isLost = false;
  await said.getByRole('button', { name: 'Try again' }).click();
  await wanted.waitFor();
  expect(await page.getByText('No connection.').count()).toBe(0);
}

describe('of a widget that is fetched when it is needed, as after another build came under an open page', () => {
  it.each([
    ['that tells where each is', /more-widgets/u],
    ['of its own', /subscription-panel/u],
  ])('the code %s is lost: it says so, and the page is read again on demand', async (_, code) => {
    shop = await openShop('team-suite');
    const page = await shop.visit('/pricing');
    await loseAndReadAgain(page, code, page.getByText('Sign in on this site to see your subscription.'));
  });

  it('the code of the sign-in in the panel is lost: it says so, and the page is read again on demand', async () => {
    shop = await openShop('team-suite');
    const page = await shop.visit('/pricing');
    await page.route(/till\.js/u, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('"plans":', '"emailCodes":true,"plans":') });
    });
    const field = page.getByRole('textbox', { name: /E-?mail/iu });
    await loseAndReadAgain(page, /email-sign-in/u, field);
  });

  /** An account with something that runs, paid by card. */
  async function visitMember(): Promise<Page> {
    shop = await openShop('team-suite');
    const { till } = shop;
    const stripe = await till.stripe();
    const { id: customer } = await stripe.customers.create({});
    const [price] = (await stripe.prices.list({ lookup_keys: ['team_month'] })).data;
    const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.subscriptions.create({ customer, items: [{ price: price!.id }], default_payment_method: card });
    await till.store.identities.save({ issuer: 'shop', subject: 'ada', customerId: customer }, till.now());
    return shop.visit('/pricing');
  }

  it('the code of the payment methods is lost: it says so beside the rest, and the page is read again on demand', async () => {
    const page = await visitMember();
    await loseAndReadAgain(page, /wallet/u, page.getByRole('heading', { name: 'Payment methods' }), '/members/account');
  });

  it('the code of the payment methods is lost: a panel that is moved to another provider says nothing of it while it comes there', async () => {
    const page = await visitMember();
    const [asked, arrived] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isLost = true;
    await page.route(/wallet/u, async (route) => {
      if (isLost) return route.abort();
      asked.resolve();
      await arrived.promise;
      await route.continue();
    });
    await page.goto(`${shop.site}/members/account`);
    const said = page.getByText('No connection.');
    await said.first().waitFor();
    isLost = false;
    const account = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith('/v1/subscriptions'));
    await page.evaluate(() => {
      const provider = document.querySelector('till-provider')!;
      const other = provider.cloneNode(false) as HTMLElement;
      provider.after(other);
      other.append(provider.querySelector('till-subscription-panel')!);
    });
    await Promise.all([asked.promise, account]);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    expect(await said.count()).toBe(0);
    arrived.resolve();
    await page.getByRole('heading', { name: 'Payment methods' }).waitFor();
  });

  it('the code that fetches a catalog is lost: it says so, and is fetched again on demand', async () => {
    shop = await openShop('price-models');
    const page = await shop.visit('/card');
    await loseAndReadAgain(page, /fetch-catalog/u, page.getByRole('radio').first(), '/pricing');
  });

  it('the code of its price models is lost: it says so, and is fetched again on demand', async () => {
    shop = await openShop('price-models');
    const page = await shop.visit('/card');
    await loseAndReadAgain(page, /extended/u, page.getByRole('radio').first(), '/pricing');
  });

  it('the code of what is sold alone is lost: it says so, and is fetched again on demand', async () => {
    const product = { id: 'guide', name: 'Guide', price: { amounts: { usd: 1900 } } };
    shop = await openShop({ locales: ['en'], defaultCurrency: 'usd', currencies: ['usd'], products: [product] });
    const page = await shop.visit('/card');
    await loseAndReadAgain(page, /products/u, page.getByText('$19.00').first(), '/pricing');
  });

  it('the code of discounts is lost: a promotion code is not said to be wrong, nor the server, and is taken when it is sent again', async () => {
    shop = await openShop('team-suite');
    const stripe = await shop.till.stripe();
    const { id: coupon } = await stripe.coupons.create({ name: 'Spring', percent_off: 20, duration: 'once' });
    await stripe.promotionCodes.create({ code: 'SPRING', promotion: { type: 'coupon', coupon } });
    const page = await shop.visit('/pricing-with-code');
    let isLost = true;
    await page.route(/extended-(?!texts)\w+\.js/u, (route) => (isLost ? route.abort() : route.continue()));
    await page.getByLabel('Promotion code').fill('SPRING');
    await button(page, /^Apply$/u).click();
    await page.getByRole('alert').filter({ hasText: 'No connection.' }).waitFor();
    isLost = false;
    await button(page, /^Apply$/u).click();
    await page.getByRole('button', { name: /^Remove/u }).waitFor();
    expect(await page.getByText('No connection.').count()).toBe(0);
  });
});

it('is lost once more while a buyer looks at the page again: nothing is thrown, and the button asks for it still', async () => {
  const page = await payAndMeet((route) => route.abort());
  await button(page, /^Try again$/u).waitFor();
  await page.evaluate(() => {
    const thrown: string[] = [];
    Object.assign(window, { thrown });
    addEventListener('unhandledrejection', ({ reason }) => thrown.push(String(reason)));
  });
  const again = page.waitForEvent('requestfailed', { predicate: (request) => request.url().includes('finish-checkout') });
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await again;
  await button(page, /^Try again$/u).waitFor();
  expect(await page.evaluate('new Promise((resolve) => setTimeout(() => resolve(thrown)))')).toEqual([]);
});
