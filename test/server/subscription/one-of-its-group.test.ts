/** What begins to cost something is the only one of its plan group that does, and whoever waits for it finds it written down. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCatalogSource, type CatalogSource } from '@tillkit/server/catalog/catalog-source';
import { readPrices } from '@tillkit/server/stripe/price-facts';
import type { SubscriptionFact } from '@tillkit/server/stripe/subscription-fact';
import { createMirror } from '@tillkit/server/subscription/mirror';
import { asTheOnlyOne, demandOnlyOne } from '@tillkit/server/subscription/only-one';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const month = 30 * 86_400;
const catalog = monthlyCatalog(
  monthlyPlan('small', 1000),
  monthlyPlan('free', 0, { kind: 'free' }),
  monthlyPlan('other', 900, { group: 'other' }),
);

let till: TestTill;
let source: CatalogSource;
beforeEach(async () => {
  till = await startTill({ catalog });
  const { stripe, file, now } = till;
  source = createCatalogSource({ file: async () => file, readPrices: (keys) => readPrices(stripe, keys), now, log: recordedLog().log });
});
afterEach(() => till.close());

describe('beside another subscription of the customer', () => {
  /** What somebody has of a plan, or of something that the catalog does not sell. */
  const had = async (id: string, planId: string, more: object = {}): Promise<SubscriptionFact> => {
    const { data } = await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] });
    const amount = data[0]?.unit_amount ?? 700;
    const item = { id: 'si_1', priceId: 'price_1', quantity: 1, unitAmount: amount, amount, interval: 'month' as const };
    return {
      id,
      customerId: 'cus_ada',
      status: 'active',
      created: till.now(),
      currency: 'usd',
      items: [{ ...item, productId: String(data[0]?.product ?? 'prod_owners'), periodStart: till.now(), periodEnd: till.now() + month }],
      collectionPaused: false,
      hasPaymentMethod: true,
      note: {},
      ...more,
    };
  };
  const write = (fact: SubscriptionFact) => till.store.transaction((tables) => tables.subscriptions.write(fact, 1, till.now()));
  const demand = (fact: SubscriptionFact) => demandOnlyOne({ store: till.store, catalog: source }, fact);

  it.each([
    ['of the same plan group', 'small', {}],
    ['that stands still and has a card', 'small', { status: 'paused' }],
    ['that is owed for', 'small', { status: 'past_due' }],
  ])('%s it is refused', async (_, planId, more) => {
    const wanted = await had('sub_wanted', 'small');
    for (const fact of [wanted, await had('sub_old', 'other'), await had('sub_beside', planId, more)]) await write(fact);
    await expect(demand(wanted)).rejects.toMatchObject({ code: 'already_subscribed' });
  });

  it.each([
    ['of another group', 'other', {}],
    ['that costs nothing', 'free', {}],
    ['that stands still for want of a card', 'small', { status: 'paused', hasPaymentMethod: false }],
    ['that has ended', 'small', { status: 'canceled' }],
    ['that was never paid', 'small', { status: 'incomplete_expired' }],
  ])('%s it is not', async (_, planId, more) => {
    const wanted = await had('sub_wanted', 'small');
    for (const fact of [wanted, await had('sub_beside', planId, more)]) await write(fact);
    await expect(demand(wanted)).resolves.toBeUndefined();
  });

  it('neither of which is in a plan group it is not', async () => {
    const wanted = await had('sub_wanted', 'unheard-of');
    for (const fact of [wanted, await had('sub_beside', 'unheard-of')]) await write(fact);
    await expect(demand(wanted)).resolves.toBeUndefined();
  });
});

describe('what was done to it is written down afterwards', () => {
  it.each([
    ['that is sold in a plan group', true],
    ['that is in none', false],
  ])('to one %s, also where the rest of it fails', async (_, inGroup) => {
    const { stripe, store, now } = till;
    const { id } = (await till.buy({ planId: 'small', interval: 'month', currency: 'usd', seats: 1, addOns: {} })).checkout.subscription!;
    await till.settle();
    till.sandbox.deliveries.hold();
    const mirror = createMirror({ stripe, store, now });
    const fact = (await mirror.refresh(id))!;
    const wanted = inGroup ? fact : { ...fact, items: [], note: {} };
    const work = async () => {
      await (await stripe()).subscriptions.update(id, { cancel_at_period_end: true });
      throw new Error('The rest of it fails.');
    };
    await expect(asTheOnlyOne({ stripe, store, mirror, catalog: source, now }, wanted, work)).rejects.toThrow('The rest of it fails.');
    expect((await store.subscriptions.find(id))?.cancelAt).toBeDefined();
    till.sandbox.deliveries.release();
  });
});
