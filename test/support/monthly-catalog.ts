/** Catalogs of a few plans by the month in US dollars, for tests that are about what becomes of them. */

/** A plan named as its id; `amount` in cents a month, `more` what else the file may say of it. */
export const monthlyPlan = (id: string, amount: number, more: object = {}) => ({
  id,
  name: id,
  prices: [{ interval: 'month', amounts: { usd: amount } }],
  ...more,
});

/** A catalog file in English that sells these. */
export const monthlyCatalog = (...plans: readonly { readonly id: string; readonly [field: string]: unknown }[]) => ({
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans,
});
