import { catalogGaps } from '@tillkit/core/catalog/catalog-gaps';
import { parseCatalogFile } from '@tillkit/core/catalog/catalog-file';
import { silentFields } from '@tillkit/core/catalog/silent-fields';
import { describe, expect, it } from 'vitest';
import { catalogFile, catalogJson } from '../../support/catalogs.ts';

type Json = Record<string, unknown>;
/** The team suite with one thing at `path` replaced; `undefined` takes it out. */
function broken(path: string, value: unknown): unknown {
  const file = structuredClone(catalogJson['team-suite']) as unknown as Json;
  const keys = path.split(/[.[\]]+/u).filter(Boolean);
  const last = keys.pop() ?? '';
  const owner = keys.reduce<Json>((at, key) => at[key] as Json, file);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return file;
}

describe('an owner’s file', () => {
  it.each(Object.entries(catalogJson))('%s is accepted', (_, json) => {
    expect(parseCatalogFile(json)).toMatchObject({ ok: true });
  });

  it.each([
    ['locales', []],
    ['locales', undefined],
    ['locales[0]', 'English'],
    ['locales[1]', 'en'],
    ['locales', ['en'], 'plans[0].name.he'],
    ['defaultCurrency', 'USD'],
    ['defaultCurrency', 'gbp'],
    ['currencies[0]', 'btc', 'currencies[0]'],
    ['currencies[1]', 'usd', 'currencies[1]'],
    ['defaultInterval', 'week'],
    ['timeZone', 'Europe/Nowhere'],
    ['timeZone', '+02:00'],
    ['tax', 'vat'],
    ['surprise', 1],
    ['plans[0].id', 'Starter!'],
    ['plans[1].id', 'starter'],
    ['plans[0].name', ''],
    ['plans[0].name', { he: 'התחלה' }, 'plans[0].name.en'],
    ['plans[0].features[1]', { he: 'אחסון' }, 'plans[0].features[1].en'],
    ['plans[0].grants', ['Single sign-on!'], 'plans[0].grants[0]'],
    ['plans[0].grants', { 'Single sign-on': true }, 'plans[0].grants.Single sign-on'],
    ['plans[0].grants', { projects: -1 }, 'plans[0].grants.projects'],
    ['plans[0].grants', { projects: 1.5 }, 'plans[0].grants.projects'],
    ['plans[0].grants', { projects: 'endless' }],
    ['plans[0].grants', { projects: false }],
    ['plans[0].grants', { projects: { perUnit: 1 } }],
    ['addOns[1].grants', { storage_gb: { perSeat: 1 } }],
    ['plans[0].grants', ['projects'], 'plans[0].grants[0]'],
    ['addOns[1].grants', { storage_gb: true }, 'addOns[1].grants.storage_gb'],
    ['plans[0].seats', undefined, 'plans[0].grants.seats'],
    ['plans[0].kind', 'gratis'],
    ['plans[0].kind', 'free', 'plans[0].prices'],
    ['plans[0].prices', []],
    ['plans[0].prices[0].interval', 'fortnight'],
    ['plans[0].prices[0].amounts.usd', undefined],
    ['plans[0].prices[0].amounts.usd', 9.5],
    ['plans[0].prices[0].amounts.usd', -900],
    ['plans[0].prices[0].amounts.usd', 49],
    ['plans[0].prices[0].amounts.kwd', 2755],
    ['plans[0].prices[0].amounts.chf', 900],
    ['plans[0].prices[1].interval', 'month', 'plans[0].prices[1]'],
    ['plans[0].seats.max', 0],
    ['plans[0].seats.min', 0],
    ['plans[0].seats.default', 0],
    ['plans[0].prices[0].amounts.usd', '9,00'],
    ['plans[0].prices[0].amounts.usd', 100_000_000],
    ['plans[0].features[0]', { text: 'Projects', inclded: false }],
    ['plans[0].highlight', 'yes'],
    ['plans[0].kind', 'contact', 'plans[0].contactUrl'],
    ['plans[1].kind', 'free', 'plans[1].trial'],
    ['addOns[0].plans', 'team'],
    ['plans[0].seats', { min: 5, max: 12, step: 5 }, 'plans[0].seats.max'],
    ['plans[0].seats.default', 501],
    ['plans[1].trial.days', 731],
    ['plans[1].trial.days', 0],
    ['plans[1].trial.end', 'choose'],
    ['plans[1].trial.end', 'free'],
    ['plans[1].trial.end', 'shrug'],
    ['plans[0].taxCode', 'books'],
    ['plans[0].contactUrl', 7],
    ['addOns[0].prices', []],
    ['addOns[0].prices[0].interval', '3-month'],
    ['addOns[0].quantity.default', 7],
    ['addOns[0].quantity.step', 0],
    ['addOns[2].plans[0]', 'teams'],
    ['addOns[0].image', 'http://example.com/a.png'],
    ['addOns[3].prices', [{ amounts: { usd: 100 } }, { amounts: { usd: 200 } }]],
    ['addOns[0].id', 'starter'],
  ] as [string, unknown, string?][])('with %s = %j is refused at its path', (path, value, reported = path) => {
    const result = parseCatalogFile(broken(path, value));
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toContain(reported);
  });

  it.each([
    ['plans[0].name', undefined, 'This field is missing. Add it.'],
    ['plans[0].colour', 'red', 'There is no field "colour" here. Take it out, or check its spelling.'],
    ['plans[0].prices', {}, 'Use a list in brackets.'],
    ['plans[0].prices[0]', 900, 'Use an object in braces.'],
  ])('with %s = %j says: %s', (path, value, message) => {
    expect(parseCatalogFile(broken(path, value))).toEqual({ ok: false, problems: [{ path, message }] });
  });

  it('says which amount can be taken instead', () => {
    const result = parseCatalogFile(broken('plans[0].prices[0].amounts.kwd', 2755));
    expect(result).toEqual({
      ok: false,
      problems: [{ path: 'plans[0].prices[0].amounts.kwd', message: 'Stripe takes kwd in steps of 10 minor units. Use 2760.' }],
    });
  });

  it('with a contact plan needs an address and no prices', () => {
    const contact = { id: 'enterprise', kind: 'contact', name: 'Enterprise' };
    const withPlan = (plan: object) =>
      parseCatalogFile({ ...catalogJson['team-suite'], plans: [...catalogJson['team-suite'].plans, plan] });
    expect(withPlan({ ...contact, contactUrl: 'mailto:sales@example.com' })).toMatchObject({ ok: true });
    expect(withPlan({ ...contact, contactUrl: 'javascript:alert(1)' })).toMatchObject({
      ok: false,
      problems: [{ path: 'plans[3].contactUrl' }],
    });
  });

  it.each([null, 1, 'text', [], {}])('is refused when it is %j', (value) => {
    expect(parseCatalogFile(value).ok).toBe(false);
  });
});

describe('fields that no widget shows', () => {
  it('are named, each with its path', () => {
    const result = parseCatalogFile({
      locales: ['en'],
      defaultCurrency: 'usd',
      currencies: ['usd'],
      timeZone: 'Europe/Berlin',
      plans: [
        {
          id: 'team',
          name: 'Team',
          callToAction: 'Go',
          features: ['Plain', { text: 'Grouped', group: 'Support' }],
          prices: [{ interval: 'month', amounts: { usd: 900 } }],
        },
        { id: 'big', name: 'Big', kind: 'contact', contactUrl: 'mailto:a@example.com', callToAction: 'Write' },
      ],
      addOnGroups: [{ id: 'extras', name: 'Extras' }],
      addOns: [{ id: 'gb', name: 'Storage', included: { team: 5 }, prices: [{ interval: 'month', amounts: { usd: 100 } }] }],
      products: [{ id: 'book', name: 'Book', image: 'https://example.com/a.png', price: { amounts: { usd: 900 } } }],
    });
    expect(result.ok && silentFields(result.file).map(({ path }) => path)).toEqual([
      'plans[0].callToAction',
      'plans[0].features[1].group',
      'addOns[0].included',
      'addOnGroups[0].name',
      'products[0].image',
    ]);
  });
});

describe('use that costs nothing', () => {
  const sentence = 'What is used costs nothing here. Take metered out, or set the amounts.';
  const refusals = (path: string, value: object): readonly string[] => {
    const result = parseCatalogFile(broken(path, value));
    return result.ok ? [] : result.problems.filter(({ message }) => message === sentence).map((problem) => problem.path);
  };
  const sold = (price: object, more: object = {}) => ({ id: 'one', name: 'One', ...more, prices: [{ interval: 'month', ...price }] });

  it.each([
    ['amounts of 0', { amounts: { usd: 0, eur: 0 } }],
    ['tiers of 0', { tiers: { usd: [{ upTo: 5, unitAmount: 0 }, { flatAmount: 0 }], eur: [{ unitAmount: '0' }] } }],
    ['included units before 0', { amounts: { usd: 0, eur: 0 }, included: 100 }],
  ])('is not counted, with what to do instead: %s', (_, price) => {
    const metered = { ...price, metered: 'calls' };
    expect(refusals('plans[0]', sold(metered, { kind: 'free' }))).toEqual(['plans[0].prices[0].metered']);
    expect(refusals('plans[0]', sold(metered))).toEqual(['plans[0].prices[0].metered']);
    expect(refusals('addOns[1]', { ...sold(metered), id: 'storage', name: 'Storage' })).toEqual(['addOns[1].prices[0].metered']);
    expect(refusals('plans[0]', sold(price, { kind: 'free' }))).toEqual([]);
  });

  it('is where some of it costs something', () => {
    const tiers = { usd: [{ upTo: 5, unitAmount: 0 }, { unitAmount: 1 }], eur: [{ unitAmount: 1 }] };
    expect(refusals('plans[0]', sold({ tiers, metered: 'calls' }))).toEqual([]);
    expect(refusals('plans[0]', sold({ amounts: { usd: 1, eur: 1 }, included: 5, metered: 'calls' }))).toEqual([]);
  });
});

describe('an amount in quotes', () => {
  const faultsOf = (path: string, value: unknown): readonly string[] => {
    const result = parseCatalogFile(broken(path, value));
    return result.ok ? [] : result.problems.map((problem) => `${problem.path}: ${problem.message}`);
  };
  const plan = 'plans[0].prices[0].amounts.usd';

  it.each([
    ['29.00', '2900 for 29.00 USD, or 29 for'],
    ['29.0', '2900 for 29.0 USD'],
    ['29.000', '2900 for 29.000 USD'],
    ['29.99', '2999 for 29.99 USD, or "29.990" for'],
    ['99.5', '9950 for 99.5 USD, or "99.500" for'],
    ['1299.00', '129900 for'],
  ])('%s is refused, with what to write instead', (amount, advice) => {
    expect(faultsOf(plan, amount)).toEqual([expect.stringContaining(`${plan}: "${amount}" is read as minor units`)]);
    expect(faultsOf(plan, amount)[0]).toContain(advice);
  });

  it('is refused in every place that takes one', () => {
    const tiers = { usd: [{ upTo: 5, unitAmount: '10.00' }, { flatAmount: '29.99' }], eur: [{ unitAmount: '10.5' }] };
    const price = (fields: object) => ({
      prices: [
        { interval: 'month', ...fields },
        { interval: 'year', amounts: { usd: 10_000, eur: 9000 } },
      ],
    });
    const addOn = (fields: object) => ({ id: 'storage', name: 'Storage', quantity: { max: 5 }, ...price(fields) });
    const places = (fields: object): string[] => faultsOf('addOns[1]', addOn(fields)).map((fault) => fault.split(': ')[0]!);
    expect(places({ tiers })).toEqual(['addOns[1].prices[0].tiers.usd[0].unitAmount', 'addOns[1].prices[0].tiers.usd[1].flatAmount']);
    expect(places({ amounts: { usd: '29.00', eur: '29.00' } })).toHaveLength(2);
    expect(places({ amounts: { usd: '29.00', eur: 1 }, metered: 'calls' })).toEqual(['addOns[1].prices[0].amounts.usd']);
    expect(places({ amounts: { usd: '29.00', eur: 1 }, included: 5 })).toEqual(['addOns[1].prices[0].amounts.usd']);
  });

  it.each(['29', '49', '0.99', '49.990'])('of %s is less than Stripe charges, as the number is', (amount) => {
    expect(faultsOf('plans[0]', { id: 'one', name: 'One', prices: [{ interval: 'month', amounts: { usd: amount } }] })).toEqual([
      'plans[0].prices[0].amounts.usd: Stripe charges at least 50 minor units of usd.',
    ]);
  });

  it.each(['2900', '2900.125', '99.990', '0'])('of %s is taken', (amount) => {
    expect(
      faultsOf('plans[0]', {
        id: 'one',
        name: 'One',
        prices: [
          { interval: 'month', amounts: { usd: amount } },
          { interval: 'year', amounts: { usd: 1000 } },
        ],
      }),
    ).toEqual([]);
  });

  it('may be a small part where many are bought', () => {
    expect(
      faultsOf('addOns[1]', {
        id: 'storage',
        name: 'Storage',
        quantity: { max: 5000 },
        prices: [{ interval: 'month', amounts: { usd: '0.5' } }],
      }),
    ).toEqual([]);
    expect(
      faultsOf('addOns[1]', {
        id: 'storage',
        name: 'Storage',
        quantity: { max: 5 },
        prices: [{ interval: 'month', amounts: { usd: '0.5' } }],
      }),
    ).toHaveLength(1);
  });
});

describe('what a file leaves open', () => {
  it('is nothing in the examples that have everything', () => {
    expect(catalogGaps(catalogFile(catalogJson['team-suite']))).toEqual([]);
  });

  it('is a currency that one price lacks, and an interval that an add-on lacks', () => {
    const result = parseCatalogFile({
      locales: ['en'],
      defaultCurrency: 'usd',
      currencies: ['usd', 'eur'],
      plans: [
        {
          id: 'pro',
          name: 'Pro',
          setupFee: { amounts: { usd: 1000 } },
          prices: [
            { interval: 'month', amounts: { usd: 900 } },
            { interval: 'year', amounts: { usd: 9000, eur: 8000 } },
          ],
        },
        { id: 'lite', name: 'Lite', prices: [{ interval: 'week', amounts: { usd: 900, eur: 800 } }] },
      ],
      addOns: [
        {
          id: 'seats',
          name: 'Seats',
          plans: ['pro'],
          prices: [{ interval: 'month', tiers: { usd: [{ unitAmount: 100 }], eur: [{ unitAmount: 100 }] } }],
        },
        { id: 'help', name: 'Help', prices: [{ amounts: { usd: 5000 } }] },
      ],
      products: [{ id: 'book', name: 'Book', price: { amounts: { usd: 2000 } } }],
    });
    expect(result.ok && catalogGaps(result.file).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'plans[0].prices[0].amounts.eur: There is no amount in eur, so who pays in eur cannot buy this.',
      'plans[0].setupFee.amounts.eur: There is no amount in eur, so who pays in eur cannot buy this.',
      'addOns[1].prices[0].amounts.eur: There is no amount in eur, so who pays in eur cannot buy this.',
      'products[0].price.amounts.eur: There is no amount in eur, so who pays in eur cannot buy this.',
      'addOns[0].prices: There is no price by the year, so who takes pro by the year cannot have this.',
    ]);
  });
});
