/** What the random lives of shown-charged-lives.ts can buy. */
const amounts = (usd: number): { amounts: { usd: number } } => ({ amounts: { usd } });

/** Every price model, a setup fee, a trial, something paid once and decimals; changes in three of the modes. */
export const catalog = {
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [
    {
      id: 'solo',
      name: 'Solo',
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
      changes: { upgrade: 'prorate_now', downgrade: 'at_period_end' },
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
      changes: { upgrade: 'full_price_now', downgrade: 'at_period_end' },
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
};
/** Promotion codes that a buyer may enter. */
export const codes = {
  HALF: { percent_off: 50, duration: 'once' },
  LASTING: { percent_off: 10, duration: 'forever' },
  FIVER: { amount_off: 500, currency: 'usd', duration: 'forever' },
} as const;
