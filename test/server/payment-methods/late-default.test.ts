/** A card that becomes the default so slowly that the turn is over overwrites nothing that was planned since. */
import { afterEach, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const seats = { min: 1, max: 9 };
const catalog = monthlyCatalog(monthlyPlan('small', 1000, { seats }), monthlyPlan('large', 4000, { seats }));
const large = { planId: 'large', interval: 'month', currency: 'usd', seats: 3, addOns: {} };

let till: TestTill;
afterEach(() => till.close());

it('leaves what was planned in another tab meanwhile', async () => {
  let meanwhile: (() => Promise<unknown>) | undefined;
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const answer = await till.sandbox.fetch(request);
    const { pathname, searchParams } = new URL(request.url);
    // the reading of what is to be paid with the new card
    const isReading =
      request.method === 'GET' && /^\/v1\/subscriptions\/\w+$/u.test(pathname) && searchParams.get('expand[0]') === 'schedule';
    const work = isReading ? meanwhile : undefined;
    if (work) meanwhile = undefined;
    await work?.();
    return answer;
  };
  till = await startTill({ catalog, app: { stripeFetch } });
  const token = await till.signIn('ada');
  const call = <Body>(path: string, body?: object) =>
    till.call<Body & Problem>('POST', path, { token, ...(body !== undefined && { body }) });
  const { id, customerId } = (await till.buy(large, { token })).checkout.subscription!;
  const plan = async (target: object) => {
    const { preview } = (await call<PreviewResponse>('/v1/previews', { subscriptionId: id, target })).body;
    return (await call<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview })).status;
  };
  expect(await plan({ planId: 'small' })).toBe(200);
  const client = await till.stripe();
  const card = await client.paymentMethods.attach('pm_card_mastercard', { customer: customerId });
  await till.settle();
  let planned: number | undefined;
  meanwhile = async () => {
    await till.sandbox.clock.advance(45);
    planned = await plan({ planId: 'small', seats: 2 });
  };
  const late = await call(`/v1/payment-methods/${card.id}/default`);
  expect([late.body.code, planned]).toEqual(['not_possible_now', 200]);
  const { schedule } = await client.subscriptions.retrieve(id);
  const { phases } = await client.subscriptionSchedules.retrieve(String(schedule));
  expect(phases.map(({ items: [item] }) => item!.quantity)).toEqual([3, 2]);
});
