/**
 * The largest amount that Stripe charges. Source: Stripe's page "Supported currencies", minimum and maximum amounts: eight
 * digits, and more for some currencies.
 */
import type { CurrencyCode } from './currency-code.ts';
import { mostDigitsOfLargeCards } from './unconfirmed.ts';

const usualDigits = 8;
const digitsOf: Readonly<Record<CurrencyCode, number>> = {
  inr: 9,
  idr: 12,
  cop: mostDigitsOfLargeCards,
  huf: mostDigitsOfLargeCards,
  jpy: mostDigitsOfLargeCards,
  lbp: mostDigitsOfLargeCards,
};

/** In minor units. */
export const maximumCharge = (currency: CurrencyCode): number => 10 ** (digitsOf[currency] ?? usualDigits) - 1;
