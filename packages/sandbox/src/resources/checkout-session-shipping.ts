/** Step checkout: the ways of shipping that a session offers; the first is chosen until the buyer says otherwise. */
import { invalid, missingReference } from '../http/api-error.ts';
import { listOf, type Params, shape, text } from '../http/read.ts';
import type { CheckoutSession, ShippingCost } from '../objects/checkout-session.ts';
import type { World } from '../world.ts';
import { addShippingRate, shippingRateFields } from './shipping-rates.ts';

export const shippingOptions = listOf(shape({ shipping_rate: text, shipping_rate_data: shape(shippingRateFields) }));
type Given = Params<{ options: typeof shippingOptions }>['options'];

const mostOptions = 5;

interface Shipping {
  readonly shipping_options: CheckoutSession['shipping_options'];
  readonly shipping_cost: ShippingCost | null;
}

function optionOf(
  world: World,
  given: NonNullable<Given>[number],
  currency: string,
  path: string,
): CheckoutSession['shipping_options'][number] {
  const known = given.shipping_rate === undefined ? undefined : world.tables.shippingRates.get(given.shipping_rate);
  if (given.shipping_rate !== undefined && !known?.active)
    throw missingReference('shipping rate', given.shipping_rate, `${path}[shipping_rate]`);
  const rate = known ?? (given.shipping_rate_data && addShippingRate(world, given.shipping_rate_data));
  if (!rate) throw invalid('Missing required param: shipping_rate.', 'parameter_missing', `${path}[shipping_rate]`);
  const { fixed_amount: fixed } = rate;
  const amount = fixed.currency === currency ? fixed.amount : fixed.currency_options?.[currency]?.amount;
  if (amount === undefined) throw invalid(`The shipping rate ${rate.id} has no amount in ${currency}.`, undefined, path);
  return { shipping_amount: amount, shipping_rate: rate.id };
}

const costOf = ({ shipping_amount, shipping_rate }: CheckoutSession['shipping_options'][number]): ShippingCost => ({
  amount_subtotal: shipping_amount,
  amount_tax: 0,
  amount_total: shipping_amount,
  shipping_rate,
});

/** The offered ways, the first of them chosen; in payment mode only. */
export function readShipping(world: World, given: Given, mode: CheckoutSession['mode'], currency: string): Shipping {
  if (!given || given.length === 0) return { shipping_options: [], shipping_cost: null };
  if (mode !== 'payment') throw invalid('`shipping_options` can only be used in `payment` mode.', undefined, 'shipping_options');
  if (given.length > mostOptions) throw invalid(`You can pass up to ${mostOptions} shipping options.`, undefined, 'shipping_options');
  const shipping_options = given.map((option, position) => optionOf(world, option, currency, `shipping_options[${position}]`));
  const [first] = shipping_options;
  return { shipping_options, shipping_cost: first ? costOf(first) : null };
}

/** Another way of those that are offered. */
export function chooseShipping({ shipping_options }: CheckoutSession, rate: string): ShippingCost {
  const option = shipping_options.find(({ shipping_rate }) => shipping_rate === rate);
  if (!option) throw invalid('This way of shipping is not offered.', undefined, 'shipping_rate');
  return costOf(option);
}
