/** What a change is shown with is what is charged: from a free plan, under a discount that ends, and nothing where there is a debt. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Stripe } from 'stripe';
import type { ChangeMode } from '@tillkit/core/catalog/catalog-file';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const modes = ['prorate_now', 'difference_now', 'full_price_now', 'prorate_next_invoice', 'no_charge', 'at_period_end'] as const;
const selectionOf = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let client: Stripe;
afterEach(() => till.close());

const begin = async (mode: ChangeMode, afterRetries?: 'unpaid' | 'past_due'): Promise<void> => {
  const changes = { upgrade: mode, downgrade: mode };
  const plans = [monthlyPlan('free', 0, { kind: 'free' }), monthlyPlan('plus', 2000, { changes }), monthlyPlan('grand', 5000, { changes })];
  till = await startTill({ catalog: monthlyCatalog(...plans), ...(afterRetries && { stripe: { afterRetries } }) });
  client = await till.stripe();
};
const post = async <Body>(path: string, body: object) => till.call<Body & Problem>('POST', path, { token: await till.signIn('ada'), body });
const preview = (id: string, planId: string) => post<PreviewResponse>('/v1/previews', { subscriptionId: id, target: { planId } });
const confirm = (id: string, token: string) => post<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview: token });
const buy = async () => (await till.buy(selectionOf('plus'), { token: await till.signIn('ada') })).checkout.subscription!;

/** What some work takes from the customer, payment by payment. */
const takenBy = async (work: () => Promise<unknown>): Promise<number[]> => {
  const paid = async () => (await client.charges.list({ limit: 100 })).data.filter((charge) => charge.paid);
  const before = new Set((await paid()).map(({ id }) => id));
  await work();
  const added = (await paid()).filter(({ id }) => !before.has(id));
  return added.map(({ amount }) => amount).toReversed();
};
const takenAtOnce = (invoice: PreviewResponse['invoice']): number[] => (invoice.dueNow > 0 ? [invoice.dueNow] : []);

describe('a change from a free plan, ten days after it began', () => {
  it.each(modes)('takes the shown price at once, and as much at each renewal, where the paid plan says %s', async (mode) => {
    await begin(mode);
    const { subscription } = (await post<SubscriptionResponse>('/v1/subscriptions', { selection: selectionOf('free') })).body;
    const { id, customerId } = subscription;
    const method = await client.paymentMethods.attach('pm_card_visa', { customer: customerId });
    await client.subscriptions.update(id, { default_payment_method: method.id });
    await till.advance(10 * day);
    const { invoice, preview: token } = (await preview(id, 'plus')).body;
    expect([invoice.dueNow, invoice.recurring.amount, invoice.receipt?.sum]).toEqual([2000, 2000, 2000]);
    expect(await takenBy(() => confirm(id, token))).toEqual(takenAtOnce(invoice));
    expect(await takenBy(() => till.advance(75 * day))).toEqual([invoice.recurring.amount, invoice.recurring.amount]);
  });
});

describe.each([
  ['a part', { percent_off: 50 }, 2500],
  ['an amount', { amount_off: 700, currency: 'usd' }, 4300],
] as const)('with %s taken off', (_what, off, less) => {
  it.each(modes)('once, a change by %s takes what is shown, and in the end the renewals that are', async (mode) => {
    await begin(mode);
    const { id } = await buy();
    const { id: coupon } = await client.coupons.create({ duration: 'once', ...off });
    await client.subscriptions.update(id, { discounts: [{ coupon }] });
    await till.advance(10 * day);
    const { invoice, preview: token } = (await preview(id, 'grand')).body;
    // used up by the period that begins now
    expect(invoice.isDiscounted).toBe(mode === 'full_price_now' ? undefined : true);
    expect(await takenBy(() => confirm(id, token))).toEqual(takenAtOnce(invoice));
    const [, second, third] = await takenBy(() => till.advance(105 * day));
    expect([second, third]).toEqual([invoice.recurring.amount, invoice.recurring.amount]);
  });

  it.each(modes)(
    'for some months, a change by %s takes what is shown, and renewals come to what is shown when they are over',
    async (mode) => {
      await begin(mode);
      const { id } = await buy();
      const { id: coupon } = await client.coupons.create({ duration: 'repeating', duration_in_months: 3, ...off });
      await client.subscriptions.update(id, { discounts: [{ coupon }] });
      await till.advance(10 * day);
      const { invoice, preview: token } = (await preview(id, 'grand')).body;
      expect(invoice.isDiscounted).toBe(true);
      expect(await takenBy(() => confirm(id, token))).toEqual(takenAtOnce(invoice));
      const [, second, , , fifth] = await takenBy(() => till.advance(165 * day));
      expect([second, fifth]).toEqual([less, invoice.recurring.amount]);
    },
  );
});

describe('where the last renewal was declined', () => {
  const declined = async (afterRetries: 'unpaid' | 'past_due') => {
    await begin('prorate_now', afterRetries);
    const subscription = await buy();
    const method = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: subscription.customerId });
    await client.subscriptions.update(subscription.id, { default_payment_method: method.id });
    return subscription;
  };

  it.each([
    ['past_due', 32],
    ['unpaid', 55],
  ] as const)('nothing is shown of a change while it is %s', async (status, days) => {
    const { id } = await declined(status);
    await till.advance(days * day);
    expect((await client.subscriptions.retrieve(id)).status).toBe(status);
    const { status: answered, body } = await preview(id, 'grand');
    expect([answered, body.code]).toEqual([409, 'not_possible_now']);
  });

  it('what was shown a moment before is not done, and takes nothing', async () => {
    const { id, currentPeriodEnd } = await declined('past_due');
    // Stripe takes a renewal an hour after the period has begun
    await till.advance(currentPeriodEnd - till.now() + 55 * 60);
    const { preview: token } = (await preview(id, 'grand')).body;
    await till.advance(10 * 60);
    const { status, items } = await client.subscriptions.retrieve(id);
    expect(status).toBe('past_due');
    let refused: string | undefined;
    expect(await takenBy(async () => (refused = (await confirm(id, token)).body.code))).toEqual([]);
    expect(refused).toBe('not_possible_now');
    expect((await client.subscriptions.retrieve(id)).items.data[0]!.price.id).toBe(items.data[0]!.price.id);
  });
});
