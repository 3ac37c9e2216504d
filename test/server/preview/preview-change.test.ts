/** The numbers that a change is shown with: what is due, when it begins, what is paid next, and what a discount still takes off. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ChangeMode } from '@tillkit/core/catalog/catalog-file';
import type { ChangeTarget, PreviewResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const trial = { days: 14, cardRequired: false, end: 'cancel' };
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
afterEach(() => till.close());
const begin = async (mode: ChangeMode) => {
  const more = { changes: { upgrade: mode, downgrade: mode }, seats: { min: 1, max: 9 } };
  const plans = [
    monthlyPlan('plus', 1900, { ...more, name: { en: 'Plus', de: 'Mehr' } }),
    monthlyPlan('same', 1900, more),
    monthlyPlan('grand', 2900, { ...more, name: { en: 'Grand', de: 'Groß' } }),
    monthlyPlan('tried', 1900, { ...more, trial }),
    monthlyPlan('tried-too', 2900, { ...more, trial }),
    monthlyPlan('free', 0, { kind: 'free' }),
  ];
  till = await startTill({ catalog: { ...monthlyCatalog(...plans), locales: ['en', 'de'] } });
  token = await till.signIn('ada');
};
const buy = async (planId: string) => (await till.buy(select(planId), { token })).checkout.subscription!;
const start = async (planId: string) => {
  const body = { selection: select(planId) };
  return (await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body })).body.subscription;
};
const shown = async (subscriptionId: string, target: ChangeTarget, query = '') => {
  const answer = await till.call<PreviewResponse>('POST', `/v1/previews${query}`, { token, body: { subscriptionId, target } });
  expect(answer.status).toBe(201);
  return answer.body.invoice;
};
const later = async (seconds: number) => {
  await till.advance(seconds);
  token = await till.signIn('ada');
};
const takeOff = async (id: string, coupon: object) => {
  const { coupons, subscriptions } = await till.stripe();
  const { id: half } = await coupons.create({ percent_off: 50, duration: 'forever', ...coupon });
  await subscriptions.update(id, { discounts: [{ coupon: half }] });
  await till.settle();
};
const addCard = async (id: string) => {
  const { paymentMethods, subscriptions } = await till.stripe();
  const { customer } = await subscriptions.retrieve(id);
  const { id: method } = await paymentMethods.attach('pm_card_visa', { customer: String(customer) });
  await subscriptions.update(id, { default_payment_method: method });
  await till.settle();
};
const sumOf = (lines: readonly { readonly amount: number }[]) => lines.reduce((sum, { amount }) => sum + amount, 0);

describe('a change that waits', () => {
  it('begins where the period ends, and is shown at its whole price, without anything due', async () => {
    await begin('at_period_end');
    const { id, currentPeriodEnd } = await buy('grand');
    const invoice = await shown(id, { planId: 'plus' });
    expect(invoice).toMatchObject({ dueNow: 0, credit: 0, effective: 'period_end', effectiveAt: currentPeriodEnd });
    expect(sumOf(invoice.lines)).toBe(1900);
  });

  it.each([
    ['goes on by then takes its part off', { duration: 'forever' }, 0.5],
    ['lasts beyond takes its part off', { duration: 'repeating', duration_in_months: 3 }, 0.5],
    ['is over by then takes nothing off', { duration: 'repeating', duration_in_months: 1 }, 0],
  ])('a discount that %s', async (_, coupon, part) => {
    await begin('at_period_end');
    const { id } = await buy('grand');
    await takeOff(id, coupon);
    till.stripeSent.length = 0;
    await shown(id, { planId: 'plus' });
    const sent = till.stripeSent.filter((call) => call.startsWith('POST /v1/invoices/create_preview'));
    expect(sent.filter((call) => call.includes('di_'))).toHaveLength(part ? 1 : 0);
  });
});

describe('the difference', () => {
  it('is due whole and at once, is named as the new plan, and what is cheaper is credit', async () => {
    await begin('difference_now');
    const { id } = await buy('plus');
    await later(10 * day);
    expect(await shown(id, { planId: 'grand' }, '?locale=de')).toMatchObject({
      dueNow: 1000,
      credit: 0,
      effectiveAt: till.now(),
      lines: [{ name: 'Groß', amount: 1000 }],
    });
    token = await till.signIn('eve');
    const { id: dear } = await buy('grand');
    expect(await shown(dear, { planId: 'plus' })).toMatchObject({ dueNow: 0, credit: 1000, lines: [{ name: 'Plus', amount: -1000 }] });
  });

  it('of none makes no invoice', async () => {
    await begin('difference_now');
    const { id } = await buy('plus');
    const invoice = await shown(id, { planId: 'same' });
    expect(invoice).toMatchObject({ dueNow: 0, credit: 0, effectiveAt: till.now() });
    expect(invoice).not.toHaveProperty('receipt');
  });
});

it('the full price begins a new period, which no day of proration belongs to', async () => {
  await begin('full_price_now');
  const { id } = await buy('plus');
  await later(10 * day);
  const invoice = await shown(id, { planId: 'grand' });
  expect(invoice).toMatchObject({ dueNow: 2900, effectiveAt: till.now() });
  expect(invoice).not.toHaveProperty('prorationDate');
  expect(invoice).not.toHaveProperty('trialEnd');
});

describe('what is prorated', () => {
  it('is due at once, for the very second that was shown, and is no trial’s', async () => {
    await begin('prorate_now');
    const { id } = await buy('plus');
    await later(15.5 * day);
    const invoice = await shown(id, { planId: 'grand' });
    expect(invoice).toMatchObject({ dueNow: 500, credit: 0, effectiveAt: till.now(), prorationDate: till.now() });
    for (const field of ['trialEnd', 'renewsAt', 'nextPayment']) expect(invoice).not.toHaveProperty(field);
  });

  it('is put on the next invoice where the owner wants that, before what is taken off that one', async () => {
    await begin('prorate_next_invoice');
    const { id } = await buy('plus');
    await later(15.5 * day);
    const invoice = await shown(id, { planId: 'grand' });
    expect(invoice).toMatchObject({ dueNow: 0, credit: 0, onNextInvoice: 500, receipt: { sum: 500, discounts: [] } });
    expect(invoice.lines.map(({ kind }) => kind)).toEqual(['proration', 'proration']);
  });

  it('is due at once where a new period begins with the change, as it does from what is free', async () => {
    await begin('prorate_next_invoice');
    const { id } = await start('free');
    await addCard(id);
    const invoice = await shown(id, { planId: 'grand' });
    expect(invoice.dueNow).toBe(2900);
    expect(invoice).not.toHaveProperty('onNextInvoice');
  });
});

describe('in a trial that goes on', () => {
  it('is paid at its end what the change costs, where there is a card', async () => {
    await begin('prorate_now');
    const { id, trialEnd } = await start('tried');
    expect(await shown(id, { planId: 'tried-too' })).not.toHaveProperty('nextPayment');
    await addCard(id);
    expect(await shown(id, { planId: 'tried-too' })).toMatchObject({ dueNow: 0, trialEnd, nextPayment: { at: trialEnd, amount: 2900 } });
    const free = await shown(id, { planId: 'free' });
    expect(free.trialEnd).toBe(trialEnd);
    expect(free).not.toHaveProperty('nextPayment');
  });
});

it('a trial that is over is spoken of no more, also where a change costs nothing now', async () => {
  await begin('no_charge');
  const { id } = await start('tried');
  await addCard(id);
  await later(15 * day);
  const invoice = await shown(id, { planId: 'tried-too' });
  expect(invoice).toMatchObject({ dueNow: 0, effective: 'now', recurring: { amount: 2900 } });
  for (const field of ['trialEnd', 'nextPayment']) expect(invoice).not.toHaveProperty(field);
});

describe('what ends a trial', () => {
  it('is due whole, and as much again when its first period ends, where there is a card', async () => {
    await begin('prorate_now');
    const { id } = await start('tried');
    const without = await shown(id, { planId: 'grand' });
    expect(without).toMatchObject({ dueNow: 2900, trialEnd: till.now(), renewsAt: till.now() + 31 * day });
    for (const field of ['nextPayment', 'prorationDate']) expect(without).not.toHaveProperty(field);
    await addCard(id);
    expect((await shown(id, { planId: 'grand' })).nextPayment).toEqual({ at: till.now() + 31 * day, amount: 2900 });
  });

  it('says no next payment where a discount may have ended by then', async () => {
    await begin('prorate_now');
    const { id } = await start('tried');
    await addCard(id);
    await takeOff(id, { duration: 'once' });
    const invoice = await shown(id, { planId: 'grand' });
    expect(invoice.dueNow).toBe(1450);
    expect(invoice).not.toHaveProperty('nextPayment');
  });
});
