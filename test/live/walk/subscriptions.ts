import { clockedCustomer, monthlyPrice, payingCustomer, type Section } from './section.ts';

const day = 86_400;

/** Subscriptions, their items and their schedules. */
export const subscriptionSections: readonly Section[] = [
  {
    name: 'subscriptions',
    async run({ stripe, unique }) {
      const [customer, price, better] = [await payingCustomer(stripe), await monthlyPrice(stripe), await monthlyPrice(stripe, 9900)];
      const subscription = await stripe.subscriptions.create({
        customer,
        items: [{ price, quantity: 2 }],
        metadata: { walk: unique },
        expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret', 'pending_setup_intent', 'customer'],
      });
      await stripe.subscriptions.retrieve(subscription.id, { expand: ['default_payment_method', 'items.data.price.product'] });
      const item = subscription.items.data[0]?.id ?? '';
      await stripe.subscriptions.update(subscription.id, {
        items: [{ id: item, price: better }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'pending_if_incomplete',
      });
      await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true, cancellation_details: { comment: 'Too much' } });
      await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
      await stripe.subscriptions.list({ customer, status: 'all' });
      await stripe.subscriptions.search({ query: `metadata['walk']:'${unique}'` });
      await stripe.subscriptions.cancel(subscription.id, { invoice_now: true, prorate: true });
    },
  },
  {
    name: 'subscription that waits for its payment',
    async run({ stripe }) {
      const [{ id: customer }, price] = [await stripe.customers.create({ name: 'Without card' }), await monthlyPrice(stripe)];
      await stripe.subscriptions.create({
        customer,
        items: [{ price }],
        payment_behavior: 'default_incomplete',
        payment_settings: { save_default_payment_method: 'on_subscription' },
        expand: ['latest_invoice.confirmation_secret', 'pending_setup_intent'],
      });
    },
  },
  {
    name: 'trial without a card',
    async run({ stripe }) {
      const [{ id: customer }, price] = [await stripe.customers.create({ name: 'Curious' }), await monthlyPrice(stripe)];
      const subscription = await stripe.subscriptions.create({
        customer,
        items: [{ price }],
        trial_period_days: 14,
        trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
      });
      await stripe.subscriptions.update(subscription.id, { trial_end: 'now', proration_behavior: 'none' });
    },
  },
  {
    name: 'discount of a subscription',
    async run({ stripe }) {
      const [customer, price] = [await payingCustomer(stripe), await monthlyPrice(stripe, 4000)];
      const { id: coupon } = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
      const subscription = await stripe.subscriptions.create({
        customer,
        items: [{ price }],
        discounts: [{ coupon }],
        expand: ['discounts'],
      });
      await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice.discounts'] });
      await stripe.subscriptions.deleteDiscount(subscription.id);
    },
  },
  {
    name: 'pause and resume',
    async run({ stripe }) {
      const [customer, price] = [await payingCustomer(stripe), await monthlyPrice(stripe)];
      const subscription = await stripe.subscriptions.create({ customer, items: [{ price }], billing_mode: { type: 'flexible' } });
      await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void' } });
      await stripe.subscriptions.update(subscription.id, { pause_collection: '' });
      await stripe.subscriptions.pause(subscription.id, { type: 'subscription' });
      await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'now' } });
    },
  },
  {
    name: 'move to the flexible billing mode',
    async run({ stripe }) {
      const [customer, price] = [await payingCustomer(stripe), await monthlyPrice(stripe)];
      const subscription = await stripe.subscriptions.create({ customer, items: [{ price }], billing_mode: { type: 'classic' } });
      await stripe.subscriptions.migrate(subscription.id, { billing_mode: { type: 'flexible' } });
    },
  },
  {
    name: 'subscription items',
    async run({ stripe }) {
      const [customer, price, addOn] = [await payingCustomer(stripe), await monthlyPrice(stripe), await monthlyPrice(stripe, 500)];
      const subscription = await stripe.subscriptions.create({ customer, items: [{ price }] });
      const item = await stripe.subscriptionItems.create({ subscription: subscription.id, price: addOn, quantity: 3 });
      await stripe.subscriptionItems.retrieve(item.id);
      await stripe.subscriptionItems.update(item.id, { quantity: 5, proration_behavior: 'none' });
      await stripe.subscriptionItems.list({ subscription: subscription.id });
      await stripe.subscriptionItems.del(item.id, { proration_behavior: 'create_prorations' });
    },
  },
  {
    name: 'schedules',
    async run({ stripe }) {
      const [customer, price, cheaper] = [await payingCustomer(stripe), await monthlyPrice(stripe), await monthlyPrice(stripe, 900)];
      const subscription = await stripe.subscriptions.create({ customer, items: [{ price }] });
      const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
      const [phase] = schedule.phases;
      if (!phase) throw new Error('A schedule of a subscription has its first phase.');
      await stripe.subscriptionSchedules.update(schedule.id, {
        end_behavior: 'release',
        phases: [
          { items: [{ price, quantity: 1 }], start_date: phase.start_date, end_date: phase.end_date },
          { items: [{ price: cheaper, quantity: 1 }], duration: { interval: 'month', interval_count: 1 } },
        ],
      });
      await stripe.subscriptionSchedules.retrieve(schedule.id, { expand: ['subscription'] });
      await stripe.subscriptionSchedules.list({ customer });
      await stripe.subscriptionSchedules.release(schedule.id);
    },
  },
  {
    name: 'schedule that is canceled',
    async run({ stripe, now }) {
      const [customer, price] = [await payingCustomer(stripe), await monthlyPrice(stripe)];
      const schedule = await stripe.subscriptionSchedules.create({
        customer,
        start_date: now() + 7 * day,
        phases: [{ items: [{ price }], duration: { interval: 'month', interval_count: 3 } }],
      });
      await stripe.subscriptionSchedules.cancel(schedule.id);
    },
  },
  {
    name: 'test clocks',
    async run(stage) {
      const { stripe, now } = stage;
      const { clock, customer } = await clockedCustomer(stage);
      await stripe.subscriptions.create({ customer, items: [{ price: await monthlyPrice(stripe) }], trial_period_days: 7 });
      await stage.advance(clock, now() + 8 * day);
      await stripe.testHelpers.testClocks.retrieve(clock);
      await stripe.testHelpers.testClocks.list({ limit: 2 });
      await stripe.testHelpers.testClocks.del(clock);
    },
  },
];
