import type { ChangeMode } from '@tillkit/core/catalog/catalog-file';
import type { ChangeTarget, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const price = (amount: number, interval = 'month') => ({ interval, amounts: { usd: amount } });
const catalog = (upgrade: ChangeMode, downgrade: ChangeMode) => ({
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [
    {
      id: 'small',
      name: 'Small',
      seats: { min: 1, max: 100 },
      prices: [price(1000), price(10_000, 'year')],
      changes: { upgrade, downgrade },
    },
    {
      id: 'large',
      name: 'Large',
      seats: { min: 1, max: 100 },
      prices: [price(4000), price(40_000, 'year')],
      changes: { upgrade, downgrade },
    },
  ],
});

describe('a change', () => {
  let till: TestTill;
  let token: string;
  let id: string;
  /** What the owner's file says by now of changes to either plan. */
  let owners: { upgrade: ChangeMode; downgrade: ChangeMode };
  afterEach(() => till.close());

  async function start(mode: ChangeMode, planId = 'small', card = '4242424242424242') {
    owners = { upgrade: mode, downgrade: mode };
    const file = async () => ({ ...till.file, plans: till.file.plans.map((plan) => ({ ...plan, changes: owners })) });
    till = await startTill({ catalog: catalog(mode, mode), app: { catalogFile: file } });
    token = await till.signIn('ada');
    const { checkout } = await till.buy({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} }, { token, card });
    await till.settle();
    id = checkout.subscription!.id;
    await till.advance(10 * day);
    token = await till.signIn('ada');
  }
  const preview = (target: ChangeTarget) =>
    till.call<PreviewResponse & Problem>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } });
  const confirm = (signed: string) =>
    till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: signed } });
  const invoices = async () => (await (await till.stripe()).invoices.list({ limit: 20 })).data;
  const customer = async () => {
    const [first] = (await (await till.stripe()).customers.list({ limit: 1 })).data;
    return first!;
  };

  it('of prorate_next_invoice charges nothing now and the rest of the period with the next renewal', async () => {
    await start('prorate_next_invoice');
    const shown = (await preview({ planId: 'large' })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 0, credit: 0, effective: 'now', recurring: { amount: 4000 } });
    expect(shown.invoice.onNextInvoice).toBeGreaterThan(1900);
    expect((await confirm(shown.preview)).body.subscription).toMatchObject({ planId: 'large' });
    expect(await invoices()).toHaveLength(1);
    await till.advance(25 * day);
    const [renewal] = await invoices();
    expect(renewal!.amount_paid).toBe(4000 + shown.invoice.onNextInvoice!);
  });

  it('of full_price_now starts a new period at the whole new price', async () => {
    await start('full_price_now');
    const shown = (await preview({ planId: 'large' })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 4000, credit: 0, effective: 'now' });
    const { body } = await confirm(shown.preview);
    expect(body.subscription).toMatchObject({ planId: 'large', currentPeriodStart: till.now() });
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 4000 });
  });

  it('of difference_now charges new minus old, whatever the day, and keeps the period', async () => {
    await start('difference_now');
    const shown = (await preview({ planId: 'large', seats: 2 })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 7000, credit: 0, effective: 'now', recurring: { amount: 8000 } });
    const before = till.now();
    const { body } = await confirm(shown.preview);
    expect(body.subscription).toMatchObject({ planId: 'large', seats: 2 });
    expect(body.subscription.currentPeriodStart).toBeLessThan(before - 9 * day);
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 7000, total: 7000 });
    await till.advance(25 * day);
    expect((await invoices())[0]).toMatchObject({ amount_paid: 8000 });
  });

  it('of difference_now turns a downgrade into credit for the next invoice', async () => {
    await start('difference_now', 'large');
    const shown = (await preview({ planId: 'small' })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 0, credit: 3000, recurring: { amount: 1000 } });
    expect((await confirm(shown.preview)).body.subscription).toMatchObject({ planId: 'small' });
    expect((await customer()).balance).toBe(-3000);
    await till.advance(25 * day);
    expect((await invoices())[0]).toMatchObject({ total: 1000, amount_paid: 0, status: 'paid' });
    expect((await customer()).balance).toBe(-2000);
  });

  it('of difference_now leaves everything as it was when the card is declined', async () => {
    await start('difference_now');
    const stripe = await till.stripe();
    const { id: customerId } = await customer();
    const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId });
    await stripe.subscriptions.update(id, { default_payment_method: method.id });
    const shown = (await preview({ planId: 'large' })).body;
    const answer = await confirm(shown.preview);
    expect([answer.status, answer.body.code]).toEqual([402, 'payment_failed']);
    const [latest] = await invoices();
    expect(latest!.status).toBe('void');
    const subscription = await stripe.subscriptions.retrieve(id);
    expect(subscription.items.data[0]!.price.unit_amount).toBe(1000);
    expect((await stripe.invoiceItems.list({ customer: customerId, pending: true })).data).toEqual([]);
  });

  it('of difference_now makes no invoice when the new price is the old one', async () => {
    await start('difference_now');
    await confirm((await preview({ seats: 4 })).body.preview);
    const shown = (await preview({ planId: 'large', seats: 1 })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 0, credit: 0, recurring: { amount: 4000 } });
    const before = (await invoices()).length;
    expect((await confirm(shown.preview)).body.subscription).toMatchObject({ planId: 'large', seats: 1 });
    expect(await invoices()).toHaveLength(before);
  });

  it('of no_charge costs nothing until the renewal', async () => {
    await start('no_charge');
    const shown = (await preview({ planId: 'large' })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 0, credit: 0, effective: 'now' });
    expect((await confirm(shown.preview)).body.subscription).toMatchObject({ planId: 'large' });
    expect(await invoices()).toHaveLength(1);
    await till.advance(25 * day);
    expect((await invoices())[0]).toMatchObject({ amount_paid: 4000 });
  });

  it('of at_period_end waits, also when it is dearer', async () => {
    await start('at_period_end');
    const shown = (await preview({ planId: 'large' })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 0, effective: 'period_end' });
    expect((await confirm(shown.preview)).body.subscription).toMatchObject({ planId: 'small', scheduledChange: { planId: 'large' } });
  });

  it('of prorate_now gives credit for a downgrade', async () => {
    await start('prorate_now', 'large');
    const shown = (await preview({ planId: 'small' })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 0, effective: 'now' });
    expect(shown.invoice.credit).toBeGreaterThan(1900);
    await confirm(shown.preview);
    expect((await customer()).balance).toBe(-shown.invoice.credit);
  });

  it.each(['difference_now', 'no_charge'] as const)('of interval under %s keeps to what Stripe can do', async (mode) => {
    await start(mode);
    const shown = (await preview({ interval: 'year' })).body;
    expect(shown.invoice.effective).toBe(mode === 'no_charge' ? 'period_end' : 'now');
    const { status } = await confirm(shown.preview);
    expect(status).toBe(200);
    if (mode === 'difference_now') expect((await invoices())[0]!.amount_paid).toBe(shown.invoice.dueNow);
  });

  it('is refused when its total is another than was shown, though credit pays for all of it', async () => {
    await start('full_price_now');
    const stripe = await till.stripe();
    await stripe.customers.createBalanceTransaction((await customer()).id, { amount: -100_000, currency: 'usd' });
    const shown = (await preview({ planId: 'large' })).body;
    expect(shown.invoice.dueNow).toBe(0);
    const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 10, inclusive: false });
    await stripe.subscriptions.update(id, { default_tax_rates: [rate.id] });
    const answer = await confirm(shown.preview);
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([409, 'preview_changed', 'total: 4000 when shown, 4400 now']);
    expect((await customer()).balance).toBe(-100_000);
  });

  it.each(['no_charge', 'at_period_end'] as const)('of %s is refused when renewals are dearer than was shown', async (mode) => {
    await start(mode);
    const shown = (await preview({ planId: 'large' })).body;
    const stripe = await till.stripe();
    const [old] = (await stripe.prices.list({ lookup_keys: ['large_month'] })).data;
    const dearer = { currency: 'usd', unit_amount: 5000, recurring: { interval: 'month' } } as const;
    await stripe.prices.create({ product: String(old!.product), ...dearer, lookup_key: 'large_month', transfer_lookup_key: true });
    await till.settle();
    const answer = await confirm(shown.preview);
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      409,
      'preview_changed',
      'every renewal: 4000 when shown, 5000 now',
    ]);
  });

  it.each([
    ['at_period_end', 'no_charge'],
    ['no_charge', 'at_period_end'],
  ] as const)('shown as %s is refused once the owner has made it %s, which costs the same', async (shownAs, by) => {
    await start(shownAs);
    const shown = (await preview({ planId: 'large' })).body;
    owners = { upgrade: by, downgrade: by };
    const stripe = await till.stripe();
    const [product] = (await stripe.products.list()).data;
    await stripe.products.update(product!.id, { description: 'The catalog is read again.' });
    await till.settle();
    const answer = await confirm(shown.preview);
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      409,
      'preview_changed',
      'A price, or the way it is charged, is another.',
    ]);
    expect((await confirm((await preview({ planId: 'large' })).body.preview)).status).toBe(200);
  });

  it('is refused with the difference when the total is another than was shown', async () => {
    await start('difference_now');
    const shown = (await preview({ planId: 'large' })).body;
    const stripe = await till.stripe();
    await stripe.customers.createBalanceTransaction((await customer()).id, { amount: -500, currency: 'usd' });
    const answer = await confirm(shown.preview);
    expect([answer.status, answer.body.code]).toEqual([409, 'preview_changed']);
    expect(answer.body.detail).toContain('3000 when shown, 2500 now');
  });
});
