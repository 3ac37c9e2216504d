/** What was planned when a customer canceled is forgotten by nobody whose turn is over. */
import { afterEach, expect, it } from 'vitest';
import type { PreviewResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const catalog = monthlyCatalog(monthlyPlan('small', 1000), monthlyPlan('large', 4000));
const large = { planId: 'large', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
afterEach(() => till.close());

it('what the owner planned is kept when an earlier request comes back late', async () => {
  let meanwhile: (() => Promise<unknown>) | undefined;
  let id = '';
  /** Whether a request has the turn of the subscription. */
  const hasTurn = async (): Promise<boolean> => {
    const { pendingChanges } = till.store;
    const isFree = await pendingChanges.hold(id, 'nobody', 'a look', till.now());
    if (isFree) await pendingChanges.release(id, 'a look');
    return !isFree;
  };
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const answer = await till.sandbox.fetch(request);
    const isPricing = new URL(request.url).pathname === '/v1/invoices/create_preview';
    const work = isPricing && meanwhile && (await hasTurn()) ? meanwhile : undefined;
    if (work) meanwhile = undefined;
    await work?.();
    return answer;
  };
  till = await startTill({ catalog, app: { stripeFetch } });
  const token = await till.signIn('ada');
  const call = <Body>(method: string, path: string, body?: object) =>
    till.call<Body>(method, path, { token, ...(body !== undefined && { body }) });
  ({ id } = (await till.buy(large, { token })).checkout.subscription!);
  const act = async (action: string) => (await call('POST', `/v1/subscriptions/${id}/${action}`)).status;
  const { preview } = (await call<PreviewResponse>('POST', '/v1/previews', { subscriptionId: id, target: { planId: 'small' } })).body;
  await call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/changes`, { preview });
  expect(await act('cancel')).toBe(200);

  // taken back in Stripe's portal, and planned otherwise by the owner, before anybody is told
  till.sandbox.deliveries.hold();
  const client = await till.stripe();
  const { items } = await client.subscriptions.update(id, { cancel_at_period_end: false });
  const made = await client.subscriptionSchedules.create({ from_subscription: id });
  const [{ start_date, end_date }] = made.phases as [(typeof made.phases)[0]];
  const price = items.data[0]!.price.id;
  await client.subscriptionSchedules.update(made.id, {
    end_behavior: 'release',
    phases: [
      { items: [{ price, quantity: 1 }], start_date, end_date },
      { items: [{ price, quantity: 7 }], duration: { interval: 'month', interval_count: 1 } },
    ],
  });
  let canceled: number | undefined;
  meanwhile = async () => {
    await till.sandbox.clock.advance(45);
    canceled = await act('cancel');
  };
  expect([await act('pause'), canceled]).toEqual([409, 200]);
  expect(await act('resume')).toBe(200);
  const { schedule } = await client.subscriptions.retrieve(id);
  const { phases } = await client.subscriptionSchedules.retrieve(String(schedule));
  expect(phases.map(({ items: [item] }) => item!.quantity)).toEqual([1, 7]);
});
