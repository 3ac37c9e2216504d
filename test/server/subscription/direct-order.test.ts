/** What begins without a checkout: as it was shown, once however often it is ordered, and for nobody who was erased meanwhile. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCatalogSource, type Offer } from '@tillkit/server/catalog/catalog-source';
import { readPrices } from '@tillkit/server/stripe/price-facts';
import { startDirectly, toDirectOrder } from '@tillkit/server/subscription/direct-order';
import type { OwnedSubscription } from '@tillkit/server/subscription/live';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const catalog = monthlyCatalog(monthlyPlan('free', 0, { kind: 'free' }), monthlyPlan('other', 900, { group: 'other' }));
const selection = { planId: 'free', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
let offer: Offer;
beforeEach(async () => {
  till = await startTill({ catalog });
  const { stripe, file, now } = till;
  const source = { file: async () => file, readPrices: (keys: readonly string[]) => readPrices(stripe, keys), now };
  offer = await createCatalogSource({ ...source, log: recordedLog().log }).current();
});
afterEach(() => till.close());

/** One that the customer had, bought in a plan group, or in nobody knows which. */
const had = (id: string, boughtIn: string | undefined): OwnedSubscription => ({
  id,
  boughtIn,
  customerId: 'cus_ada',
  status: 'canceled',
  interval: 'month',
  currency: 'usd',
  seats: 1,
  addOns: {},
  items: [],
  currentPeriodStart: 0,
  currentPeriodEnd: 0,
  hasPaymentMethod: false,
});
const attemptAfter = (...owned: readonly OwnedSubscription[]) => toDirectOrder({ selection }, owned, offer).attempt;

it('is refused where the page has shown another amount', () => {
  const order = (recurring: number) => toDirectOrder({ selection, shown: { today: 0, recurring } }, [], offer);
  expect(() => order(900)).toThrow(expect.objectContaining({ code: 'preview_changed' }));
  expect(order(0)).toMatchObject({ currency: 'usd', note: { planId: 'free' } });
});

it('is the same order also after something of another plan group was bought', () => {
  expect(attemptAfter(had('sub_other', 'other'))).toBe(attemptAfter());
  expect(attemptAfter(had('sub_2', 'main'), had('sub_1', 'main'))).toBe(attemptAfter(had('sub_1', 'main'), had('sub_2', 'main')));
});

it('is another order after another subscription of the plan group, or of one that nobody knows', () => {
  const attempts = [
    attemptAfter(),
    ...['sub_1', 'sub_2'].flatMap((id) => ['main', undefined].map((group) => attemptAfter(had(id, group)))),
  ];
  expect(new Set(attempts).size).toBe(3);
});

it('is ended again where the customer was erased meanwhile', async () => {
  const stripe = await till.stripe();
  const { id: customer } = await stripe.customers.create({});
  await till.store.transaction((tables) => tables.erased.add(customer, till.now()));
  const order = toDirectOrder({ selection }, [], offer);
  await expect(startDirectly(till, customer, order)).rejects.toMatchObject({ code: 'signed_out' });
  const { data } = await stripe.subscriptions.list({ customer, status: 'all' });
  expect(data.map(({ status }) => status)).toEqual(['canceled']);
});

it('is one subscription however often it is started', async () => {
  const { id: customer } = await (await till.stripe()).customers.create({});
  const order = toDirectOrder({ selection }, [], offer);
  const started = await startDirectly(till, customer, order);
  expect(await startDirectly(till, customer, order)).toBe(started);
});
