/**
 * Step quote: what a price costs for a quantity in a currency.
 *
 * Promise: the unit amount stays an exact decimal until it has been multiplied; the line is rounded once.
 */
import { invalid } from '../http/api-error.ts';
import type { CurrencyOption, Price, PriceTier } from '../objects/catalog.ts';
import { zeroQuantityPaysFirstFlat } from '../unconfirmed.ts';
import { parseDecimal, plus, type Rational, rational, round, times } from './rational.ts';

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

/** A decimal text of minor units, or nothing. */
const amountIn = (decimal: string | null): Rational => (decimal === null ? rational(0) : parseDecimal(decimal));

/** Every unit at the price of the tier that the whole quantity falls into, and that tier's flat amount. */
function volumeAmount(tiers: readonly PriceTier[], quantity: number): Rational {
  const tier = tiers.find(({ up_to }) => up_to === null || quantity <= up_to);
  if (!tier) return rational(0);
  return plus(times(amountIn(tier.unit_amount_decimal), rational(quantity)), amountIn(tier.flat_amount_decimal));
}

/** Each tier's own units at its own price, and the flat amount of every tier that is reached. */
function graduatedAmount(tiers: readonly PriceTier[], quantity: number): Rational {
  let sum = rational(0);
  let passed = 0;
  for (const { up_to, unit_amount_decimal, flat_amount_decimal } of tiers) {
    const units = (up_to === null || quantity < up_to ? quantity : up_to) - passed;
    sum = plus(sum, plus(times(amountIn(unit_amount_decimal), rational(units)), amountIn(flat_amount_decimal)));
    passed += units;
    if (passed === quantity) break;
  }
  return sum;
}

/** Exact minor units of a whole period (docs.stripe.com/products-prices/pricing-models); no units cost the first tier's flat amount, `zeroQuantityPaysFirstFlat`. */
export function exactAmount(price: Price, currency: string, quantity: number): Rational {
  const { unit_amount_decimal, tiers } = optionOf(price, currency, 'currency');
  if (!tiers) return times(amountIn(unit_amount_decimal), rational(billedQuantity(price, quantity)));
  if (quantity === 0 && !zeroQuantityPaysFirstFlat) return rational(0);
  return price.tiers_mode === 'volume' ? volumeAmount(tiers, quantity) : graduatedAmount(tiers, quantity);
}

/** Minor units of a whole period, rounded once. Metered prices cost nothing in advance. */
export const amountOf = (price: Price, currency: string, quantity: number): number =>
  price.recurring?.usage_type === 'metered' ? 0 : round(exactAmount(price, currency, quantity));
