/**
 * Step quote: what a price costs for a quantity in a currency.
 *
 * Promise: the unit amount stays an exact decimal until it has been multiplied; the line is rounded once.
 */
import { invalid } from '../http/api-error.ts';
import type { CurrencyOption, Price } from '../objects/catalog.ts';
import { parseDecimal, type Rational, rational, round, times } from './rational.ts';

/** The price's amounts in `currency`, or Stripe's refusal. */
export function optionOf(price: Price, currency: string, param: string): CurrencyOption {
  const option = price.currency_options[currency];
  if (!option) {
    const offered = Object.keys(price.currency_options).join('`, `');
    throw invalid(
      `The price specified only supports \`${offered}\`. This doesn't match the expected currency: \`${currency}\`.`,
      undefined,
      param,
    );
  }
  return option;
}

export const hasCurrency = (price: Price, currency: string): boolean => Object.hasOwn(price.currency_options, currency);

/** Packages instead of units where the price says so (`transform_quantity`). */
function billedQuantity(price: Price, quantity: number): number {
  if (!price.transform_quantity) return quantity;
  const { divide_by, round: direction } = price.transform_quantity;
  return direction === 'up' ? Math.ceil(quantity / divide_by) : Math.floor(quantity / divide_by);
}

/** Exact minor units of a whole period. */
export function exactAmount(price: Price, currency: string, quantity: number): Rational {
  const { unit_amount_decimal } = optionOf(price, currency, 'currency');
  return times(parseDecimal(unit_amount_decimal), rational(billedQuantity(price, quantity)));
}

/** Minor units of a whole period, rounded once. Metered prices cost nothing in advance. */
export const amountOf = (price: Price, currency: string, quantity: number): number =>
  price.recurring?.usage_type === 'metered' ? 0 : round(exactAmount(price, currency, quantity));
