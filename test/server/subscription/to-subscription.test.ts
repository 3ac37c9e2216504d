/** What a page is told of a subscription: in the catalog's words as far as it knows them, and nothing that is not known. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogSource, type Offer } from '@tillkit/server/catalog/catalog-source';
import { readPrices } from '@tillkit/server/stripe/price-facts';
import type { ItemFact, SubscriptionFact } from '@tillkit/server/stripe/subscription-fact';
import { toOwned, toSubscription, toSubscriptions } from '@tillkit/server/subscription/to-subscription';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const created = 1_809_172_800;
const day = 86_400;
const trialOf = (end: string) => ({ trial: { days: 14, cardRequired: false, end } });
const addOn = (id: string, name: unknown) => ({ id, name, prices: [{ interval: 'month', amounts: { usd: 300 } }] });
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('plus', 1900, { name: { en: 'Plus', de: 'Mehr' } }),
    monthlyPlan('free', 0, { group: 'tried', kind: 'free' }),
    monthlyPlan('chosen', 1900, { group: 'tried', ...trialOf('choose') }),
    monthlyPlan('ending', 1900, { group: 'ended', ...trialOf('cancel') }),
  ),
  locales: ['en', 'de'],
  addOns: [addOn('storage', { en: 'Storage', de: 'Speicher' }), addOn('domains', 'Domains')],
  products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } } }],
};

let till: TestTill;
let offer: Offer;
/** Stripe's product of what the catalog sells. */
let products: Record<string, string>;
beforeAll(async () => {
  till = await startTill({ catalog });
  const { stripe, file, now } = till;
  const source = { file: async () => file, readPrices: (keys: readonly string[]) => readPrices(stripe, keys), now };
  offer = await createCatalogSource({ ...source, log: recordedLog().log }).current();
  const { data } = await (await till.stripe()).prices.list({ limit: 100 });
  products = Object.fromEntries(data.map(({ product }) => [offer.entryOf(String(product))?.id, String(product)]));
});
afterAll(() => till.close());

/** An item of the catalog, or of a product of the owner's own. */
const item = (name: string, more: Partial<ItemFact> = {}): ItemFact => ({
  id: `si_${name}`,
  priceId: `price_${name}`,
  productId: products[name] ?? `prod_${name}`,
  quantity: 1,
  unitAmount: 1900,
  amount: 1900,
  interval: 'month',
  periodStart: created,
  periodEnd: created + 30 * day,
  ...more,
});
const fact = (items: readonly ItemFact[], more: Partial<SubscriptionFact> = {}): SubscriptionFact => ({
  id: 'sub_1',
  customerId: 'cus_ada',
  status: 'active',
  created,
  currency: 'usd',
  items,
  collectionPaused: false,
  hasPaymentMethod: true,
  note: {},
  ...more,
});
const shown = (items: readonly ItemFact[], more?: Partial<SubscriptionFact>, locale?: string) =>
  toSubscription(fact(items, more), offer, locale);

it('of which there is little to tell, nothing more is told', () => {
  expect(shown([item('plus')])).toStrictEqual({
    id: 'sub_1',
    customerId: 'cus_ada',
    status: 'active',
    group: 'main',
    planId: 'plus',
    interval: 'month',
    currency: 'usd',
    seats: 1,
    addOns: {},
    items: [
      {
        id: 'si_plus',
        kind: 'plan',
        productId: 'plus',
        name: 'Plus',
        quantity: 1,
        unitAmount: 1900,
        amount: 1900,
        interval: 'month',
        explanation: expect.any(Array),
      },
    ],
    currentPeriodStart: created,
    currentPeriodEnd: created + 30 * day,
    hasPaymentMethod: true,
    needsPaymentMethod: true,
  });
});

it('what else is known of it is told', () => {
  const openInvoices = [{ id: 'in_1', created, amountDue: 1900 }];
  const known = { trialEnd: created + 14 * day, cancelAt: created + 60 * day, endsByOwner: true, openInvoices } as const;
  const told = shown([item('plus')], { ...known, changePendingUntil: created + day, nextPayment: { at: created + day, amount: 1900 } });
  expect(told).toMatchObject({ ...known, changePendingUntil: created + day });
  expect(told.nextPayment).toStrictEqual({ at: created + day, amount: 1900 });
  expect(shown([item('plus')], { status: 'canceled', endedAt: created + day }).endedAt).toBe(created + day);
});

it('what comes next is told with what it is made of, in the language that is asked for', () => {
  const at = created + 30 * day;
  const period = { periodStart: at, periodEnd: at + 30 * day };
  const line = { description: 'Plus', quantity: 1, amount: 1900, proration: false, recurring: true, productId: products.plus!, ...period };
  const invoice = { currency: 'usd', lines: [{ ...line, priceId: 'price_plus' }], discounts: [], taxes: [], total: 1900, amountDue: 1900 };
  const { nextPayment } = shown([item('plus')], { nextPayment: { at, amount: 1900, invoice } }, 'de');
  expect(nextPayment).toMatchObject({
    at,
    amount: 1900,
    receipt: { due: { kind: 'at', at }, lines: [{ name: 'Mehr', interval: 'month' }] },
  });
});

describe('the items', () => {
  it('stand as in the catalog: the plan, its add-ons, and what the owner sells without it', () => {
    const { items, seats, addOns } = shown([
      item('owners', { productName: 'Hours' }),
      item('domains', { quantity: 2 }),
      item('storage', { quantity: 5 }),
      item('plus', { quantity: 3 }),
      item('unnamed'),
    ]);
    expect(items.map(({ kind, productId, name }) => [kind, productId, name])).toEqual([
      ['plan', 'plus', 'Plus'],
      ['add_on', 'storage', 'Storage'],
      ['add_on', 'domains', 'Domains'],
      ['unknown', 'prod_owners', 'Hours'],
      ['unknown', 'prod_unnamed', 'prod_unnamed'],
    ]);
    expect([seats, addOns]).toEqual([3, { storage: 5, domains: 2 }]);
  });

  it('are named in the language that is asked for', () => {
    const { items } = shown([item('plus'), item('storage'), item('domains')], {}, 'de-AT');
    expect(items.map(({ name }) => name)).toEqual(['Mehr', 'Speicher', 'Domains']);
  });

  it('are not taken for what the catalog sells alone', () => {
    const [only] = shown([item('handbook', { productName: 'The handbook' })]).items;
    expect(only).toMatchObject({ kind: 'unknown', productId: products.handbook, name: 'The handbook' });
  });
});

describe('the period', () => {
  const yearly = { interval: 'year', periodStart: created + day, periodEnd: created + 365 * day } as const;
  const periodOf = (...items: readonly ItemFact[]) => {
    const { interval, currentPeriodStart, currentPeriodEnd } = shown(items);
    return [interval, currentPeriodStart - created, currentPeriodEnd - created];
  };

  it('is the plan’s, wherever it stands', () => {
    expect(periodOf(item('storage'), item('plus', yearly))).toEqual(['year', day, 365 * day]);
  });

  it('is that of what stands first where there is no plan', () => {
    expect(periodOf(item('owners', yearly), item('storage'))).toEqual(['year', day, 365 * day]);
  });

  it('is none where there is nothing', () => {
    expect(periodOf()).toEqual(['month', 0, 0]);
  });
});

describe('the plan group', () => {
  it('is that of the plan, and not the one in which it was bought, which is known beside it', () => {
    const moved = fact([item('chosen')], { note: { group: 'main' } });
    expect(toSubscription(moved, offer).group).toBe('tried');
    expect(toOwned([moved, fact([item('plus')])], offer).map(({ boughtIn }) => boughtIn)).toEqual(['main', undefined]);
  });

  it('is the one in which it was bought where the plan is sold no more', () => {
    expect(shown([item('owners')], { note: { group: 'former' } })).toMatchObject({ group: 'former', seats: 1 });
    expect(shown([item('owners', { quantity: 4 })])).not.toHaveProperty('group');
  });
});

describe('a pause of payments', () => {
  it.each([
    ['until a moment', { collectionPaused: true, collectionResumesAt: created + day }, { resumesAt: created + day }],
    ['until it is taken back', { collectionPaused: true }, {}],
    ['that is none', { collectionResumesAt: created + day }, undefined],
    ['of what has ended', { collectionPaused: true, status: 'canceled', endedAt: created + day } as const, undefined],
  ])('%s', (_, more, told) => {
    expect(shown([item('plus')], more).collectionPaused).toStrictEqual(told);
  });
});

describe('why it ended', () => {
  const ended = { status: 'canceled', endedAt: created + 14 * day } as const;
  it.each([
    ['it runs', { cancelReason: 'payment_failed' }, undefined],
    ['it was never paid', { status: 'incomplete_expired' } as const, 'expired'],
    ['it was owed for too long', { ...ended, cancelReason: 'payment_failed' }, 'payment_failed'],
    ['somebody ended it', { ...ended, cancelReason: 'cancellation_requested' }, 'canceled'],
    ['its trial was over', { ...ended, trialEnd: created + 14 * day }, 'trial_ended'],
  ])('%s', (_, more, reason) => {
    expect(shown([item('plus')], more).endReason).toBe(reason);
  });
});

describe('what is planned for it', () => {
  const at = created + 30 * day;
  const line = (name: string, quantity = 1) => ({ productId: products[name] ?? `prod_${name}`, quantity, interval: 'year' as const });
  const planned = (...items: readonly ReturnType<typeof line>[]) => shown([item('plus')], { scheduled: { at, items } }).scheduledChange;

  it('is told in the catalog’s words', () => {
    const scheduledChange = { at, planId: 'chosen', interval: 'year', seats: 3, addOns: { storage: 2 } };
    expect(planned(line('storage', 2), line('owners', 9), line('chosen', 3))).toStrictEqual(scheduledChange);
  });

  it('is told as the owner’s', () => {
    const scheduled = { at, byOwner: true, items: [line('chosen')] } as const;
    expect(shown([item('plus')], { scheduled }).scheduledChange).toMatchObject({ byOwner: true, planId: 'chosen' });
  });

  it('names no plan where the catalog sells none of it', () => {
    expect(planned(line('owners', 9))).toStrictEqual({ at, planId: '', interval: '', seats: 1, addOns: {} });
  });
});

describe('a choice is due after a trial', () => {
  const trialEnd = created + 14 * day;
  const tried = (name = 'chosen') => fact([item(name)], { id: 'sub_tried', status: 'canceled', trialEnd, endedAt: trialEnd });
  const other = (status: SubscriptionFact['status'], name = 'chosen') => fact([item(name)], { id: 'sub_other', status });
  const dueOf = (...facts: readonly SubscriptionFact[]) => toSubscriptions(facts, offer).map(({ choiceDue = false }) => choiceDue);

  it('that the catalog lets end so, and after no other', () => {
    expect(dueOf(tried())).toEqual([true]);
    expect(dueOf(tried('ending'))).toEqual([false]);
    expect(dueOf(tried('owners'))).toEqual([false]);
    expect(dueOf(other('canceled'))).toEqual([false]);
  });

  it.each([
    ['that runs', 'active'],
    ['that has ended again', 'canceled'],
  ] as const)('until another one of the plan group %s has followed', (_, status) => {
    expect(dueOf(other(status), tried())).toEqual([false, false]);
  });

  it.each([
    ['was never paid for', 'incomplete_expired', 'chosen'],
    ['is of another plan group', 'active', 'plus'],
  ] as const)('also where what followed %s', (_, status, name) => {
    expect(dueOf(other(status, name), tried())).toEqual([false, true]);
  });

  it('unless an older one of the plan group still runs', () => {
    expect(dueOf(tried(), other('active'))).toEqual([false, false]);
    expect(dueOf(tried(), other('canceled'))).toEqual([true, false]);
  });
});
