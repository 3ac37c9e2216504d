/** What a change of a subscription invoices at once, what waits for the next invoice and what is refused. */
import fc from 'fast-check';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { customerWith, day, priced, stand, start } from './stand.ts';

const half = start + 15.5 * day;
const prorations = ['create_prorations', 'always_invoice', 'none'] as const;
const payments = ['allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete'] as const;
type Items = Stripe.SubscriptionUpdateParams.Item[];

/** Half a month of a subscription of $20.00 and $10.00, changed by `items`. */
async function opened() {
  const { sandbox, stripe } = stand();
  const [main, extra, dear, cheap] = await Promise.all([2000, 1000, 4000, 600].map((amount) => priced(stripe, { amount })));
  const customer = await customerWith(stripe);
  const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: main!.id }, { price: extra!.id }] });
  await sandbox.clock.advance(half - start);
  const { data } = await stripe.subscriptionItems.list({ subscription: id });
  const itemOf = (price: Stripe.Price) => data.find((item) => item.price.id === price.id)!.id;
  const changes: Record<string, Items> = {
    upgrade: [{ id: itemOf(main!), price: dear!.id }],
    downgrade: [{ id: itemOf(main!), price: cheap!.id }],
    quantity: [{ id: itemOf(extra!), quantity: 4 }],
    add: [{ price: cheap!.id }],
    delete: [{ id: itemOf(extra!), deleted: true }],
  };
  return { stripe, sandbox, id, customer, changes };
}

/** Minor units that half a month of each change costs. */
const costs: Readonly<Record<string, number>> = { upgrade: 1000, downgrade: -700, quantity: 1500, add: 300, delete: -500 };
const table = Object.keys(costs).flatMap((kind) => prorations.flatMap((how) => payments.map((pay) => [kind, how, pay] as const)));
const sum = (amounts: readonly { amount: number }[]) => amounts.reduce((total, { amount }) => total + amount, 0);

async function change(kind: string, how: (typeof prorations)[number], pay: (typeof payments)[number], card = 'pm_card_visa') {
  const { stripe, id, customer, changes } = await opened();
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  const before = await stripe.subscriptions.retrieve(id);
  const outcome = await stripe.subscriptions
    .update(id, { items: changes[kind]!, proration_behavior: how, proration_date: half, payment_behavior: pay })
    .then(() => 'answered')
    .catch((error: Stripe.errors.StripeError) => error.code ?? error.type);
  const [newest, ...older] = (await stripe.invoices.list({ subscription: id })).data;
  const waiting = (await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data;
  return { outcome, before, after: await stripe.subscriptions.retrieve(id), invoice: older.length > 0 ? newest! : null, waiting };
}

const shape = ({ items }: Stripe.Subscription) => items.data.map(({ id, price, quantity }) => [id, price.id, quantity]);

describe('a change that can be paid', () => {
  it.each(table)('%s with %s and %s', async (kind, how, pay) => {
    const { outcome, before, after, invoice, waiting } = await change(kind, how, pay);
    const cost = costs[kind]!;
    expect(outcome).toBe('answered');
    expect(sum(waiting)).toBe(how === 'create_prorations' ? cost : 0);
    expect(invoice?.total ?? null).toBe(how === 'always_invoice' ? cost : null);
    if (invoice) expect(invoice.status).toBe(pay === 'default_incomplete' && cost > 0 ? 'open' : 'paid');
    expect(after.pending_update).toBeNull();
    expect(after.status).toBe(invoice?.status === 'open' ? 'past_due' : 'active');
    expect(shape(after)).not.toEqual(shape(before));
    expect(after.items.data[0]!.current_period_end).toBe(before.items.data[0]!.current_period_end);
  });
});

describe('a change whose payment fails', () => {
  it.each(table.filter(([kind, how]) => costs[kind]! > 0 && how === 'always_invoice'))('%s with %s and %s', async (kind, how, pay) => {
    const { outcome, before, after, invoice, waiting } = await change(kind, how, pay, 'pm_card_chargeCustomerFail');
    const refused = pay === 'error_if_incomplete';
    expect(outcome).toBe(refused ? 'card_declined' : 'answered');
    expect(invoice?.status ?? null).toBe(refused ? null : 'open');
    expect(waiting).toEqual([]);
    if (pay === 'pending_if_incomplete') expect(after.pending_update).not.toBeNull();
    else expect(after.pending_update).toBeNull();
    const changed = pay === 'allow_incomplete' || pay === 'default_incomplete';
    expect(after.status).toBe(changed ? 'past_due' : 'active');
    if (changed) expect(shape(after)).not.toEqual(shape(before));
    else expect(shape(after)).toEqual(shape(before));
  });
});

const moves = fc.record({
  mode: fc.constantFrom('classic' as const, 'flexible' as const),
  trial: fc.boolean(),
  prices: fc.tuple(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 100, max: 50_000 }), fc.integer({ min: 100, max: 50_000 })),
  quantity: fc.integer({ min: 0, max: 9 }),
  adds: fc.boolean(),
  deletes: fc.boolean(),
  at: fc.integer({ min: 1, max: 12 * day }),
  back: fc.integer({ min: 0, max: 3600 }),
  when: fc.constantFrom('plain' as const, 'trial now' as const, 'trial later' as const, 'anchor now' as const),
  percent: fc.option(fc.integer({ min: 1, max: 100 })),
  tax: fc.option(fc.record({ inclusive: fc.boolean(), percentage: fc.integer({ min: 1, max: 30 }) })),
});
type Moves = typeof moves extends fc.Arbitrary<infer T> ? T : never;

/** A running subscription of two items with the terms of `wish`, and the change to be made of it. */
async function running(wish: Moves) {
  const { sandbox, stripe } = stand();
  const [main, extra, added] = await Promise.all(wish.prices.map((amount) => priced(stripe, { amount })));
  const customer = await customerWith(stripe);
  const coupon = wish.percent === null ? null : await stripe.coupons.create({ percent_off: wish.percent, duration: 'forever' });
  const rate = wish.tax && (await stripe.taxRates.create({ display_name: 'VAT', ...wish.tax }));
  const { id, items } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: main!.id }, { price: extra!.id }],
    billing_mode: { type: wish.mode },
    ...(wish.trial && { trial_period_days: 20 }),
    ...(coupon && { discounts: [{ coupon: coupon.id }] }),
    ...(rate && { default_tax_rates: [rate.id] }),
  });
  await sandbox.clock.advance(wish.at);
  const itemOf = (price: Stripe.Price) => items.data.find((item) => item.price.id === price.id)!.id;
  const now = sandbox.clock.now();
  const details = {
    items: [
      { id: itemOf(main!), quantity: wish.quantity },
      ...(wish.deletes ? [{ id: itemOf(extra!), deleted: true }] : []),
      ...(wish.adds ? [{ price: added!.id }] : []),
    ],
    proration_behavior: 'always_invoice',
    proration_date: Math.max(start, now - wish.back),
    ...(wish.when === 'trial now' && { trial_end: 'now' as const }),
    ...(wish.when === 'trial later' && { trial_end: now + 25 * day }),
    ...(wish.when === 'anchor now' && { billing_cycle_anchor: { type: 'now' as const } }),
  } satisfies Stripe.SubscriptionUpdateParams;
  return { stripe, id, details };
}

const amounts = ({ lines, subtotal, total, amount_due, total_taxes }: Stripe.Invoice) => ({
  lines: lines.data.map(({ amount, quantity, period }) => [amount, quantity, period]),
  taxes: (total_taxes ?? []).map(({ amount }) => amount),
  sums: [subtotal, total, amount_due],
});

it('bills at once what the preview of the same change showed', async () => {
  let billed = 0;
  await fc.assert(
    fc.asyncProperty(moves, async (wish) => {
      const { stripe, id, details } = await running(wish);
      const [before] = (await stripe.invoices.list({ subscription: id, limit: 1 })).data;
      const preview = await stripe.invoices.createPreview({ subscription: id, subscription_details: details });
      await stripe.subscriptions.update(id, details);
      const [after] = (await stripe.invoices.list({ subscription: id, limit: 1 })).data;
      if (after!.id === before!.id) return;
      billed += 1;
      expect(amounts(after!)).toEqual(amounts(preview));
    }),
    { numRuns: 60 },
  );
  expect(billed).toBeGreaterThan(10);
});

describe('a subscription of a monthly and a yearly price', () => {
  const mixed = async () => {
    const { sandbox, stripe } = stand();
    const monthly = await priced(stripe, { amount: 1000 });
    const yearly = await priced(stripe, { amount: 9000, interval: 'year' });
    const customer = await customerWith(stripe);
    const wish = { customer: customer.id, items: [{ price: monthly.id }, { price: yearly.id }] };
    const create = async (rest: Partial<Stripe.SubscriptionCreateParams> = {}) => stripe.subscriptions.create({ ...wish, ...rest });
    return { sandbox, stripe, create };
  };
  const [february, nextYear] = [start + 31 * day, start + 365 * day];

  it('has a period for each, and one invoice where they begin together', async () => {
    const { sandbox, stripe, create } = await mixed();
    const { id, items } = await create();
    const ends = items.data.map(({ current_period_end: end }) => end);
    expect(ends.toSorted((a, b) => a - b)).toEqual([february, nextYear]);
    await sandbox.clock.advance(365 * day + 3600);
    const invoices = await stripe.invoices.list({ subscription: id, limit: 100 });
    expect(invoices.data.map(({ total }) => total)).toEqual([10_000, ...Array.from({ length: 11 }, () => 1000), 10_000]);
  });

  it('is refused in classic billing', async () => {
    const { create } = await mixed();
    await expect(create({ billing_mode: { type: 'classic' } })).rejects.toMatchObject({ statusCode: 400 });
  });

  it.each([
    ['min_period_end', february],
    ['max_period_end', nextYear],
  ] as const)('ends at its %s', async (cancel_at, end) => {
    const { sandbox, stripe, create } = await mixed();
    const { id } = await create();
    expect((await stripe.subscriptions.update(id, { cancel_at })).cancel_at).toBe(end);
    await sandbox.clock.advance(end - start);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled', ended_at: end });
  });
});

it('begins a new period at once when a free plan becomes a paid one', async () => {
  const { sandbox, stripe } = stand();
  const [free, paid] = [await priced(stripe, { amount: 0 }), await priced(stripe, { amount: 2000 })];
  const { id, items } = await stripe.subscriptions.create({ customer: (await customerWith(stripe)).id, items: [{ price: free.id }] });
  await sandbox.clock.advance(10 * day);
  const changed = await stripe.subscriptions.update(id, { items: [{ id: items.data[0]!.id, price: paid.id }] });
  expect(changed).toMatchObject({ status: 'active', billing_cycle_anchor: start + 10 * day });
  expect((await stripe.invoices.list({ subscription: id })).data.map(({ total }) => total)).toEqual([2000, 0]);
});

it('tells of each renewal a week before, with its amount', async () => {
  const { sandbox, stripe } = stand();
  const price = await priced(stripe, { amount: 2000 });
  await stripe.subscriptions.create({ customer: (await customerWith(stripe)).id, items: [{ price: price.id }] });
  const told = () => sandbox.events().filter(({ type }) => type === 'invoice.upcoming');
  await sandbox.clock.advance(24 * day - 1);
  expect(told()).toEqual([]);
  await sandbox.clock.advance(1);
  expect(told()).toMatchObject([{ created: start + 24 * day, data: { object: { amount_due: 2000 } } }]);
  await sandbox.clock.advance(28 * day);
  expect(told()).toHaveLength(2);
});

it('tells of a renewal before an end in a later period, and of none after', async () => {
  const { sandbox, stripe } = stand();
  const price = await priced(stripe, { amount: 2000 });
  const customer = (await customerWith(stripe)).id;
  const end = { cancel_at: start + 59 * day, proration_behavior: 'none' } as const;
  await stripe.subscriptions.create({ customer, items: [{ price: price.id }], ...end });
  await sandbox.clock.advance(58 * day);
  expect(sandbox.events().filter(({ type }) => type === 'invoice.upcoming')).toMatchObject([{ created: start + 24 * day }]);
});
