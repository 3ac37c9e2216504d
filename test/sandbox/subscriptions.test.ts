/** The unmodified Stripe SDK against the sandbox: the life of a subscription on the clock, and money to the second. */
import { createSandbox, type Sandbox } from '@tillkit/sandbox';
import fc from 'fast-check';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { observe } from '../contract/observer.ts';

const day = 86_400;
/** 1 January 2026, 00:00 UTC: a month of 31 days, as in Stripe's examples. */
const january = Date.UTC(2026, 0, 1) / 1000;

function connect(sandbox: Sandbox): Stripe {
  const fetch = (input: RequestInfo | URL, init?: RequestInit) => sandbox.fetch(new Request(input, init));
  return new Stripe('sk_test_1', {
    host: 'sandbox.localhost',
    protocol: 'http',
    httpClient: Stripe.createFetchHttpClient(fetch as typeof globalThis.fetch),
    maxNetworkRetries: 0,
  });
}

async function open(options: Parameters<typeof createSandbox>[0] = {}) {
  const sandbox = createSandbox({ now: january, seedKey: 'test', observe, ...options });
  const stripe = connect(sandbox);
  const product = await stripe.products.create({ name: 'Plan' });
  const price = (unit_amount: number, interval: 'month' | 'year' = 'month') =>
    stripe.prices.create({ product: product.id, unit_amount, currency: 'usd', recurring: { interval } });
  const customer = async (card: string | null = 'pm_card_visa') =>
    card === null
      ? stripe.customers.create({ email: 'ada@example.com' })
      : stripe.customers.create({ email: 'ada@example.com', payment_method: card, invoice_settings: { default_payment_method: card } });
  const types = () => sandbox.events().map(({ type }) => type);
  return { sandbox, stripe, price, customer, types };
}

describe('a trial', () => {
  it.each([
    ['cancel', 'canceled', 'customer.subscription.deleted'],
    ['pause', 'paused', 'customer.subscription.paused'],
    ['create_invoice', 'past_due', 'invoice.payment_failed'],
  ] as const)('without card that ends with %s becomes %s', async (missing_payment_method, status, event) => {
    const { sandbox, stripe, price, customer, types } = await open();
    const { id } = await stripe.subscriptions.create({
      customer: (await customer(null)).id,
      items: [{ price: (await price(2900)).id }],
      trial_period_days: 30,
      trial_settings: { end_behavior: { missing_payment_method } },
    });
    await sandbox.clock.advance(27 * day);
    expect(types()).toContain('customer.subscription.trial_will_end');
    await sandbox.clock.advance(3 * day + 2 * 3600);
    const over = await stripe.subscriptions.retrieve(id);
    expect(over.status).toBe(status);
    // the reason that Stripe was recorded to give
    expect(over.cancellation_details?.reason ?? null).toBe(status === 'canceled' ? 'cancellation_requested' : null);
    expect(types()).toContain(event);
    expect(types().filter((type) => type === 'customer.subscription.trial_will_end')).toHaveLength(1);
  });

  it('with a card becomes active and is paid an hour later', async () => {
    const { sandbox, stripe, price, customer } = await open();
    const { id } = await stripe.subscriptions.create({
      customer: (await customer()).id,
      items: [{ price: (await price(2900)).id }],
      trial_period_days: 14,
    });
    await sandbox.clock.advance(14 * day);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    await sandbox.clock.advance(3600);
    const [paid] = (await stripe.invoices.list({ subscription: id, limit: 1 })).data;
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2900, billing_reason: 'subscription_cycle' });
  });
});

describe('a renewal', () => {
  it('counts periods from the anchor: 31 January, 28 February, 31 March', async () => {
    const { sandbox, stripe, price, customer } = await open({ now: Date.UTC(2026, 0, 31) / 1000 });
    const { id } = await stripe.subscriptions.create({ customer: (await customer()).id, items: [{ price: (await price(900)).id }] });
    const end = async () =>
      new Date(((await stripe.subscriptions.retrieve(id)).items.data[0]?.current_period_end ?? 0) * 1000).toISOString().slice(0, 10);
    expect(await end()).toBe('2026-02-28');
    await sandbox.clock.advance(28 * day);
    expect(await end()).toBe('2026-03-31');
  });

  it.each([
    ['cancel', 'canceled'],
    ['unpaid', 'unpaid'],
    ['past_due', 'past_due'],
  ] as const)('that fails is tried on the schedule and ends with %s', async (afterRetries, status) => {
    const { sandbox, stripe, price, customer } = await open({ afterRetries });
    const buyer = await customer();
    const { id } = await stripe.subscriptions.create({ customer: buyer.id, items: [{ price: (await price(900)).id }] });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: buyer.id });
    await stripe.customers.update(buyer.id, { invoice_settings: { default_payment_method: bad.id } });
    await sandbox.clock.advance(31 * day + 3600);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    await sandbox.clock.advance(17 * day);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe(status);
  });

  it('stops at the end of the period when that was asked for, and not when it was undone', async () => {
    const { sandbox, stripe, price, customer } = await open();
    const { id } = await stripe.subscriptions.create({ customer: (await customer()).id, items: [{ price: (await price(900)).id }] });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    await sandbox.clock.advance(31 * day);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await sandbox.clock.advance(28 * day);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'cancellation_requested' },
    });
  });
});

it('ends a subscription whose first payment stays open after 23 hours', async () => {
  const { sandbox, stripe, price, customer } = await open();
  const { id } = await stripe.subscriptions.create({
    customer: (await customer()).id,
    items: [{ price: (await price(900)).id }],
    payment_behavior: 'default_incomplete',
  });
  await sandbox.clock.advance(23 * 3600);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('incomplete_expired');
});

describe('proration', () => {
  it.each([
    ['1000 → 2000 at half of a month', 1000, 2000, 1_339_200, [-500, 1000]],
    ['1000 → 2000 after 10 days and 3,661 seconds', 1000, 2000, 10 * day + 3661, [-676, 1352]],
    ['2900 → 9900 after 7 days', 2900, 9900, 7 * day, [-2245, 7665]],
    // 50,000,000 and 99,999,999 × 2,678,399 / 2,678,400: a second is worth 19 and 37 minor units
    ['to the second: 500,000.00 → 999,999.99 after 1 second', 50_000_000, 99_999_999, 1, [-49_999_981, 99_999_962]],
  ])('%s', async (_, from, to, after, amounts) => {
    const { sandbox, stripe, price, customer } = await open();
    const subscription = await stripe.subscriptions.create({ customer: (await customer()).id, items: [{ price: (await price(from)).id }] });
    await sandbox.clock.advance(after);
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]?.id ?? '', price: (await price(to)).id }],
      proration_behavior: 'always_invoice',
    });
    const [invoice] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
    expect(invoice?.lines.data.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual(amounts);
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: amounts[0]! + amounts[1]! });
  });

  it('charges what the preview with the same date showed', async () => {
    const change = fc.record({
      from: fc.integer({ min: 100, max: 50_000 }),
      to: fc.integer({ min: 100, max: 50_000 }),
      quantities: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
      at: fc.integer({ min: 1, max: 31 * day - 61 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ from, to, quantities: [before, after], at }) => {
        const { sandbox, stripe, price, customer } = await open();
        const subscription = await stripe.subscriptions.create({
          customer: (await customer()).id,
          items: [{ price: (await price(from)).id, quantity: before }],
        });
        await sandbox.clock.advance(at);
        const items = [{ id: subscription.items.data[0]?.id ?? '', price: (await price(to)).id, quantity: after }];
        const proration_date = sandbox.clock.now();
        const preview = await stripe.invoices.createPreview({
          subscription: subscription.id,
          subscription_details: { items, proration_behavior: 'always_invoice', proration_date },
        });
        await sandbox.clock.advance(60);
        await stripe.subscriptions.update(subscription.id, { items, proration_behavior: 'always_invoice', proration_date });
        const [invoice] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
        expect(invoice?.lines.data.map(({ amount }) => amount)).toEqual(preview.lines.data.map(({ amount }) => amount));
        expect([invoice?.total, invoice?.amount_paid]).toEqual([preview.total, preview.amount_due]);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves nothing behind of a preview', async () => {
    const { stripe, price, customer, types } = await open();
    const subscription = await stripe.subscriptions.create({ customer: (await customer()).id, items: [{ price: (await price(1000)).id }] });
    const before = types();
    await stripe.invoices.createPreview({ subscription: subscription.id });
    expect(types()).toEqual(before);
    expect((await stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1);
  });

  it.each([9, 10, 12])('shows ten lines of a preview or an invoice with it, and lists all: plan and %i more', async (more) => {
    const { stripe, price, customer } = await open();
    const { id } = await customer();
    const extras = Array.from({ length: more }, (_, index) => ({ amount: 101 + index, currency: 'usd', description: `Extra ${index}` }));
    const items = [{ price: (await price(1000)).id }];
    const preview = await stripe.invoices.createPreview({ customer: id, subscription_details: { items }, invoice_items: extras });
    for (const extra of extras) await stripe.invoiceItems.create({ customer: id, ...extra });
    const { latest_invoice: paid } = await stripe.subscriptions.create({ customer: id, items, expand: ['latest_invoice'] });
    for (const { id: invoice, lines, total } of [preview, paid as Stripe.Invoice]) {
      const { data } = lines.has_more ? await stripe.invoices.listLineItems(invoice, { limit: 100 }) : lines;
      expect(lines.data.map((line) => line.id)).toEqual(data.slice(0, 10).map((line) => line.id));
      expect([lines.has_more, lines.url, data.length]).toEqual([more > 9, `/v1/invoices/${invoice}/lines`, more + 1]);
      expect(data.reduce((sum, { amount }) => sum + amount, 0)).toBe(total);
    }
  });

  it('keeps the old plan when the change cannot be paid', async () => {
    const { stripe, price, customer } = await open();
    const buyer = await customer();
    const subscription = await stripe.subscriptions.create({ customer: buyer.id, items: [{ price: (await price(1000)).id }] });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: buyer.id });
    await stripe.customers.update(buyer.id, { invoice_settings: { default_payment_method: bad.id } });
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]?.id ?? '', price: (await price(5000)).id }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect(updated.items.data[0]?.price.unit_amount).toBe(1000);
    expect(updated.pending_update).not.toBeNull();
  });
});

describe('manners', () => {
  it('refuses unknown parameters, prices and keys with Stripe’s codes', async () => {
    const { sandbox, stripe, customer } = await open();
    const { id } = await customer();
    await expect(stripe.subscriptions.create({ customer: id, items: [{ price: 'price_gone' }] })).rejects.toMatchObject({
      code: 'resource_missing',
    });
    await expect(stripe.subscriptions.create({ customer: id, items: [], colour: 'red' } as never)).rejects.toMatchObject({
      code: 'parameter_unknown',
      param: 'colour',
    });
    const answer = await sandbox.fetch(new Request('http://sandbox.localhost/v1/customers'));
    expect(answer.status).toBe(401);
  });

  it('replays an idempotent request and refuses another one under its key', async () => {
    const { stripe } = await open();
    const first = await stripe.customers.create({ email: 'a@example.com' }, { idempotencyKey: 'k' });
    expect((await stripe.customers.create({ email: 'a@example.com' }, { idempotencyKey: 'k' })).id).toBe(first.id);
    await expect(stripe.customers.create({ email: 'b@example.com' }, { idempotencyKey: 'k' })).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
    });
  });

  it('pages through lists', async () => {
    const { stripe } = await open();
    const made: string[] = [];
    for (let count = 0; count < 25; count += 1) made.unshift((await stripe.customers.create({})).id);
    const seen: string[] = [];
    for await (const { id } of stripe.customers.list({ limit: 7 })) seen.push(id);
    expect(seen).toEqual(made);
  });
});
