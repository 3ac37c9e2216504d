/** What is paid by use alone costs nothing in advance, and is no free plan for that: the way to it and from it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const trial = { days: 14, cardRequired: false, end: 'cancel' };
const byUse = (id: string, more: object = {}) => ({
  ...monthlyPlan(id, 0, more),
  prices: [{ interval: 'month', metered: 'calls', amounts: { usd: '5' } }],
});
const catalog = monthlyCatalog(
  monthlyPlan('free', 0, { kind: 'free' }),
  monthlyPlan('tried', 1900, { trial }),
  monthlyPlan('plus', 2900, { changes: { upgrade: 'at_period_end' }, seats: { min: 1, max: 9 } }),
  byUse('by-use'),
  byUse('tried-by-use', { trial }),
  monthlyPlan('with-card', 3900, { trial: { ...trial, cardRequired: true } }),
);
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const start = async (planId: string) => {
  const body = { selection: select(planId) };
  const { status, body: answer } = await till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body });
  if (status !== 201) throw new Error(answer.code);
  await till.settle();
  return answer.subscription;
};
const buy = async (planId: string) => (await till.buy(select(planId), { token })).checkout.subscription!;
const previewTo = async (subscriptionId: string, planId: string) => {
  const { status, body } = await till.call<PreviewResponse & Problem>('POST', '/v1/previews', {
    token,
    body: { subscriptionId, target: { planId } },
  });
  if (status !== 201) throw new Error(body.code);
  return body;
};
const changeTo = async (id: string, planId: string) => {
  const { preview } = await previewTo(id, planId);
  return till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview } });
};
const planOf = async (id: string) => (await till.call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`, { token })).body.subscription;
const addCard = async (id: string) => {
  const stripe = await till.stripe();
  const { customer } = await stripe.subscriptions.retrieve(id);
  const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', { customer: String(customer) });
  await stripe.subscriptions.update(id, { default_payment_method: method });
  await till.settle();
};

describe('a plan that is paid by use', () => {
  it('takes a card to change to it from a free one, as it takes one to buy it', async () => {
    const { id } = await start('free');
    expect(await changeTo(id, 'by-use')).toMatchObject({ status: 409, body: { code: 'needs_checkout' } });
    expect(await planOf(id)).toMatchObject({ planId: 'free', status: 'active' });
    await addCard(id);
    expect((await changeTo(id, 'by-use')).status).toBe(200);
    expect(await planOf(id)).toMatchObject({ planId: 'by-use', status: 'active' });
  });

  it('and has no trial ends the one of another plan, which takes a card', async () => {
    const { id } = await start('tried');
    expect(await changeTo(id, 'by-use')).toMatchObject({ status: 409, body: { code: 'needs_checkout' } });
    expect(await planOf(id)).toMatchObject({ planId: 'tried', status: 'trialing' });
    await addCard(id);
    expect((await changeTo(id, 'by-use')).status).toBe(200);
    expect(await planOf(id)).toMatchObject({ planId: 'by-use', status: 'active' });
  });

  it('and has a trial of its own goes on with the one of another plan', async () => {
    const { id } = await start('tried');
    expect((await changeTo(id, 'tried-by-use')).status).toBe(200);
    expect(await planOf(id)).toMatchObject({ planId: 'tried-by-use', status: 'trialing' });
  });

  it('is left when the owner says, and not at once like a free one', async () => {
    const { id } = await buy('by-use');
    expect((await previewTo(id, 'plus')).invoice).toMatchObject({ effective: 'period_end', dueNow: 0 });
    const free = await till.signIn('bob');
    token = free;
    expect((await previewTo((await start('free')).id, 'plus')).invoice).toMatchObject({ effective: 'now', dueNow: 2900 });
  });

  it.each([
    ['from', 'by-use', 'plus'],
    ['to', 'plus', 'by-use'],
  ])('and counted by nothing else is changed %s at the end of its period', async (_, from, to) => {
    const { id } = await buy(from);
    expect((await changeTo(id, to)).status).toBe(200);
    expect((await planOf(id)).scheduledChange).toMatchObject({ planId: to });
    await till.advance(32 * 86_400);
    token = await till.signIn('ada');
    expect(await planOf(id)).toMatchObject({ planId: to, status: 'active' });
  });

  it('keeps the last card also when it is about to end: what was used until then is charged after', async () => {
    const { id, customerId } = await buy('by-use');
    const stripe = await till.stripe();
    expect((await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token })).status).toBe(200);
    const [card] = (await stripe.paymentMethods.list({ customer: customerId })).data;
    const removed = await till.call<Problem>('DELETE', `/v1/payment-methods/${card!.id}`, { token });
    expect(removed).toMatchObject({ status: 409, body: { code: 'last_payment_method' } });
    await stripe.billing.meterEvents.create({ event_name: 'calls', payload: { stripe_customer_id: customerId, value: '100' } });
    await till.advance(32 * 86_400);
    const paid = (await stripe.charges.list({ customer: customerId })).data.map(({ amount }) => amount);
    expect(paid).toEqual([500]);
  });

  it('gives the card back when its trial ends without more', async () => {
    const { id } = await start('tried-by-use');
    await addCard(id);
    const stripe = await till.stripe();
    expect((await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token })).status).toBe(200);
    const { customer } = await stripe.subscriptions.retrieve(id);
    const [card] = (await stripe.paymentMethods.list({ customer: String(customer) })).data;
    expect((await till.call('DELETE', `/v1/payment-methods/${card!.id}`, { token })).status).toBe(200);
  });
});

describe('a trial without a card', () => {
  it('goes on in a plan whose own trial takes one only with a card, as it begins', async () => {
    const { id } = await start('tried');
    expect((await previewTo(id, 'with-card')).invoice).toMatchObject({ dueNow: 0 });
    expect(await changeTo(id, 'with-card')).toMatchObject({ status: 409, body: { code: 'needs_checkout' } });
    expect(await planOf(id)).toMatchObject({ planId: 'tried', status: 'trialing' });
    await addCard(id);
    expect((await changeTo(id, 'with-card')).status).toBe(200);
    expect(await planOf(id)).toMatchObject({ planId: 'with-card', status: 'trialing' });
  });
});
