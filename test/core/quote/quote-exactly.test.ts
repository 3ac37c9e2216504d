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

/** 1 February and 1 March 2027, 00:00 UTC: months of 28 and of 31 days. */
const february = Date.UTC(2027, 1, 1) / 1000;
const march = Date.UTC(2027, 2, 1) / 1000;

describe('a coupon of some months', () => {
  const repeating = (months: number) => [off({ percentOff: '50', duration: 'repeating', months })];
  const after = (days: number, months: number, at?: number) => {
    const plans = catalog.plans.map((plan) => (plan.trial ? { ...plan, trial: { ...plan.trial, days } } : plan));
    const { first, introductory } = quoteExactly({ ...catalog, plans }, buy('trial'), {
      discounts: repeating(months),
      ...(at !== undefined && { at }),
    });
    return [first?.amount, introductory];
  };

  it('counts from the start of a trial: one that has run out at its end takes nothing off the first payment', () => {
    expect(after(60, 1)).toEqual([undefined, undefined]);
    expect(after(14, 1)).toEqual([1500, { amount: 1500, months: 1 }]);
    expect(after(60, 3)).toEqual([1500, { amount: 1500, months: 3 }]);
  });

  it('lasts as long as the months that it begins in, and as the shortest where that is not known', () => {
    expect(after(30, 1, march)[0]).toBe(1500);
    expect(after(31, 1, march)[0]).toBeUndefined();
    expect(after(30, 1, february)[0]).toBeUndefined();
    expect(after(30, 1)[0]).toBeUndefined();
    expect(after(27, 1)[0]).toBe(1500);
  });

  it('takes nothing off a second payment that comes later than it lasts, also at an interval of weeks', () => {
    const weeks = (count: number) => {
      const interval = `${count}-week`;
      const plan = { ...catalog.plans.find(({ id }) => id === 'trial')!, prices: [{ id: 'w', interval, amounts: { usd: 3000 } }] };
      return quoteExactly({ ...catalog, plans: [plan], intervals: [interval] }, buy('trial', { interval }), {
        discounts: repeating(1),
        trialAvailable: false,
      });
    };
    expect(weeks(2)).toMatchObject({ dueToday: 1500, introductory: { amount: 1500, months: 1 } });
    expect(weeks(6)).toMatchObject({ dueToday: 1500, recurring: { amount: 3000 } });
    expect(weeks(6)).not.toHaveProperty('introductory');
  });
});

describe('a code that is not good for what is chosen', () => {
  const left = (selection: PlanSelection, discount: Partial<Discount>) => {
    const { dueToday, discounts, leftOut } = quoteExactly(catalog, selection, { discounts: [off(discount)], trialAvailable: false });
    return { dueToday, discounts, leftOut };
  };

  it('takes nothing off an order that is smaller than it asks for, as when less is chosen after it was entered', () => {
    const terms = { percentOff: '50', minimumAmounts: { usd: 40_000 } };
    expect(left(buy('team', { interval: 'year' }), terms)).toMatchObject({ dueToday: (90_000 + 9900) / 2, leftOut: undefined });
    expect(left(buy('team', { seats: 2 }), terms)).toEqual({
      dueToday: 2 * 800 + 9900,
      discounts: undefined,
      leftOut: ['promotion_code_below_minimum'],
    });
    expect(left(buy('trial'), { ...terms, minimumAmounts: { usd: 3000 } })).toMatchObject({ dueToday: 1500 });
  });

  it('takes nothing off in a currency that it does not name, nor off what it is not for', () => {
    const jpy = buy('trial', { currency: 'jpy' });
    expect(left(jpy, { percentOff: '50', minimumAmounts: { usd: 1 } }).leftOut).toEqual(['promotion_code_below_minimum']);
    expect(left(jpy, { amountsOff: { usd: 100 } })).toEqual({
      dueToday: 4000,
      discounts: undefined,
      leftOut: ['promotion_code_not_applicable'],
    });
    expect(left(buy('trial'), { percentOff: '50', appliesTo: ['team'] }).leftOut).toEqual(['promotion_code_not_applicable']);
  });

  it('lowers the first payment after a trial neither', () => {
    const quote = quoteExactly(catalog, buy('trial'), { discounts: [off({ percentOff: '50', minimumAmounts: { usd: 3001 } })] });
    expect([quote.first, quote.introductory, quote.recurring?.amount]).toEqual([undefined, undefined, 3000]);
  });
});
