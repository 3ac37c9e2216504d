/** What ends in a later period is charged until then, and the page is told so: the next payment, its reminder, and the card that must stay. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodList, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const trial = { days: 14, cardRequired: false, end: 'cancel' };
const byUse = (id: string, more: object = {}) => ({
  ...monthlyPlan(id, 0, more),
  prices: [{ interval: 'month', metered: 'calls', amounts: { usd: '5' } }],
});
const catalog = monthlyCatalog(
  monthlyPlan('free', 0, { kind: 'free' }),
  monthlyPlan('seats', 2900),
  monthlyPlan('tried', 1900, { trial }),
  byUse('calls'),
  byUse('tried-calls', { trial }),
);

let till: TestTill;
let token: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const read = async (id: string) => (await till.call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`, { token })).body.subscription;
/** Begun as the owner would at Stripe, with a card that pays for it. */
const begin = async (planId: string, end?: 'this' | 'later') => {
  const { customerId } = (await till.buy({ planId: 'seats', interval: 'month', currency: 'usd', seats: 1, addOns: {} }, { token })).checkout
    .subscription!;
  const stripe = await till.stripe();
  const { data: before } = await stripe.subscriptions.list({ customer: customerId });
  await stripe.subscriptions.cancel(before[0]!.id);
  const [card] = (await stripe.paymentMethods.list({ customer: customerId })).data;
  const price = (await stripe.prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!.id;
  const { id } = await stripe.subscriptions.create({
    customer: customerId,
    items: [{ price }],
    default_payment_method: card!.id,
    ...(planId.startsWith('tried') && { trial_period_days: 14 }),
    ...(end === 'this' && { cancel_at_period_end: true }),
    ...(end === 'later' && { cancel_at: till.now() + 90 * day, proration_behavior: 'none' }),
  });
  await till.settle();
  return id;
};
const told = async (type: string) => (await till.store.outbox.list()).filter((entry) => entry.type === type).length;

describe('what ends in a later period', () => {
  it('has a next payment until then, and what ends with the running one has none', async () => {
    expect((await read(await begin('seats', 'later'))).nextPayment).toMatchObject({ amount: 2900 });
    token = await till.signIn('bob');
    expect(await read(await begin('seats', 'this'))).not.toHaveProperty('nextPayment');
  });

  it('has one after its trial too', async () => {
    expect((await read(await begin('tried', 'later'))).nextPayment).toMatchObject({ amount: 1900 });
  });

  it.each([
    ['subscription.trial_will_end', 'tried', 12],
    ['renewal.upcoming', 'seats', 30],
  ])('is reminded of: %s', async (type, planId, days) => {
    const id = await begin(planId, 'later');
    await till.advance(days * day);
    expect((await till.store.subscriptions.find(id))!.cancelAt).toBeDefined();
    expect(await told(type)).toBe(1);
  });

  it.each([
    ['subscription.trial_will_end', 'tried', 12],
    ['renewal.upcoming', 'seats', 30],
  ])('unlike what ends with the running one: %s', async (type, planId, days) => {
    await begin(planId, 'this');
    await till.advance(days * day);
    expect(await told(type)).toBe(0);
  });
});

describe('the last card', () => {
  it.each([
    ['free', undefined, false],
    ['seats', undefined, true],
    ['seats', 'this', false],
    ['seats', 'later', true],
    ['tried', undefined, true],
    ['tried', 'this', false],
    ['tried', 'later', true],
    ['calls', undefined, true],
    ['calls', 'this', true],
    ['calls', 'later', true],
    ['tried-calls', undefined, true],
    ['tried-calls', 'this', false],
    ['tried-calls', 'later', true],
  ] as const)('of %s that ends with %s period stays: %s, and the page is told so', async (planId, end, stays) => {
    const id = await begin(planId, end);
    expect((await read(id)).needsPaymentMethod ?? false).toBe(stays);
    const { body } = await till.call<PaymentMethodList>('GET', '/v1/payment-methods', { token });
    const removed = await till.call<Problem>('DELETE', `/v1/payment-methods/${body.paymentMethods[0]!.id}`, { token });
    expect(removed.body.code).toBe(stays ? 'last_payment_method' : undefined);
    expect((await read(id)).hasPaymentMethod).toBe(stays);
  });
});
