/** What it is shown to cost to resume a paused subscription, and that a preview holds for this very one as it was. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const seats = { min: 1, max: 9 };
const catalog = {
  ...monthlyCatalog(monthlyPlan('plus', 1900, { name: { en: 'Plus', de: 'Mehr' }, seats }), monthlyPlan('other', 900, { group: 'other' })),
  locales: ['en', 'de'],
};
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
let id: string;
let customer: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  token = await till.signIn('ada');
  ({ id, customerId: customer } = await paused('plus'));
});
afterEach(() => till.close());

const post = <Body = SubscriptionResponse>(path: string, body?: object) =>
  till.call<Body & Problem>('POST', path, { token, ...(body && { body }) });
async function paused(planId: string) {
  const { subscription } = (await till.buy(select(planId), { token })).checkout;
  // the half of a month of 31 days
  await later(15.5 * day);
  expect((await post(`/v1/subscriptions/${subscription!.id}/pause`)).status).toBe(200);
  return subscription!;
}
const later = async (seconds: number) => {
  await till.advance(seconds);
  token = await till.signIn('ada');
};
const preview = async (of = id, query = '') => {
  const { status, body } = await post<PreviewResponse>(`/v1/previews${query}`, { subscriptionId: of, action: 'resume' });
  expect(status).toBe(201);
  return body;
};
const resume = (shown?: string) => post(`/v1/subscriptions/${id}/resume`, shown === undefined ? {} : { preview: shown });
const changed = (detail: string) => ({ status: 409, body: { code: 'preview_changed', detail } });
const cardOf = async (card: string) => {
  const { paymentMethods, subscriptions } = await till.stripe();
  const { id: method } = await paymentMethods.attach(card, { customer });
  await subscriptions.update(id, { default_payment_method: method });
  await till.settle();
};

it('it is a whole period from now on, and what was left of the last one is given back', async () => {
  await later(40 * day);
  const { invoice } = await preview();
  expect(invoice).toMatchObject({ dueNow: 950, credit: 0, recurring: { amount: 1900, interval: 'month' }, effective: 'now' });
  expect(invoice.effectiveAt).toBe(till.now());
  expect(invoice.renewsAt).toBeGreaterThan(till.now() + 27 * day);
  expect(invoice.renewsAt).toBeLessThan(till.now() + 32 * day);
});

it('it is named in the language of the page', async () => {
  const names = async (query: string) => (await preview(id, query)).invoice.lines.map(({ name }) => name);
  expect(await names('?locale=de')).toContain('Mehr');
  expect(await names('')).toContain('Plus');
});

it('it is the invoice that a declined try left open', async () => {
  await cardOf('pm_card_chargeCustomerFail');
  const shown = await preview();
  expect((await resume(shown.preview)).body.code).toBe('payment_failed');
  await later(3600);
  const again = (await preview()).invoice;
  expect([again.dueNow, again.effectiveAt]).toEqual([shown.invoice.dueNow, shown.invoice.effectiveAt]);
});

describe('it is not resumed', () => {
  it('without a preview, and it is said why', async () => {
    expect(await resume()).toMatchObject({
      status: 400,
      body: { code: 'preview_invalid', detail: 'To resume what is paused charges at once: ask for a preview of it and send that.' },
    });
  });

  it('by the preview of another subscription', async () => {
    const { id: other } = await paused('other');
    expect(await resume((await preview(other)).preview)).toMatchObject({ status: 400, body: { code: 'preview_invalid' } });
  });

  it('by a preview from before it was changed', async () => {
    const { preview: shown } = await preview();
    await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: true });
    await till.settle();
    expect(await resume(shown)).toMatchObject(changed('The subscription was changed since this was shown.'));
  });

  it('as credit pays a part of it by now', async () => {
    const { preview: shown } = await preview();
    await (await till.stripe()).customers.createBalanceTransaction(customer, { amount: -500, currency: 'usd' });
    expect(await resume(shown)).toMatchObject(changed('due now: 950 when shown, 450 now'));
  });
});
