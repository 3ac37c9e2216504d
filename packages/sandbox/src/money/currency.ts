/**
 * Step checkout: what Stripe demands of amounts in a currency.
 *
 * Promise: an amount Stripe would refuse is refused here with `amount_too_small` or `parameter_invalid_integer`.
 */
import { invalid } from '../http/api-error.ts';

/** Currencies whose minor unit is the currency itself (stripe.com/docs/currencies#zero-decimal). ISK and UGX are sent in hundredths. */
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '));

/** Smallest charge in minor units (stripe.com/docs/currencies#minimum-and-maximum-charge-amounts). */
const minimumCharge: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};

export const decimalsOf = (currency: string): number => (zeroDecimal.has(currency) ? 0 : threeDecimal.has(currency) ? 3 : 2);

/** 0 where no minimum is published. */
export const minimumOf = (currency: string): number => minimumCharge[currency] ?? 0;

export function demandCurrency(currency: string, param = 'currency'): string {
  const code = currency.toLowerCase();
  if (!/^[a-z]{3}$/u.test(code))
    throw invalid(`Invalid currency: ${currency}. Stripe currently supports ISO currency codes of three letters.`, undefined, param);
  return code;
}

/** Refuses 0 < amount < minimum. */
export function demandChargeable(amount: number, currency: string, param: string): void {
  if (amount > 0 && amount < minimumOf(currency)) {
    throw invalid(`Amount must be at least ${formatMoney(minimumOf(currency), currency)}`, 'amount_too_small', param);
  }
}

/** Making one takes longer than a whole call otherwise does. */
const formats = new Map<string, Intl.NumberFormat>();

/** `$29.00`, for pages and descriptions in English. */
export function formatMoney(amount: number, currency: string): string {
  const digits = decimalsOf(currency);
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: currency.toUpperCase(),
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(currency, format);
  }
  return format.format(amount / 10 ** digits);
}
