/** A three-letter ISO 4217 code in lower case, as Stripe writes it: `usd`, `ils`, `kwd`. */
export type CurrencyCode = string;
