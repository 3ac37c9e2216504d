/** The whole way in a real browser: the page on one origin, the server on another, Stripe's stand-in on a third. */
import type { Page } from 'playwright';
import { afterEach, describe, expect, it } from 'vitest';
import { cards, payWith } from './hosted-page.ts';
import { openShop, seenEvents, type Shop } from './shop.ts';

const day = 86_400;
let shop: Shop;
afterEach(() => shop.close());

const submit = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click();
const statuses = () => [...shop.till.sandbox.events()].map(({ type }) => type);

/** The page after the return from Stripe: the stamped receipt, one event, nothing left in the address. */
async function expectConfirmed(page: Page): Promise<{ subscriptionId: string; customerId: string }> {
  await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
  const complete = (await seenEvents(page)).filter(({ type }) => type === 'till-checkout-complete');
  expect(complete).toHaveLength(1);
  expect(page.url()).not.toContain('till_checkout');
  const { subscriptionId = '', customerId = '' } = complete[0] ?? {};
  expect(subscriptionId).toMatch(/^sub_/u);
  expect(customerId).toMatch(/^cus_/u);
  return { subscriptionId, customerId };
}

describe('team-suite', () => {
  it('catalog → selection → quote → checkout → webhook → subscription → panel: yearly, with add-ons and quantities', async () => {
    shop = await openShop('team-suite');
    const page = await shop.visit('/pricing');
    // catalog, selection
    await page.getByRole('radio', { name: /^Company/u }).check({ force: true });
    await page.getByRole('radio', { name: /^Yearly/u }).check({ force: true });
    await page.getByRole('spinbutton', { name: 'Seats', exact: true }).fill('2');
    await page.getByRole('spinbutton', { name: 'Guest seats' }).fill('10');
    await page.getByRole('spinbutton', { name: 'Storage' }).fill('3');
    await page.getByRole('checkbox', { name: 'Add Onboarding' }).check();
    // quote: 2 × 790.00 + 10 × 40.00 + 3 × 60.00 + 190.00 once = 2,350.00
    const receipt = page.locator('till-total');
    await expect.poll(() => receipt.locator('.sum dd').textContent()).toBe('$2,350.00');
    await submit(page, /^Subscribe$/u);
    // checkout: what was shown is what Stripe charges
    await page.waitForURL(/\/c\/pay\//u);
    await expect.poll(() => page.locator('body').innerText()).toContain('$2,350.00');
    await payWith(page, cards.success, 'ada@example.com');
    // webhook, subscription: the page is right at once
    const { subscriptionId } = await expectConfirmed(page);
    await shop.till.settle();
    expect(statuses()).toContain('customer.subscription.created');
    // panel
    await page.goto(`${shop.site}/account`);
    await page.getByRole('heading', { name: 'Company' }).waitFor();
    const panel = page.locator('till-subscription-panel');
    await panel.getByText('$2,160.00').first().waitFor();
    await panel.getByText('$2,350.00').first().waitFor();
    // change: fewer add-ons at once, through Stripe's preview
    await submit(page, /^Change plan/u);
    await page.getByRole('spinbutton', { name: 'Storage' }).fill('5');
    await page.getByRole('spinbutton', { name: 'Storage' }).blur();
    await submit(page, /^See what it costs$/u);
    const confirm = page.getByRole('button', { name: /^Change and pay/u });
    const shown = /\$([\d,.]+)/u.exec((await confirm.textContent()) ?? '')?.[1]?.replace(/[,.]/gu, '');
    await confirm.click();
    await page.getByRole('button', { name: /^Change plan/u }).waitFor();
    const stripe = await shop.till.stripe();
    const [charged] = (await stripe.invoices.list({ subscription: subscriptionId, limit: 1 })).data;
    expect(charged?.amount_paid).toBe(Number(shown));
    // another plan: a cheaper one waits for the end of the period and can be undone
    await submit(page, /^Change plan/u);
    await panel.getByRole('radio', { name: /^Starter/u }).check({ force: true });
    await submit(page, /^See what it costs$/u);
    await submit(page, /^Change on /u);
    await page.getByText(/^Changes to Starter on /u).waitFor();
    await submit(page, /^Undo this change$/u);
    await page.getByRole('button', { name: /^Change plan/u }).waitFor();
    expect((await stripe.subscriptions.retrieve(subscriptionId)).schedule).toBeNull();
    // cancel at the end of the period, and undo it
    await submit(page, /^Cancel$/u);
    await page.getByRole('combobox').selectOption('too_expensive');
    await submit(page, /^Cancel subscription$/u);
    await page.getByText('Ends soon').waitFor();
    expect((await stripe.subscriptions.retrieve(subscriptionId)).cancel_at_period_end).toBe(true);
    await submit(page, /^Keep my subscription$/u);
    await page.getByText('Active', { exact: true }).waitFor();
    expect((await stripe.subscriptions.retrieve(subscriptionId)).cancel_at_period_end).toBe(false);
  });

  it('a declined card, then one that works', async () => {
    shop = await openShop('team-suite');
    const page = await shop.visit('/pricing');
    await page.getByRole('radio', { name: /^Starter/u }).check({ force: true });
    await submit(page, /^Subscribe$/u);
    await payWith(page, cards.declined, 'bob@example.com');
    await page
      .getByText(/declined/iu)
      .first()
      .waitFor();
    await payWith(page, cards.success, 'bob@example.com');
    await expectConfirmed(page);
  });

  it('3D Secure', async () => {
    shop = await openShop('team-suite');
    const page = await shop.visit('/pricing');
    await page.getByRole('radio', { name: /^Starter/u }).check({ force: true });
    await submit(page, /^Subscribe$/u);
    await payWith(page, cards.threeDSecure, 'eve@example.com');
    await page.getByRole('button', { name: /^Complete/u }).click();
    await expectConfirmed(page);
  });

  it('turning back keeps what was chosen', async () => {
    shop = await openShop('team-suite');
    const page = await shop.visit('/pricing');
    await page.getByRole('radio', { name: /^Starter/u }).check({ force: true });
    await page.getByRole('spinbutton', { name: 'Storage' }).fill('4');
    await submit(page, /^Subscribe$/u);
    await page.waitForURL(/\/c\/pay\//u);
    await page.getByRole('link', { name: /Back/u }).first().click();
    await page.waitForURL(/\/pricing/u);
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Storage' }).inputValue()).toBe('4');
    expect(page.url()).not.toContain('till_canceled');
  });
});

describe('redis-hosting', () => {
  it('the free plan begins at once for a visitor who is signed in', async () => {
    shop = await openShop('redis-hosting');
    const page = await shop.visit('/members/pricing?sub=fay');
    await page.getByRole('radio', { name: /^Free/u }).check({ force: true });
    await submit(page, /^Start for free$/u);
    await expectConfirmed(page);
    expect(page.url()).toContain('/members/pricing');
  });

  it.each([
    ['the free plan', /^Stay free$/u, 'Free'],
    ['a paid plan by card', /^Add a card and continue$/u, 'M'],
  ])('a trial without card ends in a choice: %s', async (_, choice, plan) => {
    shop = await openShop('redis-hosting');
    const page = await shop.visit('/members/pricing?sub=gus');
    await submit(page, /^Start free trial$/u);
    await expectConfirmed(page);
    await shop.till.advance(27 * day + 3600);
    expect(statuses()).toContain('customer.subscription.trial_will_end');
    await shop.till.advance(3 * day);
    expect(statuses()).not.toContain('charge.succeeded');
    await page.goto(`${shop.site}/members/account?sub=gus`);
    await page.getByText(/is over/u).waitFor();
    await submit(page, choice);
    if (plan === 'M') {
      await payWith(page, cards.success);
      await page.waitForURL(/\/members\/account/u);
    }
    await page.getByRole('heading', { name: plan, exact: true }).waitFor();
    await page.getByText('Active', { exact: true }).waitFor();
  });
});
