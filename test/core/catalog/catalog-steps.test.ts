import { catalogSteps, type CatalogStep, type StripeProductFact } from '@tillkit/core/catalog/catalog-steps';
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import type { StripePriceFact } from '@tillkit/core/catalog/join-catalog';
import { describe, expect, it } from 'vitest';
import { catalogFile, catalogJson } from '../../support/catalogs.ts';

interface Account {
  readonly products: readonly StripeProductFact[];
  readonly prices: readonly StripePriceFact[];
}

/** What Stripe has after the steps: products are found by our metadata, a lookup key moves to the newest price. */
function take(account: Account, steps: readonly CatalogStep[]): Account {
  return steps.reduce<Account>(({ products, prices }, step) => {
    if (step.kind === 'create_product' || step.kind === 'update_product') {
      const { tillId, tillKind, name, description, taxCode } = step.product;
      const id = step.kind === 'update_product' ? step.productId : `prod_${products.length}`;
      const product = { id, name, description, taxCode, active: true, metadata: { till_id: tillId, till_kind: tillKind } };
      return { prices, products: [...products.filter((other) => other.id !== id), product] };
    }
    const { price } = step;
    const fact: StripePriceFact = {
      id: `price_${prices.length}`,
      productId: products.find(({ metadata }) => metadata.till_id === price.tillId)?.id ?? '',
      lookupKey: price.lookupKey,
      active: true,
      currency: price.currency,
      unitAmount: price.unitAmount ?? null,
      ...(price.model && { model: price.model }),
      taxBehaviors: Object.fromEntries([price.currency, ...Object.keys(price.currencyOptions)].map((one) => [one, price.taxBehavior])),
      currencyOptions: Object.fromEntries(
        Object.entries({ ...price.currencyOptions, [price.currency]: price.unitAmount }).map(([currency, amount]) => [
          currency,
          amount ?? null,
        ]),
      ),
      ...(price.interval && { interval: price.interval }),
    };
    return { products, prices: [...prices.map((old) => (old.lookupKey === price.lookupKey ? { ...old, lookupKey: null } : old)), fact] };
  }, account);
}

const empty: Account = { products: [], prices: [] };
const suite = catalogFile(catalogJson['team-suite']);
const changed = (change: (file: CatalogFile) => void): CatalogFile => {
  const file = structuredClone(suite);
  change(file);
  return file;
};

describe('the steps of till catalog apply', () => {
  it.each(Object.entries(catalogJson))('leave nothing to do the second time: %s', (_, json) => {
    const file = catalogFile(json);
    const steps = catalogSteps(file, empty);
    expect(steps.filter(({ kind }) => kind === 'create_product')).toHaveLength(file.plans.length + file.addOns.length);
    expect(catalogSteps(file, take(empty, steps))).toEqual([]);
  });

  it('replace a price whose amount has changed, and nothing else', () => {
    const account = take(empty, catalogSteps(suite, empty));
    const dearer = changed((file) => {
      const price = file.plans[1]?.prices[0];
      if (price) price.amounts.eur = 3100;
    });
    const steps = catalogSteps(dearer, account);
    expect(steps).toMatchObject([{ kind: 'replace_price', price: { lookupKey: 'team_month', currencyOptions: { eur: 3100 } } }]);
    const after = take(account, steps);
    expect(after.prices).toHaveLength(account.prices.length + 1);
    expect(after.prices.every(({ active }) => active)).toBe(true);
    expect(catalogSteps(dearer, after)).toEqual([]);
  });

  it('replace every price whose tax behavior is another one', () => {
    const account = take(empty, catalogSteps(suite, empty));
    const taxed = changed((file) => {
      file.tax = 'exclusive';
    });
    const steps = catalogSteps(taxed, account);
    expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(['replace_price']));
    expect(steps).toHaveLength(account.prices.length);
    expect(catalogSteps(taxed, take(account, steps))).toEqual([]);
  });

  it('update a product whose texts have changed, and bring back an archived one', () => {
    const account = take(empty, catalogSteps(suite, empty));
    const renamed = changed((file) => {
      if (file.plans[0]) file.plans[0].name = 'Solo';
    });
    expect(catalogSteps(renamed, account)).toMatchObject([{ kind: 'update_product', product: { name: 'Solo' } }]);
    const archived = { ...account, products: account.products.map((product, index) => (index ? product : { ...product, active: false })) };
    expect(catalogSteps(suite, archived)).toMatchObject([{ kind: 'update_product', text: 'bring back product "Starter"' }]);
  });

  it('never touch what a plan that left the file still charges', () => {
    const account = take(empty, catalogSteps(suite, empty));
    expect(
      catalogSteps(
        changed((file) => file.plans.splice(0, 1)),
        account,
      ),
    ).toEqual([]);
  });
});

describe('the sentence of a step', () => {
  it.each([
    [{ interval: 'month', amounts: { usd: 2900, eur: 2700, jpy: 450 } }, '$29.00, €27.00, ¥450'],
    [{ interval: 'month', amounts: { usd: '2900', kwd: 2900 } }, '$29.00, KWD\u00a02.900'],
    [{ interval: 'month', amounts: { usd: '0.125' }, metered: 'calls' }, '$0.00125'],
    [{ interval: 'month', amounts: { usd: '12.5' }, included: 50 }, '$0.125 beyond 50'],
    [{ interval: 'month', amounts: { usd: 500 }, transformQuantity: { divideBy: 10, round: 'up' as const } }, '$5.00 per 10'],
    [
      {
        interval: 'month',
        amounts: {},
        tiers: {
          usd: [
            { upTo: 10, unitAmount: 500 },
            { upTo: null, unitAmount: '250.5', flatAmount: 1000 },
          ],
        },
      },
      '[1–10: $5.00 each; 11+: $10.00 flat and $2.505 each]',
    ],
  ])('tells amounts as money: %j', (price, text) => {
    const steps = catalogSteps(
      changed((file) => file.plans[0]!.prices.splice(0, 9, price)),
      empty,
    );
    expect(steps.find((step) => step.kind === 'create_price')?.text).toBe(`create price starter_month: ${text}`);
  });
});
