/** A customer's invoices, page by page: how many there are on one, what is listed after which, and how their amounts are written. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { InvoiceList, Problem } from '@tillkit/core/contract/contract';
import { moneyPattern } from '@tillkit/core/money/money-pattern';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const grand = { planId: 'grand', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
let token: string;
let id: string;
let customer: string;
beforeEach(async () => {
  till = await startTill({ catalog: monthlyCatalog(monthlyPlan('grand', 2900)) });
  token = await till.signIn('ada');
  ({ id, customerId: customer } = (await till.buy(grand, { token })).checkout.subscription!);
});
afterEach(() => till.close());

const page = async (query = '', as = token) => (await till.call<InvoiceList & Problem>('GET', `/v1/invoices${query}`, { token: as })).body;
/** So many more of the owner's own. */
const invoice = async (count: number) => {
  const { invoices } = await till.stripe();
  for (let number = 0; number < count; number += 1) {
    const { id: draft } = await invoices.create({ customer, currency: 'usd' });
    await invoices.finalizeInvoice(draft);
  }
};

it('is listed as Stripe has it, with its pages', async () => {
  expect((await page()).invoices).toEqual([
    {
      id: expect.stringMatching(/^in_/u) as string,
      number: expect.any(String) as string,
      status: 'paid',
      created: till.now(),
      currency: 'usd',
      total: 2900,
      amountDue: 0,
      hostedInvoiceUrl: expect.any(String) as string,
      invoicePdf: expect.any(String) as string,
    },
  ]);
});

it('are ten on a page, newest first, or as many as are asked for, and the next page begins after the last of them', async () => {
  await invoice(15);
  const { invoices: all, hasMore } = await page('?limit=100');
  expect([all.length, all.at(-1)!.total, hasMore]).toEqual([16, 2900, false]);
  expect(await page()).toEqual({ invoices: all.slice(0, 10), hasMore: true });
  expect(await page('?limit=9')).toEqual({ invoices: all.slice(0, 9), hasMore: true });
  expect(await page(`?limit=15&after=${all[0]!.id}`)).toEqual({ invoices: all.slice(1), hasMore: false });
});

it.each(['0', '05', '101', '1000', '1x', 'x1', '-1', ''])(
  'are not listed by a limit that is no number from 1 to 100: %o',
  async (limit) => {
    expect((await page(`?limit=${limit}`)).code).toBe('invalid_request');
  },
);

it.each(['', 'cus_1', 'in_', 'xin_1', 'in_1/x', 'in_../x', `in_${'x'.repeat(251)}`])(
  'are not listed after what is no id: %o',
  async (after) => {
    expect((await page(`?after=${after}`)).code).toBe('invalid_request');
  },
);

it('are not listed after an invoice that is not one of theirs', async () => {
  const eve = await till.signIn('eve');
  await till.buy(grand, { token: eve });
  const [hers] = (await page('', eve)).invoices;
  for (const after of [hers!.id, 'in_unknown']) expect((await page(`?after=${after}`)).code).toBe('not_found');
});

it('are written as the page writes an amount in a currency that the catalog does not sell in, and in no other', async () => {
  expect(await page('?locale=de')).not.toHaveProperty('money');
  const stripe = await till.stripe();
  await stripe.subscriptions.cancel(id);
  const old = await stripe.invoices.create({ customer, currency: 'chf' });
  await stripe.invoices.finalizeInvoice(old.id);
  const { invoices, money } = await page('?locale=de');
  expect(invoices.map(({ currency }) => currency)).toEqual(['chf', 'usd']);
  expect(money).toEqual({ chf: moneyPattern('de', 'chf') });
});

it('are none of somebody who never bought', async () => {
  expect(await page('', await till.signIn('eve'))).toEqual({ invoices: [], hasMore: false });
});
