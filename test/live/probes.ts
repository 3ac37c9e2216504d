/**
 * Questions about Stripe that no source at hand answers; each is a small experiment whose answer is a line.
 *
 * Promise: the sandbox's answer is what it does today, so that a run against Stripe says at once which rule is wrong.
 */
import { clockedCustomer, monthlyPrice, payingCustomer, type Stage } from './walk/section.ts';
import { moneyProbes } from './money-probes.ts';
import { outcome, type Probe } from './probe.ts';

const hour = 3600;
const day = 24 * hour;

/** Types of the events since `from` about `customer`, oldest first. */
async function eventTypes({ stripe }: Stage, customer: string, from: number): Promise<string> {
  const { data } = await stripe.events.list({ limit: 100, created: { gte: from } });
  return data
    .toReversed()
    .filter((event) => JSON.stringify(event.data.object).includes(customer))
    .map(({ type }) => type)
    .join(' → ');
}

export const probes: readonly Probe[] = [
  {
    question: 'In which order do the events of a paid first subscription come?',
    async ask(stage) {
      const { stripe, now } = stage;
      const [customer, price, from] = [await payingCustomer(stripe), await monthlyPrice(stripe), now()];
      await stripe.subscriptions.create({ customer, items: [{ price }] });
      return eventTypes(stage, customer, from);
    },
  },
  {
    question: 'In which order do the events of a trial without a card come?',
    async ask(stage) {
      const { stripe, now } = stage;
      const [{ id: customer }, price, from] = [await stripe.customers.create({ name: 'Curious' }), await monthlyPrice(stripe), now()];
      await stripe.subscriptions.create({ customer, items: [{ price }], trial_period_days: 14 });
      return eventTypes(stage, customer, from);
    },
  },
  {
    question: 'When does an unpaid pending update expire, in hours?',
    async ask({ stripe, now }) {
      const [customer, price, better] = [await payingCustomer(stripe), await monthlyPrice(stripe), await monthlyPrice(stripe, 9900)];
      const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price }] });
      const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
      await stripe.customers.update(customer, { invoice_settings: { default_payment_method: bad.id } });
      const { pending_update } = await stripe.subscriptions.update(id, {
        items: [{ id: items.data[0]?.id ?? '', price: better }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'pending_if_incomplete',
      });
      return pending_update ? `after ${Math.round((pending_update.expires_at - now()) / hour)}` : 'there is none';
    },
  },
  {
    question: 'May a checkout mix monthly and yearly prices?',
    async ask({ stripe }) {
      const [monthly, yearly] = [await monthlyPrice(stripe), await monthlyPrice(stripe, 9900, { recurring: { interval: 'year' } })];
      const line_items = [monthly, yearly].map((price) => ({ price, quantity: 1 }));
      return outcome(stripe.checkout.sessions.create({ mode: 'subscription', line_items, success_url: 'https://shop.example/' }));
    },
  },
  {
    question: 'Is trial_will_end sent at once when a trial is shorter than three days?',
    async ask(stage) {
      const { stripe, now } = stage;
      const { clock, customer } = await clockedCustomer(stage);
      const from = now();
      await stripe.subscriptions.create({ customer, items: [{ price: await monthlyPrice(stripe) }], trial_period_days: 1 });
      await stage.advance(clock, from + hour);
      const types = await eventTypes(stage, customer, from);
      await stripe.testHelpers.testClocks.del(clock);
      return types.includes('trial_will_end') ? 'yes' : 'no';
    },
  },
  {
    question: 'Is Idempotent-Replayed set when a refusal is repeated?',
    async ask({ stripe, unique }) {
      const headerOf = async (key: string, create: () => Promise<unknown>): Promise<string> => {
        await outcome(create());
        return create().then(
          () => `${key}: taken`,
          (error: { headers?: Record<string, string>; statusCode?: number }) =>
            `${key} ${error.statusCode ?? ''}: ${error.headers?.['idempotent-replayed'] ?? 'no'}`,
        );
      };
      const [invalid, declined] = ['invalid', 'declined'].map((key) => ({ idempotencyKey: `${key}-${unique}` }));
      const bad = {
        amount: 500,
        currency: 'usd',
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      } as const;
      return [
        await headerOf('invalid', () => stripe.customers.create({ email: 'no address', tax_exempt: 'maybe' as 'none' }, invalid)),
        await headerOf('declined', () => stripe.paymentIntents.create({ ...bad, payment_method: 'pm_card_chargeDeclined' }, declined)),
      ].join(', ');
    },
  },
  {
    question: 'How long is a subscription kept incomplete, in hours?',
    async ask(stage) {
      const { stripe, now } = stage;
      const { clock, customer } = await clockedCustomer(stage);
      const { id } = await stripe.subscriptions.create({
        customer,
        items: [{ price: await monthlyPrice(stripe) }],
        payment_behavior: 'default_incomplete',
      });
      const states: string[] = [];
      const from = now();
      for (const hours of [22, 24]) {
        await stage.advance(clock, from + hours * hour);
        states.push(`${hours}: ${(await stripe.subscriptions.retrieve(id)).status}`);
      }
      await stripe.testHelpers.testClocks.del(clock);
      return states.join(', ');
    },
  },
  {
    question: 'How long is a renewal a draft, in hours?',
    async ask(stage) {
      const { stripe, now } = stage;
      const { clock, customer } = await clockedCustomer(stage);
      const price = await monthlyPrice(stripe, 2900, { recurring: { interval: 'day' } });
      const { id } = await stripe.subscriptions.create({ customer, items: [{ price }] });
      await stage.advance(clock, now() + day + 60);
      const { data } = await stripe.invoices.list({ subscription: id, limit: 1 });
      await stripe.testHelpers.testClocks.del(clock);
      const { automatically_finalizes_at: at = null, created = 0 } = data[0] ?? {};
      return at === null ? 'not at all' : `${(at - created) / hour}`;
    },
  },
  ...moneyProbes,
];
