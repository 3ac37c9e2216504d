import { CatalogSchema } from '@tillkit/core/catalog/catalog';
import { appliedPrices } from '@tillkit/core/catalog/applied-prices';
import { joinCatalog } from '@tillkit/core/catalog/join-catalog';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { catalogFile, catalogJson, exampleCatalog } from '../../support/catalogs.ts';

const file = catalogFile(catalogJson['team-suite']);
const prices = appliedPrices(file);

describe('the catalog that a page sees', () => {
  it.each(Object.keys(catalogJson) as (keyof typeof catalogJson)[])('has the form of the contract: %s', (name) => {
    const catalog = exampleCatalog(name);
    expect(v.parse(CatalogSchema, JSON.parse(JSON.stringify(catalog)))).toEqual(JSON.parse(JSON.stringify(catalog)));
  });

  it('takes amounts from Stripe, not from the file', () => {
    const changed = prices.map((price) =>
      price.lookupKey === 'team_month' ? { ...price, unitAmount: 3100, currencyOptions: { eur: 3000 } } : price,
    );
    const { catalog } = joinCatalog(file, changed, { locale: 'en' });
    expect(catalog.plans[1]?.prices[0]).toEqual({ id: 'team_month', interval: 'month', amounts: { usd: 3100, eur: 3000 } });
  });

  it('leaves out and reports what Stripe does not sell', () => {
    const { catalog, problems } = joinCatalog(
      file,
      prices.filter(({ lookupKey }) => lookupKey !== 'team_year'),
      { locale: 'en' },
    );
    expect(problems).toEqual([
      { lookupKey: 'team_year', message: 'Stripe has no active price with this lookup key. Run "till catalog apply".' },
    ]);
    expect(catalog.plans[1]?.prices.map(({ interval }) => interval)).toEqual(['month']);
  });

  it('does not sell an archived price or one with another interval', () => {
    const spoiled = prices.map((price) => ({
      ...price,
      ...(price.lookupKey === 'team_year' && { interval: 'month' }),
      ...(price.lookupKey === 'starter_month' && { active: false }),
    }));
    expect(joinCatalog(file, spoiled, { locale: 'en' }).problems.map(({ lookupKey }) => lookupKey)).toEqual(['starter_month', 'team_year']);
  });

  it('does not sell what Stripe has no whole amount for', () => {
    const tiered = prices.map((price) => (price.lookupKey === 'team_year' ? { ...price, unitAmount: null } : price));
    expect(joinCatalog(file, tiered, { locale: 'en' }).problems).toMatchObject([
      { lookupKey: 'team_year', message: expect.stringContaining('usd') as string },
    ]);
  });

  it.each([
    ['inclusive', 'inclusive', true],
    ['inclusive', 'exclusive', false],
    // the account's settings may add tax
    ['inclusive', 'unspecified', false],
    ['exclusive', 'exclusive', true],
    ['exclusive', 'inclusive', false],
    ['exclusive', 'unspecified', true],
    ['none', 'exclusive', true],
    ['none', 'inclusive', true],
  ] as const)('with "tax": "%s" and a price that Stripe takes to be %s: sold %s', (tax, behavior, isSold) => {
    const taxed = { ...file, tax };
    const changed = appliedPrices(taxed).map((price) =>
      price.lookupKey === 'team_month' ? { ...price, taxBehaviors: { ...price.taxBehaviors, usd: behavior } } : price,
    );
    const { catalog, problems } = joinCatalog(taxed, changed, { locale: 'en' });
    expect(catalog.plans[1]?.prices.some(({ id }) => id === 'team_month')).toBe(isSold);
    expect(problems.map(({ message }) => message)).toEqual(
      isSold ? [] : [`Stripe taxes the price with this lookup key otherwise than "tax": "${tax}". Run "till catalog apply".`],
    );
  });

  it('is not sold in a further currency in which it is taxed otherwise', () => {
    const taxed = { ...file, tax: 'inclusive' } as const;
    const changed = appliedPrices(taxed).map((price) => ({
      ...price,
      taxBehaviors: { ...price.taxBehaviors, ...(price.lookupKey === 'team_month' && { eur: 'exclusive' as const }) },
    }));
    const { catalog, problems } = joinCatalog(taxed, changed, { locale: 'en' });
    const { eur: _, ...others } = file.plans[1]!.prices[0]!.amounts;
    expect([catalog.plans[1]?.prices[0]?.amounts, problems]).toEqual([others, []]);
  });

  it('starts at an interval that is sold', () => {
    const yearly = prices.filter(({ interval }) => interval !== 'month');
    expect(joinCatalog(file, yearly, { locale: 'en' }).catalog).toMatchObject({ intervals: ['year'], defaultInterval: 'year' });
  });

  it('speaks the asked language, else the first of the file, and writes numbers in the asked one', () => {
    expect(exampleCatalog('team-suite', 'he').plans[1]?.name).toBe('צוות');
    expect(exampleCatalog('team-suite', 'he-IL').plans[1]?.name).toBe('צוות');
    const german = exampleCatalog('team-suite', 'de');
    expect(german.plans[1]?.name).toBe('Team');
    expect(german.money.eur?.decimal).toBe(',');
  });

  it('has the same version for the same content and another for any other', () => {
    const version = (locale: string) => joinCatalog(file, prices, { locale }).catalog.version;
    expect(version('en')).toBe(version('en'));
    expect(version('en')).not.toBe(version('he'));
    const dearer = prices.map((price, index) => (index ? price : { ...price, unitAmount: 901 }));
    expect(joinCatalog(file, dearer, { locale: 'en' }).catalog.version).not.toBe(version('en'));
  });

  it('orders intervals from short to long', () => {
    expect(exampleCatalog('everything').intervals).toEqual(['month', '3-month', '6-month', 'year']);
  });
});
