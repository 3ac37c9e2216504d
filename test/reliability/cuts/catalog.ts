/** A catalog in which every way of changing, trying and buying occurs once, each in a plan group of its own. */
import type { ChangeMode } from '@tillkit/core/catalog/catalog-file';

export const changeModes: readonly ChangeMode[] = [
  'prorate_now',
  'prorate_next_invoice',
  'full_price_now',
  'difference_now',
  'at_period_end',
  'no_charge',
];

const price = (amount: number) => [{ interval: 'month', amounts: { usd: amount } }];
const seats = { min: 1, max: 100 };

export const cutCatalog = {
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  tax: 'none',
  plans: [
    ...changeModes.flatMap((mode) => {
      const changes = { upgrade: mode, downgrade: mode };
      const about = { group: mode, seats, changes };
      return [
        { ...about, id: `small-${mode}`, name: `Small ${mode}`, prices: price(1000) },
        { ...about, id: `large-${mode}`, name: `Large ${mode}`, prices: price(4000) },
      ];
    }),
    { id: 'free', group: 'tried', kind: 'free', name: 'Free', prices: price(0) },
    {
      id: 'tried',
      group: 'tried',
      name: 'Tried',
      seats,
      prices: price(2000),
      trial: { days: 20, cardRequired: false, end: 'cancel', maxQuantity: 5 },
    },
    { id: 'rested', group: 'rested', name: 'Rested', prices: price(3000), trial: { days: 20, cardRequired: false, end: 'pause' } },
  ],
  addOns: [{ id: 'storage', name: 'Storage', prices: price(600), quantity: { min: 0, max: 50 } }],
  products: [
    { id: 'book', name: 'Book', price: { amounts: { usd: 1500 } }, quantity: { max: 9 } },
    { id: 'map', name: 'Map', price: { amounts: { usd: 700 } }, quantity: { max: 9 } },
  ],
};

/** A selection of one of the plans above. */
export const plan = (planId: string, more: object = {}) => ({
  planId,
  interval: 'month',
  currency: 'usd',
  seats: 1,
  addOns: {},
  ...more,
});
