/** Paying on the owner's own page, with card fields that live on another origin. */
import type { Page } from 'playwright';
import { afterEach, expect, it } from 'vitest';
import { cards } from './hosted-page.ts';
import { openShop, seenEvents, type Shop } from './shop.ts';

let shop: Shop;
afterEach(() => shop.close());

async function typeCard(page: Page, number: string): Promise<void> {
  const fields = page.frameLocator('iframe[title="Card details"]');
  await fields.getByLabel('Card number').fill(number);
  await fields.getByLabel('Expiration').fill('12 / 34');
  await fields.getByLabel('CVC').fill('123');
}

async function openForm(path: string, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  shop = await openShop('team-suite');
  const page = await shop.visit(path);
  await prepare?.(page);
  await page.getByRole('radio', { name: /^Starter/u }).check({ force: true });
  await page.getByLabel('E-mail').fill('ada@example.com');
  return page;
}

const pay = (page: Page) => page.locator('till-card-form').getByRole('button', { name: 'Pay $9.00' }).click();

async function expectBought(page: Page): Promise<void> {
  await expect.poll(async () => (await seenEvents(page)).filter(({ type }) => type === 'till-checkout-complete')).toHaveLength(1);
  const [complete] = (await seenEvents(page)).filter(({ type }) => type === 'till-checkout-complete');
  expect(complete?.subscriptionId).toMatch(/^sub_/u);
}

it('a declined card, then one that works, without leaving the page', async () => {
  const page = await openForm('/card');
  await typeCard(page, cards.declined);
  await pay(page);
  await page
    .locator('till-card-form')
    .getByText(/declined/iu)
    .waitFor();
  expect(await page.getByLabel('E-mail').inputValue()).toBe('ada@example.com');
  await typeCard(page, cards.success);
  await pay(page);
  await expectBought(page);
  expect(page.url()).toContain('/card');
});

it('3D Secure in a dialog: failed, then passed', async () => {
  const page = await openForm('/card');
  const bank = page.frameLocator('iframe[title="3D Secure"]');
  await typeCard(page, cards.threeDSecure);
  await pay(page);
  await bank.getByRole('button', { name: 'Fail' }).click();
  await page
    .locator('till-card-form')
    .getByText(/authenticate/iu)
    .waitFor();
  await pay(page);
  await bank.getByRole('button', { name: 'Complete' }).click();
  await expectBought(page);
});

it.each([
  ['Complete', 1],
  ['Fail', 0],
])('a method that leaves the page for its own, and comes back: %s', async (answer, bought) => {
  const page = await openForm('/card', async (before) => {
    // an account that has PayPal switched on
    await before.route('**/_elements/session?*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), types: ['card', 'paypal'] } });
    });
  });
  await page.frameLocator('iframe[title="Card details"]').getByRole('tab', { name: 'PayPal' }).click();
  await pay(page);
  await page.getByRole('button', { name: answer }).click();
  await page.waitForURL(`${shop.site}/card?**`);
  if (bought) {
    await expectBought(page);
    // whoever has bought is signed in, in this tab
    await page.goto(`${shop.site}/account`);
    await page.locator('till-subscription-panel').getByRole('heading', { name: 'Starter' }).waitFor();
  } else {
    const form = page.locator('till-card-form');
    await form.getByText('The payment is not finished yet.').waitFor();
    await form.getByRole('button', { name: 'Pay $9.00' }).waitFor();
    await typeCard(page, cards.success);
    expect(await form.getByText('The payment is not finished yet.').count()).toBe(1);
    await page.getByLabel('E-mail').fill('ada@example.com');
    await pay(page);
    await expectBought(page);
  }
  expect(new URL(page.url()).search).toBe('');
  const stripe = await shop.till.stripe();
  expect((await stripe.subscriptions.list({ status: 'active' })).data).toHaveLength(1);
});

it('works inside two shadow roots, where Stripe.js itself refuses', async () => {
  const page = await openForm('/card-in-shadow');
  await typeCard(page, cards.success);
  await pay(page);
  await expectBought(page);
  const refusal = await page.evaluate(() => {
    const root = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
    const place = root.appendChild(document.createElement('div'));
    const { Stripe } = globalThis as unknown as {
      Stripe: (key: string) => { initCheckoutElementsSdk(options: object): { createPaymentElement(): { mount(at: Element): void } } };
    };
    try {
      Stripe('pk_test_1').initCheckoutElementsSdk({ clientSecret: 'cs_1_secret_1' }).createPaymentElement().mount(place);
      return 'mounted';
    } catch (error) {
      return String(error);
    }
  });
  expect(refusal).toBe('IntegrationError: Elements cannot be mounted in a ShadowRoot. Please mount in the Light DOM.');
});
