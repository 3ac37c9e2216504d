/** What a paid plan of the same group takes the place of. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const catalog = monthlyCatalog(
  { ...monthlyPlan('free', 0), kind: 'free' },
  monthlyPlan('grand', 2900),
  monthlyPlan('tried', 1900, { trial: { days: 14, cardRequired: false, end: 'pause' } }),
  monthlyPlan('other', 900, { group: 'other' }),
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
  const { status, body: answer } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body });
  expect(status).toBe(201);
  await till.settle();
  return answer.subscription;
};
const statusOf = async (id: string) => (await (await till.stripe()).subscriptions.retrieve(id)).status;

describe('a free plan', () => {
  it.each(['is bought', 'is tried'])('is ended when a paid one of its group %s', async (how) => {
    const free = await start('free');
    if (how === 'is bought') await till.buy(select('grand'), { token });
    else await start('tried');
    expect(await statusOf(free.id)).toBe('canceled');
  });

  it('that was ended is not ended again by what happens later', async () => {
    const { id, customerId } = await start('free');
    await start('tried');
    const { subscriptions } = await till.stripe();
    const [tried] = (await subscriptions.list({ customer: customerId })).data;
    await subscriptions.update(tried!.id, { description: 'Told by an event.' });
    await till.settle();
    expect(till.stripeCalls.filter((call) => call.startsWith('DELETE'))).toEqual([`DELETE /v1/subscriptions/${id}`]);
  });

  it('of the owner’s own, which the catalog does not know, stays beside another one of theirs', async () => {
    const { customerId: customer } = (await till.buy(select('other'), { token })).checkout.subscription!;
    const { paymentMethods, prices, subscriptions } = await till.stripe();
    const [card] = (await paymentMethods.list({ customer })).data;
    const begin = async (amount: number) => {
      const ofTheirs = { product_data: { name: 'A thing of the owner' }, recurring: { interval: 'month' } } as const;
      const { id: price } = await prices.create({ currency: 'usd', unit_amount: amount, ...ofTheirs });
      return (await subscriptions.create({ customer, items: [{ price }], default_payment_method: card!.id })).id;
    };
    const owners = await begin(0);
    await begin(700);
    await till.settle();
    expect(await statusOf(owners)).toBe('active');
  });

  it('stays beside a paid one of another group', async () => {
    const free = await start('free');
    await till.buy(select('other'), { token });
    await till.settle();
    expect(await statusOf(free.id)).toBe('active');
  });

  it.each(['is bought', 'is tried'])(
    'that Stripe does not end when another one %s keeps nobody from that one, and is ended by its event',
    async (how) => {
      const free = await start('free');
      till.sandbox.faults.add({ kind: 'server_error', route: 'DELETE /v1/subscriptions/*', times: 3 });
      till.sandbox.deliveries.hold();
      if (how === 'is bought') {
        const { checkout } = await till.buy(select('grand'), { token });
        expect(checkout.subscription).toMatchObject({ planId: 'grand', status: 'active' });
      } else {
        const body = { selection: select('tried') };
        const { status } = await till.call('POST', '/v1/subscriptions', { token, body });
        expect(status).toBe(201);
      }
      expect(await statusOf(free.id)).toBe('active');
      expect(till.logged('subscription.replaced_later')).toMatchObject([
        { level: 'warn', message: free.customerId, error: expect.stringContaining('StripeAPIError') },
      ]);
      till.sandbox.deliveries.release();
      await till.settle();
      expect(await statusOf(free.id)).toBe('canceled');
    },
  );

  it('is ended after the change that is under way, and only if it is free still', async () => {
    const free = await start('free');
    const opened = await till.buy(select('grand'), { token: await till.signIn('bob') });
    const stripe = await till.stripe();
    const { items } = await stripe.subscriptions.retrieve(opened.checkout.subscription!.id);
    const { pendingChanges } = till.store;
    expect(await pendingChanges.hold(free.id, free.customerId, 'a change', till.now())).toBe(true);
    const before = till.stripeCalls.length;
    till.sandbox.deliveries.hold();
    const bought = till.buy(select('grand'), { token });
    await expect
      .poll(() => till.stripeCalls.slice(before).some((call) => /^GET .*\/invoices|^GET .*subscriptions\/sub/u.test(call)))
      .toBe(true);
    const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer: free.customerId });
    const [item] = (await stripe.subscriptions.retrieve(free.id)).items.data;
    await stripe.subscriptions.update(free.id, {
      items: [{ id: item!.id, price: items.data[0]!.price.id }],
      default_payment_method: card,
    });
    await pendingChanges.release(free.id, 'a change');
    await bought;
    expect(till.stripeCalls.filter((call) => call === `DELETE /v1/subscriptions/${free.id}`)).toEqual([]);
    till.sandbox.deliveries.release();
  });
});
