/** What a confirmed change holds: it is what was shown, it takes a card only where something is charged, and it is made once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeMode } from '@tillkit/core/catalog/catalog-file';
import type { ChangeTarget, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const trial = { days: 14, cardRequired: false, end: 'cancel' };
const inBoth = (amount: number) => ({ prices: [{ interval: 'month', amounts: { usd: amount, eur: amount } }] });
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('free', 0, { kind: 'free' }),
    monthlyPlan('tried', 1900, { trial }),
    monthlyPlan('with-card', 900, { trial: { ...trial, cardRequired: true }, seats: { min: 1, max: 9 } }),
    monthlyPlan('plus', 1900, inBoth(1900)),
    monthlyPlan('grand', 2900, inBoth(2900)),
  ),
  currencies: ['usd', 'eur'],
};
const select = (planId: string, more: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {}, ...more });

let till: TestTill;
let token: string;
/** What the owner's file says of a downgrade. */
let downgrade: ChangeMode;
beforeEach(async () => {
  downgrade = 'at_period_end';
  const changes = () => ({ upgrade: 'prorate_now' as const, downgrade });
  const file = async () => ({ ...till.file, plans: till.file.plans.map((plan) => ({ ...plan, changes: changes() })) });
  till = await startTill({ catalog, app: { catalogFile: file } });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const call = <Body>(path: string, body: object) => till.call<Body & Problem>('POST', path, { token, body });
const start = async (planId: string) =>
  (await call<SubscriptionResponse>('/v1/subscriptions', { selection: select(planId) })).body.subscription;
const buy = async (planId: string, more?: object) => (await till.buy(select(planId, more), { token })).checkout.subscription!;
const preview = async (subscriptionId: string, target: ChangeTarget) =>
  (await call<PreviewResponse>('/v1/previews', { subscriptionId, target })).body.preview;
const confirm = (id: string, shown: string) => call<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview: shown });
const change = async (id: string, target: ChangeTarget) => confirm(id, await preview(id, target));
const give = async (customer: string, amount: number) =>
  (await till.stripe()).customers.createBalanceTransaction(customer, { amount: -amount, currency: 'usd' });
const withoutCard = async (id: string) => {
  const stripe = await till.stripe();
  const { customer } = await stripe.subscriptions.retrieve(id);
  for (const card of (await stripe.paymentMethods.list({ customer: String(customer) })).data) await stripe.paymentMethods.detach(card.id);
};
const needsCheckout = { status: 409, body: { code: 'needs_checkout' } };

describe('a change is refused where it would be another than was shown', () => {
  const priceOf = async (planId: string) => (await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!;

  it('as credit pays a part of it by now', async () => {
    const { id, customerId } = await buy('plus');
    const shown = await preview(id, { planId: 'grand' });
    await give(customerId, 500);
    expect(await confirm(id, shown)).toMatchObject({
      status: 409,
      body: { code: 'preview_changed', detail: 'due now: 1000 when shown, 500 now' },
    });
  });

  it('as the same price is another amount in the customer’s currency by now', async () => {
    const { id } = await buy('grand', { currency: 'eur' });
    const shown = await preview(id, { planId: 'plus' });
    const dearer = { nickname: 'dearer in euros', currency_options: { eur: { unit_amount: 2000 } } };
    await (await till.stripe()).prices.update((await priceOf('plus')).id, dearer);
    await till.settle();
    expect(await confirm(id, shown)).toMatchObject({
      status: 409,
      body: { code: 'preview_changed', detail: 'every renewal: 1900 when shown, 2000 now' },
    });
  });

  it('as the owner lets it begin at once by now', async () => {
    const { id } = await buy('grand');
    const shown = await preview(id, { planId: 'plus' });
    downgrade = 'no_charge';
    const { product } = await priceOf('plus');
    await (await till.stripe()).products.update(String(product), { description: 'The catalog is read again.' });
    await till.settle();
    expect(await confirm(id, shown)).toMatchObject({ status: 409, body: { code: 'preview_changed' } });
  });

  it('as the owner has planned at Stripe how it goes on', async () => {
    const { id } = await buy('plus');
    const shown = await preview(id, { planId: 'grand' });
    const { subscriptionSchedules: schedules } = await till.stripe();
    const { id: schedule, phases } = await schedules.create({ from_subscription: id });
    const [{ start_date, end_date }] = phases as [(typeof phases)[0]];
    const items = [{ price: (await priceOf('plus')).id, quantity: 1 }];
    await schedules.update(schedule, { phases: [{ start_date, end_date, items }, { items: [{ price: (await priceOf('grand')).id }] }] });
    expect(await confirm(id, shown)).toMatchObject({ status: 409, body: { code: 'not_possible_now' } });
  });
});

describe('a change takes a card', () => {
  it('where something is due; where nothing is before the next period it takes none, also to a plan whose trial takes one', async () => {
    const { id } = await buy('plus');
    await withoutCard(id);
    expect(await change(id, { planId: 'grand' })).toMatchObject(needsCheckout);
    const { status, body } = await change(id, { planId: 'with-card' });
    expect([status, body.subscription.scheduledChange?.planId]).toEqual([200, 'with-card']);
  });

  it('from a free plan to what costs something, also where credit pays the first period', async () => {
    const { id, customerId } = await start('free');
    await give(customerId, 5000);
    expect(await change(id, { planId: 'plus' })).toMatchObject(needsCheckout);
  });

  it('in a trial without one to a plan whose trial takes one, and none to what is free and back', async () => {
    const { id } = await start('tried');
    expect(await change(id, { planId: 'with-card' })).toMatchObject(needsCheckout);
    for (const planId of ['free', 'tried'])
      expect((await change(id, { planId })).body.subscription).toMatchObject({ planId, status: 'trialing' });
  });

  it('not in a trial that began with one, which is gone: it goes on with less of the same plan', async () => {
    const { id } = await buy('with-card', { seats: 2 });
    await withoutCard(id);
    expect((await change(id, { seats: 1 })).body.subscription).toMatchObject({ seats: 1, status: 'trialing' });
  });
});

it.each([
  ['at once', 'plus', 'grand'],
  ['at the end of the period', 'grand', 'plus'],
])('a change %s that is confirmed again, as its answer got lost, is made once', async (_, from, to) => {
  const { id } = await buy(from);
  const shown = await preview(id, { planId: to });
  const first = await confirm(id, shown);
  expect(first.status).toBe(200);
  expect((await confirm(id, shown)).body).toEqual(first.body);
});
