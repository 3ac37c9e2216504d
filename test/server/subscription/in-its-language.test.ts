/** Subscriptions are shown, and begin, in the language that is asked for, which is the customer's from then on. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const trial = { days: 14, cardRequired: false, end: 'free' };
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('free', 0, { kind: 'free', name: { en: 'Free', de: 'Gratis' } }),
    monthlyPlan('tried', 1900, { trial, name: { en: 'Plus', de: 'Mehr' } }),
  ),
  locales: ['en', 'de'],
};

let till: TestTill;
let customer: string;
let token: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  ({ id: customer } = await (await till.stripe()).customers.create({ preferred_locales: ['fr'] }));
  token = await till.signIn('ada', { customer });
});
afterEach(() => till.close());

const start = async (planId: string, query: string) => {
  const body = { selection: { planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} } };
  return (await till.call<SubscriptionResponse>('POST', `/v1/subscriptions${query}`, { token, body })).body.subscription;
};

it('one that begins is answered in it, and the customer’s next letters are in it', async () => {
  expect((await start('free', '?locale=de')).items[0]!.name).toBe('Gratis');
  expect(await (await till.stripe()).customers.retrieve(customer)).toMatchObject({ preferred_locales: ['de', 'fr'] });
});

it.each([
  ['?locale=de', 'Gratis'],
  ['', 'Free'],
])('one that is looked at with "%s" is called %s', async (query, name) => {
  const { id } = await start('free', '');
  const { body } = await till.call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}${query}`, { token });
  expect(body.subscription.items[0]!.name).toBe(name);
});

it('they are shown although the free plan after a trial cannot begin, of which the log tells', async () => {
  await start('tried', '');
  await till.settle();
  till.sandbox.deliveries.hold();
  await till.sandbox.clock.advance(14 * day + 60);
  token = await till.signIn('ada');
  till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/subscriptions', times: 20 });
  const { status, body } = await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token });
  expect([status, body.subscriptions.map(({ planId }) => planId)]).toEqual([200, ['tried']]);
  expect(till.logged('trial.free_plan')).toMatchObject([{ level: 'warn', message: customer }]);
  till.sandbox.faults.clear();
  till.sandbox.deliveries.release();
});
