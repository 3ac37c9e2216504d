import fc from 'fast-check';
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { customerWith, day, type Stand, stand, start } from './stand.ts';

async function metered(formula: 'count' | 'last' | 'sum' = 'sum', more: Partial<Stripe.PriceCreateParams> = { unit_amount: 3 }) {
  const { stripe, sandbox }: Stand = stand();
  const meter = await stripe.billing.meters.create({ display_name: 'Calls', event_name: 'calls', default_aggregation: { formula } });
  const product = await stripe.products.create({ name: 'API calls' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    ...more,
  });
  const customer = await customerWith(stripe);
  const use = (value: number, at: { timestamp?: number; identifier?: string } = {}): Promise<Stripe.Billing.MeterEvent> =>
    stripe.billing.meterEvents.create({ event_name: 'calls', payload: { stripe_customer_id: customer.id, value: String(value) }, ...at });
  const subscribe = (params: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<Stripe.Subscription> =>
    stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...params });
  return { stripe, sandbox, meter, price, customer, use, subscribe };
}

const renewal = async (stripe: Stripe, subscription: string): Promise<Stripe.Invoice | undefined> =>
  (await stripe.invoices.list({ subscription, limit: 1 })).data[0];

describe('metered prices', () => {
  it('cost nothing in advance and what was used afterwards', async () => {
    const { stripe, sandbox, use, subscribe } = await metered();
    const { id, items, latest_invoice } = await subscribe();
    expect(items.data[0]).not.toHaveProperty('quantity');
    expect(await stripe.invoices.retrieve(String(latest_invoice))).toMatchObject({ total: 0, status: 'paid' });
    await sandbox.clock.advance(10 * day);
    await use(400);
    await use(50);
    await sandbox.clock.advance(22 * day);
    // (400 + 50) × 3 = 1350, for January
    const invoice = await renewal(stripe, id);
    expect(invoice).toMatchObject({ billing_reason: 'subscription_cycle', total: 1350, status: 'paid' });
    expect(invoice?.lines.data[0]).toMatchObject({ amount: 1350, quantity: 450, period: { start, end: start + 31 * day } });
    await sandbox.clock.advance(28 * day);
    expect(await renewal(stripe, id)).toMatchObject({ total: 0 });
  });

  it('are sold without a number, of which there is none in an answer either', async () => {
    const { stripe, price, subscribe } = await metered();
    const counted = { price: price.id, quantity: 1 };
    const checkout = { mode: 'subscription' as const, success_url: 'https://shop.example', line_items: [counted] };
    await expect(stripe.checkout.sessions.create(checkout)).rejects.toThrow('Remove quantity from `line_items[0]`');
    await expect(subscribe({ items: [counted] })).rejects.toMatchObject({ param: 'items[0][quantity]' });
    const { id, items } = await subscribe();
    const again = { items: [{ id: items.data[0]!.id, ...counted }] };
    await expect(stripe.subscriptions.update(id, again)).rejects.toMatchObject({ param: 'items[0][quantity]' });
    const { id: schedule, phases } = await stripe.subscriptionSchedules.create({ from_subscription: id });
    expect(phases[0]!.items[0]).not.toHaveProperty('quantity');
    const { start_date, end_date } = phases[0]!;
    const planned = { phases: [{ start_date, end_date, items: [counted] }] };
    await expect(stripe.subscriptionSchedules.update(schedule, planned)).rejects.toMatchObject({ param: 'phases[0][items][0][quantity]' });
  });

  it('count each use in the period of its timestamp', async () => {
    const { stripe, sandbox, use, subscribe } = await metered();
    const { id } = await subscribe();
    await sandbox.clock.advance(31 * day - 1);
    await use(1);
    await use(10, { timestamp: start + 31 * day });
    await sandbox.clock.advance(2 * 3600);
    expect(await renewal(stripe, id)).toMatchObject({ subtotal: 3 });
    await sandbox.clock.advance(29 * day);
    expect(await renewal(stripe, id)).toMatchObject({ subtotal: 30 });
  });

  it.each([
    ['sum', 5 + 7 + 2],
    ['count', 3],
    ['last', 2],
  ] as const)('add up by the formula %s', async (formula, units) => {
    const { stripe, sandbox, use, subscribe } = await metered(formula, { unit_amount: 100 });
    const { id } = await subscribe();
    for (const value of [5, 7, 2]) {
      await sandbox.clock.advance(day);
      await use(value);
    }
    await sandbox.clock.advance(29 * day);
    expect(await renewal(stripe, id)).toMatchObject({ total: units * 100 });
  });

  it('go through tiers', async () => {
    const { stripe, sandbox, use, subscribe } = await metered('sum', {
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 100, unit_amount: 0 },
        { up_to: 'inf', unit_amount: 5, flat_amount: 1000 },
      ],
    });
    const { id } = await subscribe();
    await use(130);
    await sandbox.clock.advance(32 * day);
    // 100 × 0 + 30 × 5 + 1000 = 1150
    expect(await renewal(stripe, id)).toMatchObject({ total: 1150 });
  });

  it('are free while on trial, and billed after a planned end', async () => {
    const { stripe, sandbox, use, subscribe } = await metered();
    const { id } = await subscribe({ trial_period_days: 10 });
    await use(1000);
    await sandbox.clock.advance(11 * day);
    expect(await renewal(stripe, id)).toMatchObject({ total: 0 });
    await use(200);
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await sandbox.clock.advance(31 * day);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled' });
    expect(await renewal(stripe, id)).toMatchObject({ total: 600, status: 'paid' });
  });

  it('are billed at an end at once when a last invoice is asked for, whole and with nothing of the time that is left', async () => {
    const { stripe, sandbox, price, customer, use, subscribe } = await metered();
    const seats = await stripe.prices.create({
      product_data: { name: 'Seats' },
      currency: 'usd',
      unit_amount: 900,
      recurring: { interval: 'month' },
    });
    const { id, items } = await subscribe({ items: [{ price: price.id }, { price: seats.id, quantity: 2 }] });
    await sandbox.clock.advance(10 * day);
    await use(70);
    const end = { subscription_details: { cancel_now: true, proration_behavior: 'none' as const } };
    const shown = await stripe.invoices.createPreview({ customer: customer.id, subscription: id, ...end });
    expect(shown).toMatchObject({ total: 210 });
    await stripe.subscriptions.cancel(id, { invoice_now: true });
    const last = await renewal(stripe, id);
    expect(last).toMatchObject({ billing_reason: 'subscription_cycle', total: 210, status: 'paid' });
    expect(last?.lines.data).toHaveLength(1);
    expect(last?.lines.data[0]).toMatchObject({ quantity: 70, period: { start, end: start + 10 * day } });
    expect(last?.lines.data[0]?.parent?.subscription_item_details).toMatchObject({ subscription_item: items.data[0]!.id });
  });

  it.each([
    ['no last invoice is asked for', {}, { trial_period_days: 0 }],
    ['it was on trial', { invoice_now: true }, { trial_period_days: 20 }],
  ] as const)('are lost at an end at once when %s', async (_, how, { trial_period_days }) => {
    const { stripe, sandbox, use, subscribe } = await metered();
    const { id, latest_invoice } = await subscribe({ ...(trial_period_days > 0 && { trial_period_days }) });
    await use(70);
    await stripe.subscriptions.cancel(id, how);
    await sandbox.clock.advance(40 * day);
    expect((await renewal(stripe, id))?.id).toBe(latest_invoice);
  });

  it('are billed by an end of their schedule, unless that says otherwise', async () => {
    const { stripe, use, subscribe } = await metered();
    const billed: number[] = [];
    for (const how of [{}, { invoice_now: false }]) {
      const { id } = await subscribe();
      const schedule = await stripe.subscriptionSchedules.create({ from_subscription: id });
      await use(10);
      await stripe.subscriptionSchedules.cancel(schedule.id, how);
      billed.push((await renewal(stripe, id))?.total ?? 0);
    }
    expect(billed).toEqual([30, 0]);
  });

  it('are not billed at an end at once where nothing was used', async () => {
    const { stripe, subscribe } = await metered();
    const { id, latest_invoice } = await subscribe();
    await stripe.subscriptions.cancel(id, { invoice_now: true });
    expect((await renewal(stripe, id))?.id).toBe(latest_invoice);
  });

  it('are in the preview of the next invoice as far as they are used', async () => {
    const { stripe, customer, use, subscribe } = await metered();
    const { id } = await subscribe();
    await use(70);
    expect(await stripe.invoices.createPreview({ customer: customer.id, subscription: id })).toMatchObject({ total: 210 });
  });

  it('need a meter that exists', async () => {
    const { stripe } = await metered();
    const recurring = { interval: 'month', usage_type: 'metered' } as const;
    const create = (more: object) =>
      stripe.prices.create({ product_data: { name: 'x' }, currency: 'usd', unit_amount: 1, recurring: { ...recurring, ...more } });
    await expect(create({ meter: 'mtr_other' })).rejects.toMatchObject({ param: 'recurring[meter]' });
    await expect(create({})).rejects.toMatchObject({ param: 'recurring[meter]' });
  });
});

describe('meters', () => {
  it('listen to their event name while they are active', async () => {
    const { stripe, sandbox, meter, use } = await metered();
    await expect(
      stripe.billing.meters.create({ display_name: 'x', event_name: 'calls', default_aggregation: { formula: 'sum' } }),
    ).rejects.toMatchObject({ param: 'event_name' });
    expect(await stripe.billing.meters.update(meter.id, { display_name: 'Requests' })).toMatchObject({ display_name: 'Requests' });
    expect(await stripe.billing.meters.deactivate(meter.id)).toMatchObject({ status: 'inactive' });
    await expect(use(1)).rejects.toMatchObject({ param: 'event_name' });
    expect((await stripe.billing.meters.list({ status: 'active' })).data).toEqual([]);
    await stripe.billing.meters.reactivate(meter.id);
    expect(await stripe.billing.meters.retrieve(meter.id)).toMatchObject({
      status: 'active',
      status_transitions: { deactivated_at: null },
    });
    expect(sandbox.events().filter(({ type }) => type.startsWith('billing.meter.'))).toHaveLength(4);
  });

  it('take an identifier once, a customer that exists, and a time that is near', async () => {
    const { stripe, use } = await metered();
    await use(1, { identifier: 'one' });
    await expect(use(1, { identifier: 'one' })).rejects.toMatchObject({ param: 'identifier' });
    await expect(use(1, { timestamp: start - 36 * day })).rejects.toMatchObject({ param: 'timestamp' });
    await expect(use(1, { timestamp: start + 600 })).rejects.toMatchObject({ param: 'timestamp' });
    const payload = { stripe_customer_id: 'cus_other', value: '1' };
    await expect(stripe.billing.meterEvents.create({ event_name: 'calls', payload })).rejects.toMatchObject({ code: 'resource_missing' });
    await expect(use(1.5)).rejects.toMatchObject({ param: 'payload[value]' });
  });

  it('forget a use that is canceled', async () => {
    const { stripe, meter, customer, use } = await metered();
    await use(5, { identifier: 'wrong' });
    await use(7);
    const adjusted = await stripe.billing.meterEventAdjustments.create({
      event_name: 'calls',
      type: 'cancel',
      cancel: { identifier: 'wrong' },
    });
    expect(adjusted).toMatchObject({ status: 'pending', cancel: { identifier: 'wrong' } });
    const { data } = await stripe.billing.meters.listEventSummaries(meter.id, {
      customer: customer.id,
      start_time: start,
      end_time: start + day,
    });
    expect(data).toMatchObject([{ aggregated_value: 7, start_time: start, end_time: start + day }]);
  });

  it('sum up in windows what they sum up as a whole', async () => {
    const { stripe, meter, customer, use } = await metered();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 20 * day })), { maxLength: 6 }),
        async (uses) => {
          for (const [value, ago] of uses) await use(value, { timestamp: start - ago });
          const range = { customer: customer.id, start_time: start - 21 * day, end_time: start, limit: 100 };
          const whole = await stripe.billing.meters.listEventSummaries(meter.id, range);
          const days = await stripe.billing.meters.listEventSummaries(meter.id, { ...range, value_grouping_window: 'day' });
          const sum = days.data.reduce((total, { aggregated_value }) => total + aggregated_value, 0);
          expect(sum).toBe(whole.data[0]?.aggregated_value ?? 0);
          expect(days.data.map(({ start_time }) => start_time)).toEqual(
            days.data.map(({ start_time }) => start_time).toSorted((a, b) => b - a),
          );
        },
      ),
      { numRuns: 15 },
    );
  });
});
