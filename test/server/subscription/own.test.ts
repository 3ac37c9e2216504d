/** What somebody plans to change is their own, as Stripe has it now, whatever an earlier request has left. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PreviewResponse, Problem } from '@tillkit/core/contract/contract';
import { createMirror } from '@tillkit/server/subscription/mirror';
import { readBack } from '@tillkit/server/subscription/own';
import type { Till } from '@tillkit/server/till';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const catalog = monthlyCatalog(monthlyPlan('small', 1000), monthlyPlan('large', 4000));

let till: TestTill;
let token: string;
let id: string;
let customerId: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  token = await till.signIn('ada');
  const bought = await till.buy({ planId: 'small', interval: 'month', currency: 'usd', seats: 1, addOns: {} }, { token });
  ({ id, customerId } = bought.checkout.subscription!);
  await till.settle();
});
afterEach(() => till.close());

const preview = async (subscriptionId = id, as = token) => {
  const body = { subscriptionId, target: { planId: 'large' } };
  const answer = await till.call<PreviewResponse & Problem>('POST', '/v1/previews', { token: as, body });
  return answer.status === 201 ? 'shown' : answer.body.code;
};

it('a change that a process left undone is made before another one is shown', async () => {
  const { pendingChanges } = till.store;
  const change = { kind: 'cancel', reason: {}, cancelAt: till.now() + 60 };
  await pendingChanges.hold(id, customerId, 'dead', till.now());
  await pendingChanges.begin('dead', { subscriptionId: id, customerId, id: 'change-1', change, createdAt: till.now() });
  await pendingChanges.release(id, 'dead');
  await preview();
  expect((await (await till.stripe()).subscriptions.retrieve(id)).cancel_at).not.toBeNull();
});

it('what a change would cost is shown while another request has its turn, and has asked for nothing yet', async () => {
  await till.store.pendingChanges.hold(id, customerId, 'another request', till.now());
  expect(await preview()).toBe('shown');
});

it('a subscription is found by nobody else, nor by whoever has bought nothing yet', async () => {
  const other = await till.signIn('bob', { customer: (await (await till.stripe()).customers.create({})).id });
  for (const as of [other, await till.signIn('new')]) expect(await preview(id, as)).toBe('not_found');
});

it('what Stripe does not know any more is not there, though it is written down', async () => {
  const fact = (await till.store.subscriptions.find(id))!;
  await preview();
  const gone = { ...fact, id: 'sub_gone' };
  await till.store.transaction((tables) => tables.subscriptions.write(gone, 1, till.now()));
  expect(await preview('sub_gone')).toBe('not_found');
});

it('what is gone once it was changed is no answer', async () => {
  const { stripe, store, now } = till;
  const needs = { store, mirror: createMirror({ stripe, store, now }) } as unknown as Till;
  await expect(readBack(needs, 'sub_gone')).rejects.toMatchObject({ code: 'not_found' });
});
