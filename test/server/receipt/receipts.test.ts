/** Amounts and words are so: every receipt that the server sends adds up to what Stripe charges, line by line. */
import type {
  CheckoutSessionResponse,
  InvoiceList,
  PreviewResponse,
  SubscriptionList,
  SubscriptionResponse,
} from '@tillkit/core/contract/contract';
import { explainLine, lineName } from '@tillkit/core/receipt/explain';
import { totalOf } from '@tillkit/core/receipt/make-receipt';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import { receiptEn } from '@tillkit/core/receipt/words-en';
import { moneyPattern } from '@tillkit/core/money/money-pattern';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogJson } from '../../support/catalogs.ts';
import { cards, newVerifier, shop, startTill, type Purchase, type TestTill } from '../../support/till.ts';

const day = 86_400;
let till: TestTill;
afterEach(() => till.close());

const style = (currency: string) => ({ words: receiptEn, pattern: moneyPattern('en', currency), day: (at: number) => `day ${at}` });
/** A receipt as it is read: name, explanation, minor units. */
const lines = ({ lines: all, currency }: Receipt): (readonly [string, string, number])[] =>
  all.map((line) => [lineName(line, style(currency)), explainLine(line, style(currency)), line.amount]);

function expectSound(receipt: Receipt | undefined): asserts receipt is Receipt {
  expect(receipt).toBeDefined();
  expect(totalOf(receipt!) - receipt!.credit).toBe(receipt!.sum);
  expect(receipt!.lines.flatMap(({ explanation }) => explanation)).not.toContainEqual({ kind: 'rest' });
}

const owned = async (token: string): Promise<SubscriptionList> =>
  (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
const preview = async (token: string, subscriptionId: string, target: object): Promise<PreviewResponse> => {
  const answer = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId, target } });
  expect(answer.status).toBe(201);
  return answer.body;
};
const confirm = async (token: string, id: string, { preview: signed }: PreviewResponse): Promise<SubscriptionResponse> =>
  (await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: signed } })).body;
/** What is charged from now until `seconds` later. */
async function chargedWithin(seconds: number, subscriptionId: string): Promise<number[]> {
  const stripe = await till.stripe();
  const ids = async () => (await stripe.invoices.list({ subscription: subscriptionId, limit: 100 })).data;
  const before = new Set((await ids()).map(({ id }) => id));
  await till.advance(seconds);
  return (await ids()).filter(({ id }) => !before.has(id)).map(({ amount_paid }) => amount_paid);
}

describe('price models, a setup fee and something paid once', () => {
  let bought: Purchase;
  beforeEach(async () => {
    till = await startTill({ catalog: 'price-models' });
    bought = await till.buy({
      planId: 'team',
      interval: 'month',
      currency: 'usd',
      seats: 8,
      addOns: { messages: 1500 },
    });
  });

  it('the confirmation lists every line that was paid', () => {
    const { receipt, amountTotal } = bought.checkout;
    expectSound(receipt);
    expect(receipt.sum).toBe(amountTotal);
    expect(receipt.due).toEqual({ kind: 'paid' });
    expect(lines(receipt).toSorted()).toEqual([
      ['Messages', '2 × 1,000 at $5.00', 1000],
      ['Setup, Team', 'once', 9900],
      ['Team', '5 × $12.00 + 3 × $10.00', 9000],
    ]);
  });

  it('the panel explains what comes to the amount, and the next payment', async () => {
    const [subscription] = (await owned(bought.token)).subscriptions;
    expect(subscription!.items.map(({ explanation }) => explanation)).toEqual([
      [
        {
          kind: 'steps',
          steps: [
            { kind: 'tier', tier: 1, units: 5, unitAmount: '1200' },
            { kind: 'tier', tier: 2, units: 3, unitAmount: '1000' },
          ],
        },
      ],
      [{ kind: 'steps', steps: [{ kind: 'packages', packages: 2, divideBy: 1000, unitAmount: '500' }] }],
    ]);
    expectSound(subscription!.nextPayment!.receipt);
    expect(await chargedWithin(32 * day, subscription!.id)).toEqual([subscription!.nextPayment!.amount]);
  });
});

describe('discount, tax and credit', () => {
  it.each([
    ['exclusive', 1368 + 152 + 1505],
    ['inclusive', 1150 + 128 + 1265],
  ] as const)('of a code and %s tax are on the confirmation, which adds up to what was paid', async (tax, taxed) => {
    till = await startTill({ catalog: { ...catalogJson['price-models'], tax } });
    const stripe = await till.stripe();
    const coupon = await stripe.coupons.create({ name: 'Spring', percent_off: 20, duration: 'once' });
    await stripe.promotionCodes.create({ code: 'SPRING', promotion: { type: 'coupon', coupon: coupon.id } });
    const { verifier, verifierHash } = newVerifier();
    const selection = { planId: 'team', interval: 'month', currency: 'usd', seats: 8, addOns: { messages: 1500 } };
    const body = { selection, returnUrl: shop, verifierHash, promotionCode: 'SPRING' };
    const { checkoutSessionId } = (await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { body })).body;
    const card = { number: cards.works, expiry: '12 / 40', cvc: '123', name: 'A Buyer', email: 'buyer@example.com' };
    const address = { country: 'DE', line1: 'Elbchaussee 1', city: 'Hamburg', postal_code: '22763' };
    const page = `http://sandbox.localhost/c/pay/${checkoutSessionId}`;
    await till.sandbox.fetch(new Request(page, { method: 'POST', body: new URLSearchParams({ ...card, ...address }) }));
    const { receipt, amountTotal } = (await till.call<Purchase>('POST', '/v1/sessions', { body: { checkoutSessionId, verifier } })).body
      .checkout;
    expectSound(receipt);
    // 90.00 + 10.00 + 99.00 at 20 % off is 72.00 + 8.00 + 79.20; the tax of each is rounded by itself
    const off = 15_920;
    const paid = tax === 'exclusive' ? off + taxed : off;
    expect(receipt).toMatchObject({
      sum: paid,
      discounts: [{ name: 'Spring', amount: -3980 }],
      taxes: [{ inclusive: tax === 'inclusive', amount: taxed }],
    });
    expect(
      lines(receipt)
        .map(([, , amount]) => amount)
        .toSorted((a, b) => a - b),
    ).toEqual([1000, 9000, 9900]);
    const charges = (await stripe.charges.list()).data.map(({ amount }) => amount);
    expect([amountTotal, charges]).toEqual([paid, [paid]]);
  });

  it('the next payment is Stripe’s, with everything that makes it so', async () => {
    till = await startTill();
    const { token, checkout } = await till.buy({ planId: 'starter', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    const { id } = checkout.subscription!;
    const stripe = await till.stripe();
    const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 19, inclusive: false });
    await stripe.coupons.create({ id: 'HALF', name: 'Half price', percent_off: 50, duration: 'forever' });
    await stripe.subscriptions.update(id, { default_tax_rates: [rate.id], discounts: [{ coupon: 'HALF' }] });
    await stripe.customers.createBalanceTransaction(checkout.customerId!, { amount: -100, currency: 'usd' });
    await till.settle();
    await till.advance(60);
    const { body } = await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/cancel`, { token });
    const kept = await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/resume`, { token });
    expect(body.subscription.cancelAt).toBeDefined();
    const { nextPayment } = kept.body.subscription;
    // 9.00 − 4.50 + 0.86 − 1.00
    expect(nextPayment!.amount).toBe(436);
    expectSound(nextPayment!.receipt);
    expect(nextPayment!.receipt).toMatchObject({
      sum: 436,
      discounts: [{ name: 'Half price', amount: -450 }],
      taxes: [{ amount: 86, inclusive: false }],
      credit: 100,
    });
    expect(await chargedWithin(32 * day, id)).toEqual([436]);
  });
});

describe('a trial', () => {
  it('that began with a card is on the confirmation, free, with its end', async () => {
    till = await startTill({
      catalog: {
        locales: ['en'],
        defaultCurrency: 'usd',
        currencies: ['usd'],
        plans: [{ id: 'pro', name: 'Pro', trial: { days: 14 }, prices: [{ interval: 'month', amounts: { usd: 2900 } }] }],
        addOns: [{ id: 'training', name: 'Training', prices: [{ amounts: { usd: 20_000 } }] }],
      },
    });
    const { checkout } = await till.buy({ planId: 'pro', interval: 'month', currency: 'usd', seats: 1, addOns: { training: 1 } });
    expectSound(checkout.receipt);
    expect(checkout.receipt.sum).toBe(20_000);
    const { trialEnd } = checkout.subscription!;
    expect(lines(checkout.receipt).toSorted()).toEqual([
      ['Pro', `free until day ${trialEnd}`, 0],
      ['Training', 'once', 20_000],
    ]);
    expectSound(checkout.subscription!.nextPayment!.receipt);
    expect(checkout.subscription!.nextPayment!.receipt.sum).toBe(2900);
  });
});

describe('a change', () => {
  it.each([
    ['month', 'year'],
    ['year', 'month'],
  ])('of interval that waits: the next payment is what is charged on that day, %s → %s', async (from, to) => {
    till = await startTill({
      catalog: {
        locales: ['en'],
        defaultCurrency: 'usd',
        currencies: ['usd'],
        plans: [
          {
            id: 'pro',
            name: 'Pro',
            changes: { upgrade: 'at_period_end', downgrade: 'at_period_end' },
            prices: [
              { interval: 'month', amounts: { usd: 7900 } },
              { interval: 'year', amounts: { usd: 79_000 } },
            ],
          },
        ],
      },
    });
    const { token, checkout } = await till.buy({ planId: 'pro', interval: from, currency: 'usd', seats: 1, addOns: {} });
    const { id, currentPeriodEnd } = checkout.subscription!;
    const { subscription } = await confirm(token, id, await preview(token, id, { interval: to }));
    expect(subscription.nextPayment).toMatchObject({ at: currentPeriodEnd, amount: to === 'month' ? 7900 : 79_000 });
    expectSound(subscription.nextPayment!.receipt);
    const charged = await chargedWithin(currentPeriodEnd - till.now() + 2 * 3600, id);
    expect(charged).toEqual([subscription.nextPayment!.amount]);
  });

  it('of plan and interval that waits: the other plan is paid from its first day', async () => {
    till = await startTill({
      catalog: {
        locales: ['en'],
        defaultCurrency: 'usd',
        currencies: ['usd'],
        plans: ['pro', 'solo'].map((id) => ({
          id,
          name: id,
          changes: { upgrade: 'at_period_end', downgrade: 'at_period_end' },
          prices: [
            { interval: 'month', amounts: { usd: 7900 } },
            { interval: 'year', amounts: { usd: 79_000 } },
          ],
        })),
      },
    });
    const { token, checkout } = await till.buy({ planId: 'pro', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    const { id, currentPeriodEnd } = checkout.subscription!;
    const { subscription } = await confirm(token, id, await preview(token, id, { planId: 'solo', interval: 'year' }));
    expect(subscription.nextPayment).toMatchObject({ at: currentPeriodEnd, amount: 79_000 });
    expect(await chargedWithin(currentPeriodEnd - till.now() + 2 * 3600, id)).toEqual([79_000]);
  });

  it('is explained by the price that the customer pays, not by the one that the catalog has today', async () => {
    const file = (amount: number) => ({
      locales: ['en'],
      defaultCurrency: 'usd',
      currencies: ['usd'],
      plans: [{ id: 'pro', name: 'Pro', seats: { min: 1, max: 50 }, prices: [{ interval: 'month', amounts: { usd: amount } }] }],
    });
    till = await startTill({ catalog: file(7900) });
    const { token, checkout } = await till.buy({ planId: 'pro', interval: 'month', currency: 'usd', seats: 2, addOns: {} });
    const stripe = await till.stripe();
    const [old] = (await stripe.prices.list({ lookup_keys: ['pro_month'] })).data;
    await stripe.prices.create({
      product: old!.product as string,
      currency: 'usd',
      unit_amount: 9900,
      recurring: { interval: 'month' },
      lookup_key: 'pro_month',
      transfer_lookup_key: true,
    });
    await till.settle();
    const { invoice } = await preview(token, checkout.subscription!.id, { seats: 3 });
    expectSound(invoice.renewal);
    expect(lines(invoice.renewal)).toEqual([['Pro', '3 × $79.00', 23_700]]);
    expect(invoice.renewal.sum).toBe(invoice.recurring.amount);
    expectSound(invoice.receipt);
    expect(invoice.receipt.sum).toBe(invoice.dueNow);
  });

  it.each(['prorate_now', 'prorate_next_invoice', 'full_price_now', 'difference_now'])(
    'adds up before it is confirmed: %s',
    async (mode) => {
      till = await startTill({
        catalog: {
          locales: ['en'],
          defaultCurrency: 'usd',
          currencies: ['usd'],
          plans: [
            {
              id: 'pro',
              name: 'Pro',
              seats: { min: 1, max: 50 },
              changes: { upgrade: mode, downgrade: mode },
              prices: [{ interval: 'month', amounts: { usd: 7900 } }],
            },
          ],
        },
      });
      const buyer = await till.signIn('ada');
      const { checkout } = await till.buy({ planId: 'pro', interval: 'month', currency: 'usd', seats: 3, addOns: {} }, { token: buyer });
      await till.advance(10 * day);
      const token = await till.signIn('ada');
      for (const seats of [2, 5]) {
        const { invoice } = await preview(token, checkout.subscription!.id, { seats });
        expectSound(invoice.receipt);
        expect(invoice.receipt.sum).toBe(invoice.onNextInvoice ?? invoice.dueNow);
        expect(invoice.receipt.credit).toBe(invoice.credit ? -invoice.credit : 0);
      }
    },
  );
});

describe('what the catalog does not know', () => {
  it('has its name from Stripe, and its currency is written as its own', async () => {
    till = await startTill();
    const { token, checkout } = await till.buy({ planId: 'starter', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    const stripe = await till.stripe();
    const price = await stripe.prices.create({
      currency: 'chf',
      unit_amount: 1950,
      recurring: { interval: 'month' },
      product_data: { name: 'An old plan' },
    });
    const customer = checkout.customerId!;
    await stripe.subscriptions.cancel(checkout.subscription!.id);
    const [method] = (await stripe.paymentMethods.list({ customer })).data;
    await stripe.subscriptions.create({ customer, currency: 'chf', items: [{ price: price.id }], default_payment_method: method!.id });
    await till.settle();
    const { subscriptions, money } = await owned(token);
    const old = subscriptions.find(({ currency }) => currency === 'chf');
    expect(old!.items[0]).toMatchObject({ kind: 'unknown', name: 'An old plan' });
    expect(lines(old!.nextPayment!.receipt!)[0]![0]).toBe('An old plan');
    expect(money).toEqual({ chf: moneyPattern('en', 'chf') });
    const invoices = await till.call<InvoiceList>('GET', '/v1/invoices?locale=de', { token });
    expect(invoices.body.money).toEqual({ chf: moneyPattern('de', 'chf') });
  });
});

describe('paused collection', () => {
  it('is told with the moment at which it ends, has no next payment, and can be resumed', async () => {
    till = await startTill();
    const { token, checkout } = await till.buy({ planId: 'starter', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    const { id } = checkout.subscription!;
    const stripe = await till.stripe();
    const resumesAt = till.now() + 5 * day;
    await stripe.subscriptions.update(id, { pause_collection: { behavior: 'void', resumes_at: resumesAt } });
    await till.settle();
    const [paused] = (await owned(token)).subscriptions;
    expect(paused).toMatchObject({ status: 'active', collectionPaused: { resumesAt } });
    expect(paused).not.toHaveProperty('nextPayment');
    const { body } = await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/resume`, { token });
    expect(body.subscription).not.toHaveProperty('collectionPaused');
    expect(body.subscription.nextPayment).toMatchObject({ amount: 900 });
  });
});
