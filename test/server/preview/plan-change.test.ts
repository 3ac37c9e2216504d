/** What a wished change means: what it names is changed, all else stays; and which way of the owner's it goes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeTarget, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const seats = { min: 1, max: 9 };
const trial = { days: 14, cardRequired: false, end: 'cancel' };
const prices = (month: number, year: number) => ({
  prices: [
    { interval: 'month', amounts: { usd: month } },
    { interval: 'year', amounts: { usd: year } },
  ],
});
const addOn = (id: string, more: object = {}) => ({
  id,
  name: id,
  prices: [{ interval: 'month', amounts: { usd: 300 } }],
  quantity: { max: 9 },
  ...more,
});
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('plus', 1900, { seats, ...prices(1900, 19_000) }),
    monthlyPlan('grand', 2900, prices(2900, 29_000)),
    monthlyPlan('same', 1900),
    monthlyPlan('quiet', 1900, { seats, changes: { upgrade: 'no_charge' } }),
    monthlyPlan('free', 0, { kind: 'free' }),
    monthlyPlan('tried', 1900, { trial, seats }),
    monthlyPlan('tried-too', 2900, { trial }),
    monthlyPlan('other', 900, { group: 'other' }),
  ),
  addOns: [addOn('storage'), addOn('domains'), { id: 'setup', name: 'setup', prices: [{ amounts: { usd: 700 } }], quantity: { max: 9 } }],
};
const select = (planId: string, more: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {}, ...more });

let till: TestTill;
let token: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const post = <Body>(path: string, body: object) => till.call<Body & Problem>('POST', path, { token, body });
const buy = async (planId: string, more?: object) => (await till.buy(select(planId, more), { token })).checkout.subscription!;
const start = async (planId: string) =>
  (await post<SubscriptionResponse>('/v1/subscriptions', { selection: select(planId) })).body.subscription;
const ask = (subscriptionId: string, target: ChangeTarget) => post<PreviewResponse>('/v1/previews', { subscriptionId, target });
const shown = async (id: string, target: ChangeTarget) => (await ask(id, target)).body.invoice;
const change = async (id: string, target: ChangeTarget) => {
  const { preview } = (await ask(id, target)).body;
  return (await post<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview })).body.subscription;
};
const items = async (id: string) => {
  const { data } = (await (await till.stripe()).subscriptions.retrieve(id)).items;
  return data.map(({ price, quantity }) => [price.unit_amount, quantity]).toSorted(([a], [b]) => Number(a) - Number(b));
};
const priceOf = async (amount: number, product?: string) => {
  const { prices: all, products } = await till.stripe();
  const of = product ?? (await products.create({ name: 'Special' })).id;
  return (await all.create({ product: of, currency: 'usd', unit_amount: amount, recurring: { interval: 'month' } })).id;
};
const refused = (detail: string) => ({ status: 409, body: { code: 'not_possible_now', detail } });

describe('add-ons', () => {
  it('that a change names are had, those with none of them and those that it leaves out are not', async () => {
    const { id } = await buy('plus', { addOns: { storage: 2 } });
    expect((await change(id, { addOns: { storage: 2, domains: 1 } })).addOns).toEqual({ storage: 2, domains: 1 });
    expect(await items(id)).toEqual([
      [300, 2],
      [300, 1],
      [1900, 1],
    ]);
    expect((await shown(id, { addOns: { storage: 0, domains: 1 } })).recurring.amount).toBe(2200);
    expect((await shown(id, { addOns: {} })).recurring.amount).toBe(1900);
    expect((await shown(id, { seats: 2 })).recurring.amount).toBe(2 * 1900 + 900);
  });

  it('that are given back in a change at once are gone at Stripe', async () => {
    const { id } = await buy('plus', { addOns: { storage: 2 } });
    await change(id, { planId: 'grand', addOns: {} });
    expect(await items(id)).toEqual([[2900, 1]]);
  });

  it('that are paid once belong to a purchase, and which one it is is said', async () => {
    const { id } = await buy('plus');
    expect((await ask(id, { addOns: { setup: 1 } })).body).toMatchObject({
      code: 'one_time_add_on_in_change',
      detail: 'It is about "setup".',
    });
  });
});

describe('a change is refused', () => {
  it('to a plan of another group, or to one that there is not', async () => {
    const { id } = await buy('plus');
    expect(await ask(id, { planId: 'other' })).toMatchObject(refused('A change stays within the plan group.'));
    expect((await ask(id, { planId: 'unknown' })).body.code).toBe('unknown_plan');
  });

  it('of what the catalog does not know', async () => {
    const { customerId: customer } = await buy('plus');
    const { id } = await (
      await till.stripe()
    ).subscriptions.create({ customer, items: [{ price: await priceOf(700) }], trial_period_days: 7 });
    await till.settle();
    expect(await ask(id, { seats: 1 })).toMatchObject(refused('The catalog does not know the plan of this subscription.'));
  });

  it('where the owner has planned how it goes on', async () => {
    const { id } = await buy('plus');
    await (await till.stripe()).subscriptionSchedules.create({ from_subscription: id });
    await till.settle();
    expect(await ask(id, { planId: 'grand' })).toMatchObject(refused('The owner of the site has planned how this subscription goes on.'));
  });

  it('of what ends, or of what is paid no more', async () => {
    const { id } = await buy('plus');
    await post(`/v1/subscriptions/${id}/cancel`, {});
    expect((await ask(id, { planId: 'grand' })).body.code).toBe('not_possible_now');
    await (await till.stripe()).subscriptions.cancel(id);
    await till.settle();
    expect((await ask(id, { planId: 'grand' })).body.code).toBe('not_possible_now');
  });
});

describe('a change is made', () => {
  it('at once where it costs more, and as much: the same price is no downgrade', async () => {
    const { id } = await buy('plus');
    for (const planId of ['grand', 'same']) expect((await shown(id, { planId })).effective).toBe('now');
  });

  it('at the end of the period where it costs less, and in a new period there', async () => {
    const { id, currentPeriodEnd } = await buy('grand');
    expect(await shown(id, { planId: 'plus' })).toMatchObject({ effective: 'period_end', effectiveAt: currentPeriodEnd, dueNow: 0 });
  });

  it('at once to a longer interval, and at the end to a shorter one, whatever it costs', async () => {
    const { id } = await buy('grand', { interval: 'year' });
    expect((await shown(id, { interval: 'month' })).effective).toBe('period_end');
    token = await till.signIn('eve');
    const { id: monthly } = await buy('grand');
    expect(await shown(monthly, { interval: 'year' })).toMatchObject({ effective: 'now', recurring: { amount: 29_000, interval: 'year' } });
    expect(await shown(monthly, { planId: 'plus', interval: 'year' })).toMatchObject({ effective: 'now', recurring: { amount: 19_000 } });
  });

  it('at once from what is free', async () => {
    const { id } = await start('free');
    expect(await shown(id, { planId: 'plus' })).toMatchObject({ effective: 'now', dueNow: 1900 });
  });
});

describe('in a trial', () => {
  it('nothing is due within the plan, in another with a trial, and in what is free; any other plan ends it', async () => {
    const { id, trialEnd } = await start('tried');
    for (const target of [{ seats: 1 }, { planId: 'tried-too' }, { planId: 'free' }])
      expect(await shown(id, target)).toMatchObject({ dueNow: 0, trialEnd });
    expect(await shown(id, { planId: 'plus' })).toMatchObject({ dueNow: 1900, trialEnd: till.now() });
  });

  it('no more is had than it began with, and there is no such bound without one', async () => {
    const { id } = await start('tried');
    expect((await ask(id, { seats: 2 })).body.code).toBe('quantity_above_max');
    token = await till.signIn('eve');
    const { id: paid } = await buy('quiet');
    expect(await shown(paid, { seats: 9 })).toMatchObject({ dueNow: 0, effective: 'now', recurring: { amount: 9 * 1900 } });
  });
});

describe('what the owner added at Stripe', () => {
  it('stays, is a part of what is renewed under its own name, and is there still after a change that waits', async () => {
    const { id } = await buy('grand');
    await (await till.stripe()).subscriptionItems.create({ subscription: id, price: await priceOf(70), quantity: 2 });
    await till.settle();
    const { recurring, renewal, lines } = await shown(id, { planId: 'plus' });
    expect(recurring.amount).toBe(1900 + 140);
    expect(lines.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([140, 1900]);
    expect(renewal!.lines).toContainEqual(expect.objectContaining({ kind: 'other', name: 'Special', quantity: 2, amount: 140 }));
    const { currentPeriodEnd } = await change(id, { planId: 'plus' });
    await till.advance(currentPeriodEnd - till.now() + 7200);
    expect(await items(id)).toEqual([
      [70, 2],
      [1900, 1],
    ]);
  });
});

it('a plan that is kept keeps the price that was always paid, another one is paid as the catalog says', async () => {
  const { id } = await buy('plus');
  const { subscriptions } = await till.stripe();
  const [item] = (await subscriptions.retrieve(id)).items.data;
  await subscriptions.update(id, { items: [{ id: item!.id, price: await priceOf(1500, String(item!.price.product)) }] });
  await till.settle();
  expect((await shown(id, { seats: 2 })).recurring.amount).toBe(3000);
  expect((await shown(id, { planId: 'grand' })).recurring.amount).toBe(2900);
});
