/** A change of a subscription in a currency that the catalog does not sell in: it has an answer, and it is none of ours to guess. */
import { afterEach, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
afterEach(() => till.close());

it.each([{ seats: 3 }, { planId: 'company' }, { planId: 'starter' }, { interval: 'year' }, { addOns: { storage: 2 } }, { addOns: {} }, {}])(
  'is refused with a code: %j',
  async (target) => {
    till = await startTill();
    const token = await till.signIn('ada');
    await till.call('GET', '/v1/payment-methods', { token });
    const stripe = await till.stripe();
    const { checkout } = await till.buy({ planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} }, { token });
    await stripe.subscriptions.cancel(checkout.subscription!.id);
    const [known] = (await stripe.prices.list({ lookup_keys: ['team_month'] })).data;
    const price = await stripe.prices.create({
      product: String(known!.product),
      currency: 'gbp',
      unit_amount: 2500,
      recurring: { interval: 'month' },
    });
    const customer = await stripe.customers.create({});
    await till.store.identities.save({ issuer: 'owner', subject: 'bob', customerId: customer.id }, till.now());
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: card.id,
      billing_mode: { type: 'flexible' },
    });
    await till.settle();
    const bob = await till.signIn('bob');
    const { status, body } = await till.call<Problem>('POST', '/v1/previews', { token: bob, body: { subscriptionId: id, target } });
    expect([status, body.code]).toEqual([422, 'currency_not_offered']);
  },
);

it('is refused for a purchase of somebody who already pays in another currency', async () => {
  till = await startTill();
  const token = await till.signIn('ada');
  await till.buy({ planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} }, { token });
  await till.settle();
  for (const planId of ['team', 'company']) {
    const selection = { planId, interval: 'month', currency: 'eur', seats: 1, addOns: {} };
    const { status, body } = await till.call<Problem>('POST', '/v1/previews', { token, body: { selection } });
    expect([status, body.code]).toEqual([409, 'currency_locked']);
  }
});
