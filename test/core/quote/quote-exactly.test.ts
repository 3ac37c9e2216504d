import type { Discount } from '@tillkit/core/discount/discount';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import { quoteSelection } from '@tillkit/core/quote/quote-selection';
import { checkSelection } from '@tillkit/core/selection/check-selection';
import { defaultSelection } from '@tillkit/core/selection/choose';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile, exampleCatalog, joined } from '../../support/catalogs.ts';

const catalog = joined(
  catalogFile({
    locales: ['en'],
    defaultCurrency: 'usd',
    currencies: ['usd', 'jpy'],
    plans: [
      {
        id: 'team',
        name: 'Team',
        seats: { min: 1, max: 500 },
        setupFee: { amounts: { usd: 9900, jpy: 15_000 } },
        prices: [
          {
            interval: 'month',
            tiers: { usd: [{ upTo: 5, unitAmount: 800 }, { unitAmount: 650 }], jpy: [{ unitAmount: 900, flatAmount: 500 }] },
          },
          { interval: 'year', amounts: { usd: 90_000, jpy: 99_000 } },
        ],
      },
      { id: 'trial', name: 'Trial', trial: { days: 14 }, prices: [{ interval: 'month', amounts: { usd: 3000, jpy: 4000 } }] },
    ],
    addOns: [
      { id: 'storage', name: 'Storage', quantity: { max: 5000 }, prices: [{ interval: 'month', amounts: { usd: '0.5', jpy: '0.25' } }] },
      { id: 'seats', name: 'Seats', quantity: { max: 50 }, prices: [{ interval: 'month', amounts: { usd: 400, jpy: 500 }, included: 3 }] },
      { id: 'calls', name: 'Calls', prices: [{ interval: 'month', amounts: { usd: '0.01', jpy: 1 }, metered: 'api_calls' }] },
      { id: 'training', name: 'Training', prices: [{ amounts: { usd: 20_000, jpy: 30_000 } }] },
    ],
  }),
);
const buy = (planId: string, more: Partial<PlanSelection> = {}): PlanSelection => ({
  planId,
  interval: 'month',
  currency: 'usd',
  seats: 1,
  addOns: {},
  ...more,
});
const off = (more: Partial<Discount>): Discount => ({ id: 'c', name: 'Spring', duration: 'once', ...more });

describe('a quote of the whole engine', () => {
  it('adds tiers, decimals, included units, use and a setup fee', () => {
    const quote = quoteExactly(catalog, buy('team', { seats: 8, addOns: { storage: 333, seats: 5, calls: 1, training: 1 } }));
    expect(quote.lines.map(({ kind, id, amount }) => [kind, id, amount])).toEqual([
      ['plan', 'team', 5 * 800 + 3 * 650],
      ['add_on', 'storage', 167], // 166.5
      ['add_on', 'seats', 2 * 400],
      ['add_on', 'calls', 0],
      ['setup_fee', 'team', 9900],
      ['add_on', 'training', 20_000],
    ]);
    expect(quote).toMatchObject({ dueToday: 5950 + 167 + 800 + 29_900, oneTime: 29_900, recurring: { amount: 6917 } });
    expect(quote.lines[3]!.steps).toEqual([{ kind: 'metered' }]);
  });

  it('prices another currency by its own tiers', () => {
    expect(quoteExactly(catalog, buy('team', { seats: 3, currency: 'jpy' })).recurring).toEqual({
      amount: 3 * 900 + 500,
      interval: 'month',
    });
  });

  it('takes a coupon of the first payment off today and not off renewals', () => {
    const quote = quoteExactly(catalog, buy('trial'), { trialAvailable: false, discounts: [off({ percentOff: '50' })] });
    expect(quote).toMatchObject({ dueToday: 1500, recurring: { amount: 3000 }, discounts: [{ name: 'Spring', amount: 1500 }] });
    expect(quote).not.toHaveProperty('introductory');
  });

  it('keeps a coupon of the first payment for the end of a free trial', () => {
    expect(quoteExactly(catalog, buy('trial'), { discounts: [off({ percentOff: '50' })] })).toMatchObject({
      dueToday: 0,
      introductory: { amount: 1500 },
      recurring: { amount: 3000 },
    });
  });

  it('says for how many months a price is lower', () => {
    const discounts = [off({ percentOff: '20', duration: 'repeating', months: 3 })];
    expect(quoteExactly(catalog, buy('trial'), { trialAvailable: false, discounts })).toMatchObject({
      dueToday: 2400,
      introductory: { amount: 2400, months: 3 },
      recurring: { amount: 3000 },
    });
  });

  it('takes a coupon without end off every renewal', () => {
    expect(
      quoteExactly(catalog, buy('trial'), { trialAvailable: false, discounts: [off({ percentOff: '20', duration: 'forever' })] }),
    ).toMatchObject({
      dueToday: 2400,
      recurring: { amount: 2400 },
    });
  });

  it('asks for a card although the first payment is free', () => {
    expect(quoteExactly(catalog, buy('trial'), { trialAvailable: false, discounts: [off({ percentOff: '100' })] })).toMatchObject({
      dueToday: 0,
      cardRequired: true,
    });
  });

  it('puts tax on top and pays with credit', () => {
    const taxRates = [{ id: 'txr', name: 'VAT', percentage: '19', inclusive: false }];
    expect(quoteExactly(catalog, buy('trial'), { trialAvailable: false, taxRates, balance: -500 })).toMatchObject({
      dueToday: 3570 - 500,
      credit: 500,
      taxes: [{ amount: 570 }],
      recurring: { amount: 3570 },
    });
  });

  it('says the same as the simple quote wherever that one is enough', () => {
    const simple = (['team-suite', 'redis-hosting', 'everything'] as const)
      .map((name) => exampleCatalog(name))
      .filter(({ extended }) => !extended);
    expect(simple.length).toBeGreaterThan(1);
    const choice = fc.record({
      sold: fc.constantFrom(...simple),
      plan: fc.nat(20),
      interval: fc.nat(5),
      seats: fc.integer({ min: 1, max: 50 }),
      quantities: fc.array(fc.nat(20), { minLength: 24, maxLength: 24 }),
      trialAvailable: fc.boolean(),
    });
    let compared = 0;
    fc.assert(
      fc.property(choice, ({ sold, plan, interval, seats, quantities, trialAvailable }) => {
        const first = defaultSelection(sold, {
          planId: sold.plans[plan % sold.plans.length]!.id,
          interval: sold.intervals[interval % sold.intervals.length],
        });
        if (!first.ok) return;
        const addOns = Object.fromEntries(
          sold.addOns.map(({ id }, index) => [id, quantities[index % 24]!] as const).filter(([, quantity]) => quantity > 0),
        );
        const wished = { ...first.selection, seats: sold.plans.find(({ id }) => id === first.selection.planId)?.seats ? seats : 1, addOns };
        const checked = checkSelection(sold, wished);
        const selection = checked.ok ? checked.selection : first.selection;
        expect(quoteExactly(sold, selection, { trialAvailable })).toEqual(quoteSelection(sold, selection, { trialAvailable }));
        compared += 1;
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(800);
  });
});
