import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { predict, randomLife, type Card, type Life, type Status } from './life-model.ts';
import { day, priced, stand, start } from './stand.ts';

/** 20 lives in every run, all 200 in the soak. */
const lives = process.env.TILL_SOAK ? 200 : 20;
const tokens: Record<Exclude<Card, 'none'>, string> = { good: 'pm_card_visa', fails: 'pm_card_chargeCustomerFail' };

async function useCard(stripe: Stripe, customer: string, card: Exclude<Card, 'none'>): Promise<void> {
  const method = await stripe.paymentMethods.attach(tokens[card], { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
}

/** Lives a year in the sandbox as Stripe's customers do, and tells the status at its end. */
async function live(life: Life): Promise<Status> {
  const { sandbox, stripe } = stand({ retryScheduleDays: life.retryDays, afterRetries: life.afterRetries });
  const [small, large] = [await priced(stripe), await priced(stripe, { amount: 9900 })];
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
  if (life.card !== 'none') await useCard(stripe, customer, life.card);
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: small.id }],
    // without any card Stripe refuses to begin, unless the payment is left to the page
    payment_behavior: life.card === 'none' ? 'default_incomplete' : 'allow_incomplete',
    ...(life.trialDays > 0 && {
      trial_period_days: life.trialDays,
      trial_settings: { end_behavior: { missing_payment_method: life.withoutCard } },
    }),
  });
  for (const wish of life.wishes) {
    await sandbox.clock.advanceTo(start + wish.day * day + day / 2);
    const { status, items } = await stripe.subscriptions.retrieve(id);
    const runs = status === 'active' || status === 'trialing' || status === 'past_due';
    if (status === 'canceled' || status === 'incomplete_expired') break;
    if (wish.kind === 'good card') await useCard(stripe, customer, 'good');
    if (wish.kind === 'failing card') await useCard(stripe, customer, 'fails');
    if (wish.kind === 'cancel now') await stripe.subscriptions.cancel(id);
    if (wish.kind === 'cancel at period end' && runs) await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    if (wish.kind === 'keep' && runs) await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    const declined = (error: unknown): void => {
      if (!(error instanceof Stripe.errors.StripeCardError) && !(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
    };
    if (wish.kind === 'upgrade' && status === 'active') {
      const change: Stripe.SubscriptionUpdateParams = {
        items: [{ id: items.data[0]!.id, price: large.id }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'error_if_incomplete',
      };
      await stripe.subscriptions.update(id, change).catch(declined);
    }
    if (wish.kind === 'resume' && status === 'paused')
      await stripe.subscriptions
        .resume(id, { billing_cycle_anchor: { type: 'now' }, payment_behavior: 'resume_on_payment_success' })
        .catch(declined);
  }
  await sandbox.clock.advanceTo(start + 365 * day + day / 2);
  return (await stripe.subscriptions.retrieve(id)).status as Status;
}

describe('a year in the life of a random customer', () => {
  it.each(Array.from({ length: lives }, (_, index) => index + 1))('%i ends as the model says', async (seed) => {
    const life = randomLife(seed);
    expect(`${await live(life)} ${JSON.stringify(life)}`).toBe(`${predict(life)} ${JSON.stringify(life)}`);
  });

  it('takes many ends', () => {
    const ends = new Set(Array.from({ length: 200 }, (_, index) => predict(randomLife(index + 1))));
    expect([...ends].toSorted()).toEqual(
      expect.arrayContaining(['active', 'canceled', 'incomplete_expired', 'past_due', 'paused', 'unpaid']),
    );
  });
});
