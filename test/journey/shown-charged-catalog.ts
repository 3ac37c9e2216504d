/** What the random lives of shown-charged-lives.ts can buy. */
const amounts = (usd: number): { amounts: { usd: number } } => ({ amounts: { usd } });

/** How a shop taxes, and how its plans are changed; the shops together do it in every mode there is. */
interface ShopTerms {
  readonly tax: 'none' | 'exclusive' | 'inclusive';
  readonly changes: Readonly<Record<'solo' | 'team' | 'pro', { readonly upgrade: string; readonly downgrade: string }>>;
}

const later = 'at_period_end';
export const shops: readonly ShopTerms[] = [
  {
    tax: 'none',
    changes: {
      solo: { upgrade: 'prorate_now', downgrade: later },
      team: { upgrade: 'prorate_now', downgrade: later },
      pro: { upgrade: 'full_price_now', downgrade: later },
    },
  },
  {
    tax: 'exclusive',
    changes: {
      solo: { upgrade: 'difference_now', downgrade: 'no_charge' },
      team: { upgrade: 'prorate_next_invoice', downgrade: 'prorate_next_invoice' },
      pro: { upgrade: 'difference_now', downgrade: later },
    },
  },
  {
    tax: 'inclusive',
    changes: {
      solo: { upgrade: 'no_charge', downgrade: 'prorate_next_invoice' },
      team: { upgrade: 'full_price_now', downgrade: 'no_charge' },
      pro: { upgrade: 'prorate_now', downgrade: 'prorate_now' },
    },
  },
];

/** Every price model, a setup fee, a trial, something paid once and decimals. */
export const catalogOf = ({ tax, changes }: ShopTerms) => ({
  tax,
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [
    {
      id: 'solo',
      name: 'Solo',
      changes: changes.solo,
      prices: [
        { interval: 'month', ...amounts(900) },
        { interval: 'year', ...amounts(9000) },
      ],
    },
    {
      id: 'team',
      name: 'Team',
      seats: { min: 2, max: 50, default: 8 },
      setupFee: amounts(9900),
      changes: changes.team,
      prices: [
        { interval: 'month', tiersMode: 'graduated', tiers: { usd: [{ upTo: 5, unitAmount: 1200 }, { unitAmount: 1000 }] } },
        {
          interval: 'year',
          tiersMode: 'volume',
          tiers: {
            usd: [
              { upTo: 10, unitAmount: 12_000 },
              { unitAmount: 9600, flatAmount: 5000 },
            ],
          },
        },
      ],
    },
    {
      id: 'pro',
      name: 'Pro',
      trial: { days: 14 },
      changes: changes.pro,
      prices: [
        { interval: 'month', ...amounts(2900) },
        { interval: 'year', ...amounts(29_000) },
      ],
    },
  ],
  addOns: [
    {
      id: 'storage',
      name: 'Storage',
      quantity: { max: 500 },
      prices: ['month', 'year'].map((interval) => ({ interval, amounts: { usd: '3.5714' } })),
    },
    {
      id: 'messages',
      name: 'Messages',
      quantity: { max: 5000, step: 500 },
      prices: ['month', 'year'].map((interval) => ({ interval, ...amounts(500), transformQuantity: { divideBy: 1000, round: 'up' } })),
    },
    { id: 'training', name: 'Training', prices: [amounts(20_000)] },
  ],
});
/** Promotion codes that a buyer may enter. */
export const codes = {
  HALF: { percent_off: 50, duration: 'once' },
  LASTING: { percent_off: 10, duration: 'forever' },
  FIVER: { amount_off: 500, currency: 'usd', duration: 'forever' },
} as const;
