import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { customerWith, day, location, payHosted, priced, stand, start } from './stand.ts';

/** Asks again and again, as an integrator does, until the clock stands still. */
async function ready(stripe: Stripe, id: string): Promise<Stripe.TestHelpers.TestClock> {
  for (let tries = 0; tries < 10_000; tries += 1) {
    const clock = await stripe.testHelpers.testClocks.retrieve(id);
    if (clock.status === 'ready') return clock;
  }
  throw new Error('The clock never became ready.');
}

async function advance(stripe: Stripe, id: string, to: number): Promise<void> {
  const moving = await stripe.testHelpers.testClocks.advance(id, { frozen_time: to });
  expect(moving).toMatchObject({ status: 'advancing', status_details: { advancing: { target_frozen_time: to } } });
  expect(await ready(stripe, id)).toMatchObject({ frozen_time: to, status: 'ready' });
}

async function clocked(frozen_time = start + 100 * day) {
  const { stripe, sandbox } = stand();
  const price = await priced(stripe);
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time, name: 'A year' });
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    email: 'ada@example.com',
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  return { stripe, sandbox, price, clock, customer, frozen_time };
}

describe('test clocks', () => {
  it('give their customers a time of their own', async () => {
    const { stripe, sandbox, price, clock, customer, frozen_time } = await clocked();
    expect(customer).toMatchObject({ test_clock: clock.id, created: frozen_time });
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    expect(subscription).toMatchObject({ test_clock: clock.id, start_date: frozen_time });
    await advance(stripe, clock.id, frozen_time + 32 * day);
    const invoices = await stripe.invoices.list({ subscription: subscription.id });
    expect(invoices.data).toHaveLength(2);
    expect(invoices.data[0]).toMatchObject({ billing_reason: 'subscription_cycle', status: 'paid', test_clock: clock.id });
    expect(invoices.data[0]?.created).toBeGreaterThan(frozen_time + 27 * day);
    expect(sandbox.clock.now()).toBe(start);
    const types = sandbox.events().map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('test_helpers.'))).toEqual([
      'test_helpers.test_clock.created',
      'test_helpers.test_clock.advancing',
      'test_helpers.test_clock.ready',
    ]);
    expect(types.at(-1)).toBe('test_helpers.test_clock.ready');
  });

  it('move nobody else, and are moved by nobody else', async () => {
    const { stripe, sandbox, price, clock, customer, frozen_time } = await clocked(start);
    const other = await customerWith(stripe);
    const [own, others] = [
      await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] }),
      await stripe.subscriptions.create({ customer: other.id, items: [{ price: price.id }] }),
    ];
    const invoices = async ({ id }: Stripe.Subscription): Promise<number> => (await stripe.invoices.list({ subscription: id })).data.length;
    await advance(stripe, clock.id, frozen_time + 40 * day);
    expect([await invoices(own), await invoices(others)]).toEqual([2, 1]);
    await sandbox.clock.advance(75 * day);
    expect([await invoices(own), await invoices(others)]).toEqual([2, 3]);
    expect(await stripe.testHelpers.testClocks.retrieve(clock.id)).toMatchObject({ frozen_time: frozen_time + 40 * day });
  });

  it('end trials and pass a year in steps', async () => {
    const { stripe, price, clock, customer, frozen_time } = await clocked();
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], trial_period_days: 14 });
    await advance(stripe, clock.id, frozen_time + 15 * day);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active' });
    for (let month = 1; month <= 12; month += 1) await advance(stripe, clock.id, frozen_time + (15 + 30 * month) * day);
    expect((await stripe.invoices.list({ subscription: id, limit: 100 })).data).toHaveLength(13);
  });

  it('refuse to go back, to jump too far and to take a fourth customer', async () => {
    const { stripe, price, clock, customer, frozen_time } = await clocked();
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const { testClocks } = stripe.testHelpers;
    await expect(testClocks.advance(clock.id, { frozen_time })).rejects.toMatchObject({ param: 'frozen_time' });
    await expect(testClocks.advance(clock.id, { frozen_time: frozen_time + 63 * day })).rejects.toMatchObject({ param: 'frozen_time' });
    await stripe.customers.create({ test_clock: clock.id });
    await stripe.customers.create({ test_clock: clock.id });
    await expect(stripe.customers.create({ test_clock: clock.id })).rejects.toMatchObject({ param: 'test_clock' });
  });

  it('show their customers only when asked for', async () => {
    const { stripe, price, clock, customer } = await clocked();
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    expect((await stripe.customers.list()).data).toEqual([]);
    expect((await stripe.customers.list({ test_clock: clock.id })).data).toMatchObject([{ id: customer.id }]);
    expect((await stripe.subscriptions.list()).data).toEqual([]);
    expect((await stripe.subscriptions.list({ test_clock: clock.id })).data).toHaveLength(1);
    expect((await stripe.subscriptions.list({ customer: customer.id })).data).toHaveLength(1);
  });

  it('take their customers along when they are deleted', async () => {
    const { stripe, sandbox, price, clock, customer } = await clocked();
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    expect((await stripe.testHelpers.testClocks.list()).data).toMatchObject([{ name: 'A year' }]);
    expect(await stripe.testHelpers.testClocks.del(clock.id)).toMatchObject({ deleted: true });
    await expect(stripe.customers.retrieve(customer.id)).rejects.toMatchObject({ code: 'resource_missing' });
    await expect(stripe.subscriptions.retrieve(id)).rejects.toMatchObject({ code: 'resource_missing' });
    expect((await stripe.testHelpers.testClocks.list()).data).toEqual([]);
    expect(sandbox.events().at(-1)?.type).toBe('test_helpers.test_clock.deleted');
  });

  it('hold on the pages and for items as well', async () => {
    const { stripe, sandbox, price, clock, customer, frozen_time } = await clocked();
    const places = { success_url: 'https://shop.example/done', line_items: [{ price: price.id, quantity: 1 }] };
    const session = await stripe.checkout.sessions.create({ mode: 'subscription', customer: customer.id, ...places });
    expect(session.created).toBe(frozen_time);
    await payHosted(sandbox, session.url ?? '', { number: '4000 0000 0000 3220' }).then((asked) =>
      sandbox.fetch(new Request(location(asked), { method: 'POST', body: new URLSearchParams({ result: 'passed' }) })),
    );
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    expect(subscription).toMatchObject({ status: 'active', start_date: frozen_time, test_clock: clock.id });
    const item = (subscription as Stripe.Subscription).items.data[0]?.id ?? '';
    await advance(stripe, clock.id, frozen_time + 10 * day);
    await stripe.subscriptionItems.update(item, { quantity: 2, proration_behavior: 'always_invoice' });
    const [invoice] = (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data;
    expect(invoice).toMatchObject({ created: frozen_time + 10 * day, billing_reason: 'subscription_update' });
    const portal = await stripe.billingPortal.sessions.create({ customer: customer.id });
    expect((await sandbox.fetch(new Request(portal.url))).status).toBe(200);
  });
});
