/** Lives of one subscription at Stripe, in steps between which its server may look. The clock stands within a step, so that seconds are tied. */
import type { Stripe } from 'stripe';
import { lookupKeyOf } from '@tillkit/core/catalog/lookup-key';
import type { TestTill } from '../support/till.ts';

type Step = () => Promise<unknown>;

/** What a life is played with. */
interface Shop {
  readonly stripe: Stripe;
  readonly customerId: string;
  readonly starter: string;
  readonly company: string;
  /** The starter plan by the year. */
  readonly yearly: string;
  create(more?: Partial<Stripe.SubscriptionCreateParams>): Promise<unknown>;
  /** The one subscription, as it is now. */
  current(): Promise<Stripe.Subscription>;
  update(change: Stripe.SubscriptionUpdateParams): Promise<unknown>;
  /** Makes a card the default for what comes. */
  card(token: string): Promise<unknown>;
  /** Takes the subscription's only item to another price. */
  toPrice(price: string, more?: Stripe.SubscriptionUpdateParams): Promise<unknown>;
  advance(days: number): Promise<void>;
}

const day = 86_400;

export const lives: Readonly<Record<string, (shop: Shop) => readonly Step[]>> = {
  'a trial, paid, canceled': ({ create, advance, current, stripe }) => [
    () => create({ trial_period_days: 14 }),
    () => advance(12),
    () => advance(3),
    async () => stripe.subscriptions.cancel((await current()).id),
  ],
  'an upgrade and back': ({ create, toPrice, company, starter, update }) => [
    () => create(),
    () => toPrice(company, { proration_behavior: 'always_invoice' }),
    () => update({ metadata: { note: 'a' } }),
    () => toPrice(starter, { proration_behavior: 'none' }),
  ],
  'past due, then recovered': ({ create, card, advance, stripe, current }) => [
    () => create(),
    () => card('pm_card_chargeCustomerFail'),
    () => advance(32),
    () => card('pm_card_visa'),
    async () => stripe.invoices.pay(String((await current()).latest_invoice)),
  ],
  'paused and resumed': ({ create, update, stripe, current }) => [
    () => create(),
    () => update({ pause_collection: { behavior: 'void' } }),
    () => update({ pause_collection: '' }),
    async () => stripe.subscriptions.pause((await current()).id, { type: 'subscription' }),
    async () => stripe.subscriptions.resume((await current()).id, { billing_cycle_anchor: { type: 'now' } }),
  ],
  'a cancellation, undone, and done': ({ create, update, advance }) => [
    () => create(),
    () => update({ cancel_at_period_end: true }),
    () => update({ cancel_at_period_end: false }),
    () => update({ cancel_at_period_end: true }),
    () => advance(32),
  ],
  'an add-on, refunded and removed': ({ create, update, company, stripe, customerId, current }) => [
    () => create(),
    () => update({ items: [{ price: company, quantity: 2 }], proration_behavior: 'always_invoice' }),
    async () => {
      const [charge] = (await stripe.charges.list({ customer: customerId, limit: 1 })).data;
      return stripe.refunds.create({ charge: charge!.id });
    },
    async () => {
      const { items } = await current();
      return stripe.subscriptionItems.del(items.data.find(({ price }) => price.id === company)!.id, { proration_behavior: 'none' });
    },
  ],
  'a change that waits for the end of the period': ({ create, stripe, current, company, starter, advance }) => [
    () => create(),
    async () => {
      const { id, items } = await current();
      const schedule = await stripe.subscriptionSchedules.create({ from_subscription: id });
      const { current_period_start: start, current_period_end: end } = items.data[0]!;
      return stripe.subscriptionSchedules.update(schedule.id, {
        end_behavior: 'release',
        phases: [
          { items: [{ price: starter, quantity: 1 }], start_date: start, end_date: end },
          { items: [{ price: company, quantity: 1 }], duration: { interval: 'month', interval_count: 1 } },
        ],
      });
    },
    () => advance(32),
    () => advance(31),
  ],
};

/** A shop of one customer with a good card. */
export async function openShop({ stripe: gateway, sandbox, file }: TestTill): Promise<Shop> {
  const stripe = await gateway();
  const wanted = [
    ['starter', 0],
    ['company', 0],
    ['starter', 1],
  ] as const;
  const keys = wanted.map(([id, price]) => lookupKeyOf(id, file.plans.find((plan) => plan.id === id)!.prices[price]!));
  const { data: prices } = await stripe.prices.list({ lookup_keys: keys });
  const [starter, company, yearly] = keys.map((key) => prices.find((price) => price.lookup_key === key)!.id) as [string, string, string];
  const customer = await stripe.customers.create({
    email: 'ada@example.com',
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const current = async (): Promise<Stripe.Subscription> =>
    (await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data[0]!;
  const update = async (change: Stripe.SubscriptionUpdateParams) => stripe.subscriptions.update((await current()).id, change);
  return {
    stripe,
    customerId: customer.id,
    starter,
    company,
    yearly,
    current,
    update,
    create: (more) => stripe.subscriptions.create({ customer: customer.id, currency: 'usd', items: [{ price: starter }], ...more }),
    async card(token) {
      const { id } = await stripe.paymentMethods.attach(token, { customer: customer.id });
      return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } });
    },
    async toPrice(price, more = {}) {
      const { items } = await current();
      return update({ items: [{ id: items.data[0]!.id, price }], ...more });
    },
    advance: (days) => sandbox.clock.advance(days * day),
  };
}
