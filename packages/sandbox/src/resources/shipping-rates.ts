/** Step checkout: `/v1/shipping_rates`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { clearable, count, flag, mapOf, mergeMetadata, metadata, oneOf, type Params, required, shape, text } from '../http/read.ts';
import { demandCurrency } from '../money/currency.ts';
import type { ShippingRate } from '../objects/shipping-rate.ts';
import { change, insert, type World } from '../world.ts';

const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified');
const span = shape({ unit: required(oneOf('business_day', 'day', 'hour', 'month', 'week')), value: required(count) });
const currencyOptions = mapOf(shape({ amount: required(count), tax_behavior: taxBehavior }));

/** What a rate is made of, also inside a checkout session. */
export const shippingRateFields = {
  delivery_estimate: shape({ maximum: span, minimum: span }),
  display_name: required(text),
  fixed_amount: required(shape({ amount: required(count), currency: required(text), currency_options: currencyOptions })),
  metadata,
  tax_behavior: taxBehavior,
  tax_code: text,
  type: oneOf('fixed_amount'),
} as const;
const updateFields = {
  active: flag,
  fixed_amount: shape({ currency_options: currencyOptions }),
  metadata: clearable(metadata),
  tax_behavior: taxBehavior,
} as const;
const filters = { ...listFields, active: flag, created, currency: text } as const;

type Options = Params<{ options: typeof currencyOptions }>['options'];

const toOptions = (given: Options = {}): NonNullable<ShippingRate['fixed_amount']['currency_options']> =>
  Object.fromEntries(
    Object.entries(given).map(([code, { amount, tax_behavior = 'unspecified' }]) => [demandCurrency(code), { amount, tax_behavior }]),
  );

export function addShippingRate(world: World, given: Params<typeof shippingRateFields>): ShippingRate {
  const { delivery_estimate: span, fixed_amount: fixed } = given;
  const options = toOptions(fixed.currency_options);
  return insert(world, 'shippingRates', {
    id: world.ids.next('shr'),
    object: 'shipping_rate',
    active: true,
    created: world.now(),
    delivery_estimate: span ? { maximum: span.maximum ?? null, minimum: span.minimum ?? null } : null,
    display_name: given.display_name,
    fixed_amount: {
      amount: fixed.amount,
      currency: demandCurrency(fixed.currency, 'fixed_amount[currency]'),
      ...(Object.keys(options).length > 0 && { currency_options: options }),
    },
    livemode: false,
    metadata: mergeMetadata({}, given.metadata),
    tax_behavior: given.tax_behavior ?? 'unspecified',
    tax_code: given.tax_code ?? null,
    type: 'fixed_amount',
  });
}

function update({ world, id, params }: Call<typeof updateFields>): ShippingRate {
  const before = found(world.tables.shippingRates.get(id), 'shipping rate', id);
  const options = params.fixed_amount?.currency_options;
  return change(world, 'shippingRates', before, {
    active: params.active ?? before.active,
    metadata: mergeMetadata(before.metadata, params.metadata),
    tax_behavior: params.tax_behavior ?? before.tax_behavior,
    ...(options && {
      fixed_amount: { ...before.fixed_amount, currency_options: { ...before.fixed_amount.currency_options, ...toOptions(options) } },
    }),
  });
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.shippingRates
    .all()
    .filter(({ active }) => params.active === undefined || active === params.active)
    .filter(({ fixed_amount }) => params.currency === undefined || fixed_amount.currency === params.currency)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/shipping_rates');
}

export function shippingRates(offer: Offer): void {
  offer('post', '/shipping_rates', { fields: shippingRateFields, run: ({ world, params }) => addShippingRate(world, params) });
  offer('get', '/shipping_rates', { fields: filters, run: list });
  offer('get', '/shipping_rates/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.shippingRates.get(id), 'shipping rate', id),
  });
  offer('post', '/shipping_rates/:id', { fields: updateFields, run: update });
}
