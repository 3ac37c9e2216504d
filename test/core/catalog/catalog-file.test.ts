import { parseCatalogFile } from '@tillkit/core/catalog/catalog-file';
import { silentFields } from '@tillkit/core/catalog/silent-fields';
import { describe, expect, it } from 'vitest';
import { catalogJson } from '../../support/catalogs.ts';

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
