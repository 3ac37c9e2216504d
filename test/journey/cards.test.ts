/** The case of a trial without a card, in a browser: kept by adding one before its end, or brought back after it. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterEach, describe, expect, it } from 'vitest';
import { cards, payWith } from './hosted-page.ts';
import { openShop, seenEvents, type Shop } from './shop.ts';

const day = 86_400;
let shop: Shop;
afterEach(() => shop.close());

const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click();
const charged = () =>
  [...shop.till.sandbox.events()]
    .filter(({ type }) => type === 'charge.succeeded')
    .map(({ data }) => (data.object as unknown as { amount: number }).amount);

/** The catalog of the published case, every trial of which ends in one way. */
function ending(end: string): object {
  const file = JSON.parse(readFileSync(new URL('../../examples/catalogs/redis-hosting.json', import.meta.url), 'utf8')) as {
    plans: { trial?: { end: string } }[];
  };
  for (const { trial } of file.plans) if (trial) trial.end = end;
  return file;
}

async function startTrial(catalog: string | object): Promise<Page> {
  shop = await openShop(catalog);
  const page = await shop.visit('/members/pricing?sub=ivy');
  await press(page, /^Start free trial$/u);
  await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
  await shop.till.settle();
  return page;
}

async function account(page: Page): Promise<void> {
  await page.goto(`${shop.site}/members/account?sub=ivy`);
}

describe('a trial without a card', () => {
  it('is kept by adding a card, and paid when it ends', async () => {
    const page = await startTrial('redis-hosting');
    await account(page);
    await page.getByRole('heading', { name: /^Your free trial ends on/u }).waitFor();
    await press(page, /^Add a card$/u);
    await payWith(page, cards.success);
    await page.waitForURL(/\/members\/account/u);
    await page.getByText('Your card is saved. Renewals are paid from it.').waitFor();
    expect(page.url()).not.toContain('till_card');
    expect((await seenEvents(page)).filter(({ type }) => type === 'till-error')).toEqual([]);
    await page.getByText(/^Free until .+ Then \$29\.00 a month\.$/u).waitFor();
    await page.getByText('•••• 4242').waitFor();
    expect(charged()).toEqual([]);
    await shop.till.advance(30 * day + 7200);
    expect(charged()).toEqual([2900]);
    await account(page);
    await page.getByText('Active', { exact: true }).waitFor();
  });

  it('that paused goes on at once with a card', async () => {
    const page = await startTrial(ending('pause'));
    await shop.till.advance(30 * day + 7200);
    await account(page);
    await page.getByRole('heading', { name: 'M is paused until you add a card' }).waitFor();
    await press(page, /^Add a card and continue$/u);
    await page.getByRole('heading', { name: 'Resume M' }).waitFor();
    await press(page, /^Add a card and resume$/u);
    await payWith(page, cards.success);
    await page.waitForURL(/\/members\/account/u);
    await page.getByText('Active', { exact: true }).waitFor();
    expect(charged()).toEqual([2900]);
  });

  it('that ended with an invoice: a declined card is said, another one pays', async () => {
    const page = await startTrial(ending('create_invoice'));
    await shop.till.advance(30 * day + 7200);
    await account(page);
    await page.getByText(/^Your free trial ended on .+ Add a card to go on\.$/u).waitFor();
    await press(page, /^Add a card and pay \$29\.00$/u);
    await payWith(page, cards.failsLater);
    await page.waitForURL(/\/members\/account/u);
    await page.getByText('Your card is saved, but the payment was declined. Try another card.').waitFor();
    await press(page, /^Update card and pay \$29\.00$/u);
    await payWith(page, cards.success);
    await page.waitForURL(/\/members\/account/u);
    await page.getByText('Active', { exact: true }).waitFor();
    expect(charged()).toEqual([2900]);
    // the card that failed goes, the one that pays stays
    await press(page, /^Remove: Visa ending in 0341$/u);
    await press(page, /^Remove$/u);
    await page.getByText('It is removed.').waitFor();
    await page.getByText('To remove it, add another one first.').waitFor();
  });

  it('goes on as the free plan where the plan says so', async () => {
    const page = await startTrial(ending('free'));
    await shop.till.advance(30 * day + 7200);
    await account(page);
    await page.getByRole('heading', { name: 'Free', exact: true }).waitFor();
    await page.getByText('Active', { exact: true }).waitFor();
    expect(charged()).toEqual([]);
  });
});
