/** Subscription schedules on the clock: their start, their phases and their two ends. */
import { describe, expect, it } from 'vitest';
import { customerWith, day, priced, stand, start } from './stand.ts';

const february = start + 31 * day;
const march = february + 28 * day;

async function opened() {
  const { sandbox, stripe } = stand();
  const [pro, basic] = [await priced(stripe, { amount: 2000 }), await priced(stripe, { amount: 500 })];
  const customer = await customerWith(stripe);
  const types = () => sandbox.events().map(({ type }) => type);
  const totals = async (subscription: string) => (await stripe.invoices.list({ subscription })).data.map(({ total }) => total);
  return { sandbox, stripe, pro, basic, customer, types, totals };
}

const month = { interval: 'month', interval_count: 1 } as const;

describe('a schedule', () => {
  it('that begins later makes its subscription then, and one that is canceled before makes none', async () => {
    const { sandbox, stripe, pro, customer, types } = await opened();
    const wish = {
      customer: customer.id,
      start_date: start + 3 * day,
      phases: [{ items: [{ price: pro.id, quantity: 2 }], duration: month }],
    };
    const kept = await stripe.subscriptionSchedules.create(wish);
    const dropped = await stripe.subscriptionSchedules.create(wish);
    expect(kept).toMatchObject({ status: 'not_started', subscription: null, current_phase: null });
    expect(await stripe.subscriptionSchedules.cancel(dropped.id)).toMatchObject({ status: 'canceled', canceled_at: start });
    await sandbox.clock.advance(3 * day);
    const begun = await stripe.subscriptionSchedules.retrieve(kept.id);
    expect(begun).toMatchObject({ status: 'active', current_phase: { start_date: start + 3 * day } });
    const { data } = await stripe.subscriptions.list({ customer: customer.id });
    expect(data).toMatchObject([{ id: begun.subscription, schedule: kept.id, start_date: start + 3 * day }]);
    expect(types()).toContain('subscription_schedule.canceled');
  });

  it.each(['year', 'week'] as const)(
    'that changes the interval at the renewal previews the invoice that is made then: %s',
    async (interval) => {
      const { sandbox, stripe, pro, customer } = await opened();
      const { product } = pro;
      const other = await stripe.prices.create({ product: String(product), currency: 'usd', unit_amount: 7900, recurring: { interval } });
      const { subscription, id } = await stripe.subscriptionSchedules.create({
        customer: customer.id,
        start_date: 'now',
        phases: [
          { items: [{ price: pro.id }], duration: month },
          { items: [{ price: other.id }], duration: { interval, interval_count: 1 }, proration_behavior: 'none' },
        ],
      });
      const upcoming = await stripe.invoices.createPreview({ schedule: id });
      expect(upcoming.amount_due).toBe(7900);
      await sandbox.clock.advance(february - start + 2 * 3600);
      const made = (await stripe.invoices.list({ subscription: String(subscription) })).data.filter(({ created }) => created >= february);
      expect(made.map(({ total }) => total)).toEqual([7900]);
    },
  );

  it('that starts a period with a phase bills another product and interval whole', async () => {
    const { sandbox, stripe, pro, customer } = await opened();
    const other = await priced(stripe, { amount: 79_000, interval: 'year' });
    const { subscription, id } = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      phases: [
        { items: [{ price: pro.id }], duration: month },
        {
          items: [{ price: other.id }],
          duration: { interval: 'year', interval_count: 1 },
          proration_behavior: 'none',
          billing_cycle_anchor: 'phase_start',
        },
      ],
    });
    expect((await stripe.invoices.createPreview({ schedule: id })).amount_due).toBe(79_000);
    await sandbox.clock.advance(february - start + 2 * 3600);
    const made = (await stripe.invoices.list({ subscription: String(subscription) })).data.filter(({ created }) => created >= february);
    expect(made.map(({ total }) => total)).toEqual([79_000]);
    const { items } = await stripe.subscriptions.retrieve(String(subscription));
    expect(items.data[0]!.current_period_start).toBe(february);
  });

  it('bills each phase from its beginning and is released after the last', async () => {
    const { sandbox, stripe, pro, basic, customer, types, totals } = await opened();
    const { id, subscription } = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      phases: [
        { items: [{ price: pro.id, quantity: 2 }], duration: month },
        { items: [{ price: basic.id, quantity: 3 }], duration: month, proration_behavior: 'none' },
      ],
    });
    const plan = String(subscription);
    await sandbox.clock.advance(february - start + 3600);
    expect(await totals(plan)).toEqual([1500, 4000]);
    expect(await stripe.subscriptionSchedules.retrieve(id)).toMatchObject({ current_phase: { start_date: february, end_date: march } });
    await sandbox.clock.advance(march - february);
    expect(await totals(plan)).toEqual([1500, 1500, 4000]);
    expect(await stripe.subscriptionSchedules.retrieve(id)).toMatchObject({
      status: 'released',
      subscription: null,
      released_subscription: plan,
    });
    expect(await stripe.subscriptions.retrieve(plan)).toMatchObject({ status: 'active', schedule: null });
    expect(types()).toContain('subscription_schedule.released');
  });

  it('ends its subscription with the last phase when it says cancel', async () => {
    const { sandbox, stripe, pro, customer, types, totals } = await opened();
    const { id, subscription } = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      end_behavior: 'cancel',
      phases: [{ items: [{ price: pro.id }], duration: month }],
    });
    const plan = String(subscription);
    await sandbox.clock.advance(february - start + 3600);
    expect(await stripe.subscriptionSchedules.retrieve(id)).toMatchObject({ status: 'completed', completed_at: february });
    expect(await stripe.subscriptions.retrieve(plan)).toMatchObject({ status: 'canceled', ended_at: february });
    expect(await totals(plan)).toEqual([2000]);
    expect(types()).toContain('subscription_schedule.completed');
  });

  it('ends its subscription at once when it is canceled, and lets it go when it is released', async () => {
    const { stripe, pro, customer } = await opened();
    const begin = async () =>
      stripe.subscriptionSchedules.create({
        customer: customer.id,
        start_date: 'now',
        phases: [{ items: [{ price: pro.id }], duration: month }],
      });
    const [one, two] = [await begin(), await begin()];
    expect(await stripe.subscriptionSchedules.cancel(one.id)).toMatchObject({ status: 'canceled', canceled_at: start });
    expect((await stripe.subscriptions.retrieve(String(one.subscription))).status).toBe('canceled');
    expect(await stripe.subscriptionSchedules.release(two.id)).toMatchObject({ status: 'released', released_at: start });
    expect(await stripe.subscriptions.retrieve(String(two.subscription))).toMatchObject({ status: 'active', schedule: null });
    await expect(stripe.subscriptionSchedules.release(two.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  it.each([
    ['none', 0, 0],
    ['create_prorations', 1500, 0],
    ['always_invoice', 0, 1500],
  ] as const)('whose next phase begins inside a period prorates as %s says', async (proration_behavior, waits, invoiced) => {
    const { sandbox, stripe, pro, basic, customer, totals } = await opened();
    const half = start + 15.5 * day;
    const { subscription } = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      phases: [
        { items: [{ price: basic.id, quantity: 2 }], end_date: half },
        { items: [{ price: pro.id, quantity: 2 }], end_date: february, proration_behavior },
      ],
    });
    await sandbox.clock.advance(half - start);
    const pending = (await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data;
    expect(pending.reduce((sum, { amount }) => sum + amount, 0)).toBe(waits);
    expect(await totals(String(subscription))).toEqual(invoiced > 0 ? [invoiced, 1000] : [1000]);
  });

  it('begins with the trial of its first phase', async () => {
    const { sandbox, stripe, pro, customer, totals } = await opened();
    const { subscription } = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      phases: [
        { items: [{ price: pro.id }], end_date: start + 7 * day, trial: true },
        { items: [{ price: pro.id }], duration: month },
      ],
    });
    const plan = String(subscription);
    expect(await stripe.subscriptions.retrieve(plan)).toMatchObject({ status: 'trialing', trial_end: start + 7 * day });
    await sandbox.clock.advance(7 * day + 3600);
    expect(await totals(plan)).toEqual([2000, 0]);
    expect((await stripe.subscriptions.retrieve(plan)).status).toBe('active');
  });

  it('takes the subscription’s discount away with a phase that names none, and keeps one that is named by its id', async () => {
    const { sandbox, stripe, pro, customer, totals } = await opened();
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const begin = async () => {
      const { id, discounts } = await stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: pro.id }],
        discounts: [{ coupon: coupon.id }],
      });
      const schedule = await stripe.subscriptionSchedules.create({ from_subscription: id });
      return { id, discount: String(discounts[0]), schedule: schedule.id, current: schedule.phases[0]! };
    };
    const [bare, named] = [await begin(), await begin()];
    for (const { schedule, current, discount } of [bare, named]) {
      const discounts = [{ discount }];
      const { start_date, end_date } = current;
      await stripe.subscriptionSchedules.update(schedule, {
        phases: [
          { items: [{ price: pro.id }], start_date, end_date, discounts },
          { items: [{ price: pro.id }], duration: month, ...(discount === named.discount && { discounts }) },
        ],
      });
    }
    await sandbox.clock.advance(february - start + 3600);
    expect([await totals(bare.id), await totals(named.id)]).toEqual([
      [2000, 1000],
      [1000, 1000],
    ]);
    expect((await stripe.subscriptions.retrieve(named.id)).discounts).toEqual([named.discount]);
  });

  it('unsets at once what the current phase leaves out', async () => {
    const { stripe, pro, customer } = await opened();
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: pro.id }],
      discounts: [{ coupon: coupon.id }],
    });
    const { id: schedule, phases } = await stripe.subscriptionSchedules.create({ from_subscription: id });
    const { start_date, end_date } = phases[0]!;
    await stripe.subscriptionSchedules.update(schedule, { phases: [{ items: [{ price: pro.id }], start_date, end_date }] });
    expect((await stripe.subscriptions.retrieve(id)).discounts).toEqual([]);
  });

  it('gives items the discounts, taxes and payment method that the phase names', async () => {
    const { sandbox, stripe, pro, basic, customer, totals } = await opened();
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const rate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 10, inclusive: false });
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: pro.id }] });
    const { id: schedule, phases } = await stripe.subscriptionSchedules.create({ from_subscription: id });
    const { start_date, end_date } = phases[0]!;
    await stripe.subscriptionSchedules.update(schedule, {
      phases: [
        { items: [{ price: pro.id }], start_date, end_date },
        {
          items: [
            { price: pro.id, discounts: [{ coupon: coupon.id }] },
            { price: basic.id, tax_rates: [rate.id] },
          ],
          duration: month,
        },
      ],
    });
    await sandbox.clock.advance(february - start + 3600);
    expect(await totals(id)).toEqual([1000 + 550, 2000]);
  });

  it('takes off the discounts of each phase', async () => {
    const { sandbox, stripe, pro, customer, totals } = await opened();
    const [half, tenth] = [
      await stripe.coupons.create({ percent_off: 50, duration: 'forever' }),
      await stripe.coupons.create({ percent_off: 10, duration: 'forever' }),
    ];
    const { subscription, phases } = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      phases: [half, tenth].map(({ id }) => ({ items: [{ price: pro.id }], duration: month, discounts: [{ coupon: id }] })),
    });
    expect(phases.map(({ discounts }) => discounts.map(({ coupon }) => coupon))).toEqual([[half.id], [tenth.id]]);
    await sandbox.clock.advance(february - start + 3600);
    expect(await totals(String(subscription))).toEqual([1800, 1000]);
  });
});
