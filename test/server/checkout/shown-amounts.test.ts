/** What a page has shown is what is sold, or nothing is: a page may stand open, or have an old copy of the catalog, while prices change. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { listedAmounts } from '@tillkit/core/quote/listed-amounts';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import { defaultSelection } from '@tillkit/core/selection/choose';
import type { Selection } from '@tillkit/core/selection/selection';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
afterEach(() => till.close());

const monthly = { interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const open = (selection: unknown, shown: unknown, token?: string) =>
  till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', {
    token,
    body: { selection, returnUrl: shop, verifierHash: newVerifier().verifierHash, ...(shown !== undefined && { shown }) },
  });
const codeOf = ({ status, body }: { readonly status: number; readonly body: Problem }) => (status < 300 ? status : body.code);
const opened = () => till.stripeCalls.filter((call) => call === 'POST /v1/checkout/sessions' || call === 'POST /v1/subscriptions').length;

describe.each(['team-suite', 'redis-hosting', 'everything', 'price-models'])('what the page of %s shows', (name) => {
  it('is sold, and nothing else', async () => {
    till = await startTill({ catalog: name });
    const { body: catalog } = await till.call<Catalog>('GET', '/v1/catalog');
    const plans = catalog.plans.flatMap(({ id }) => {
      const chosen = defaultSelection(catalog, { planId: id });
      return chosen.ok ? [chosen.selection] : [];
    });
    const products = catalog.products.map(({ id }) => ({ productId: id, quantity: 1, currency: catalog.defaultCurrency }));
    const selections: readonly Selection[] = [...plans, ...products];
    expect(selections.length).toBeGreaterThan(1);
    for (const selection of selections) {
      const shown = listedAmounts(quoteExactly(catalog, selection));
      const before = opened();
      for (const other of [
        { ...shown, today: shown.today + 1 },
        { ...shown, recurring: shown.recurring + 100 },
      ])
        expect([selection, codeOf(await open(selection, other))]).toEqual([selection, 'preview_changed']);
      expect(opened()).toBe(before);
      expect([selection, codeOf(await open(selection, shown))]).toEqual([selection, 201]);
    }
  });
});

const catalog = monthlyCatalog(
  monthlyPlan('free', 0, { kind: 'free', group: 'free' }),
  monthlyPlan('plus', 1900, { trial: { days: 14, cardRequired: true } }),
  monthlyPlan('tried', 1900, { group: 'tried', trial: { days: 14, cardRequired: false, end: 'cancel' } }),
);

describe('what was shown', () => {
  it('is refused once the owner has raised the price, in words that say both', async () => {
    till = await startTill({ catalog });
    const selection = { ...monthly, planId: 'plus' };
    const shown = { today: 0, recurring: 1900 };
    expect(codeOf(await open(selection, shown))).toBe(201);
    const client = await till.stripe();
    const [price] = (await client.prices.list({ lookup_keys: ['plus_month'], limit: 1 })).data;
    const dearer = { currency: 'usd', unit_amount: 2900, recurring: { interval: 'month' }, tax_behavior: price!.tax_behavior! } as const;
    await client.prices.create({ product: String(price!.product), ...dearer, lookup_key: 'plus_month', transfer_lookup_key: true });
    await till.settle();
    await till.advance(3600);
    const refused = await open(selection, shown);
    expect([refused.status, refused.body.code]).toEqual([409, 'preview_changed']);
    expect(refused.body.detail).toContain('recurring: 1900 when shown, 2900 now');
    expect(codeOf(await open(selection, { today: 0, recurring: 2900 }))).toBe(201);
  });

  it('is refused once the owner has raised what a unit of use costs, of which nothing is due in advance', async () => {
    till = await startTill({ catalog: 'price-models' });
    const { body: sold } = await till.call<Catalog>('GET', '/v1/catalog');
    const selection = {
      ...monthly,
      planId: 'team',
      seats: sold.plans.find(({ id }) => id === 'team')!.seats!.min,
      addOns: { requests: 1 },
    };
    const shown = listedAmounts(quoteExactly(sold, selection));
    expect(shown.usage).toEqual(['0.05']);
    expect(codeOf(await open(selection, shown))).toBe(201);
    const { usage: _, ...withoutUse } = shown;
    const refused = await open(selection, { ...shown, usage: ['0.04'] });
    expect(codeOf(refused)).toBe('preview_changed');
    expect(refused.body.detail).toContain('one by use: 0.04 when shown, 0.05 now');
    expect(codeOf(await open(selection, withoutUse))).toBe('preview_changed');
    expect(codeOf(await open(selection, { ...shown, usage: [5] }))).toBe('invalid_request');
  });

  it('is refused where it was a trial that this buyer has had', async () => {
    till = await startTill({ catalog });
    const token = await till.signIn('ada');
    const selection = { ...monthly, planId: 'plus' };
    const { checkout } = await till.buy(selection, { token });
    await (await till.stripe()).subscriptions.cancel(checkout.subscription!.id);
    await till.settle();
    expect(codeOf(await open(selection, { today: 0, recurring: 1900 }, token))).toBe('preview_changed');
    expect(codeOf(await open(selection, { today: 1900, recurring: 1900 }, token))).toBe(201);
  });

  it('holds for what begins at once too', async () => {
    till = await startTill({ catalog });
    const token = await till.signIn('ada');
    const start = async (planId: string, shown: object) =>
      codeOf(
        await till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', {
          token,
          body: { selection: { ...monthly, planId }, shown },
        }),
      );
    expect(await start('tried', { today: 0, recurring: 900 })).toBe('preview_changed');
    expect(opened()).toBe(0);
    expect(await start('tried', { today: 0, recurring: 1900 })).toBe(201);
    expect(await start('free', { today: 0, recurring: 0 })).toBe(201);
  });

  it('is no promise of a script that shows nothing, and no amount that is none', async () => {
    till = await startTill({ catalog });
    const selection = { ...monthly, planId: 'plus' };
    expect(codeOf(await open(selection, undefined))).toBe(201);
    for (const shown of [{ today: -1, recurring: 1900 }, { today: 0 }, { today: 0.5, recurring: 1900 }, { today: '0', recurring: 1900 }, 0])
      expect(codeOf(await open(selection, shown))).toBe('invalid_request');
  });
});
