/** Step catalog: `/v1/coupons`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { count, decimal, integer, listOf, mapOf, mergeMetadata, metadata, oneOf, required, shape, text } from '../http/read.ts';
import { demandCurrency } from '../money/currency.ts';
import type { Coupon } from '../objects/discount.ts';
import { change, insert } from '../world.ts';

const currencyOptions = mapOf(shape({ amount_off: required(count) }));
const createFields = {
  amount_off: count,
  applies_to: shape({ products: listOf(text) }),
  currency: text,
  currency_options: currencyOptions,
  duration: oneOf('forever', 'once', 'repeating'),
  duration_in_months: integer,
  id: text,
  max_redemptions: integer,
  metadata,
  name: text,
  percent_off: decimal,
  redeem_by: integer,
} as const;
const updateFields = { currency_options: currencyOptions, metadata, name: text } as const;
const filters = { ...listFields, created } as const;
type Given = Call<typeof createFields>['params'];

function demandTerms({ amount_off, percent_off, currency, duration, duration_in_months, redeem_by }: Given, now: number): void {
  if ((amount_off === undefined) === (percent_off === undefined))
    throw invalid('You must pass either `percent_off` or `amount_off`, and not both.', 'parameters_exclusive', 'percent_off');
  if (amount_off !== undefined && currency === undefined)
    throw invalid('You must pass `currency` when passing `amount_off`.', 'parameter_missing', 'currency');
  if (amount_off !== undefined && amount_off < 1)
    throw invalid('This value must be greater than or equal to 1.', 'parameter_invalid_integer', 'amount_off');
  if (percent_off !== undefined && !(Number(percent_off) > 0 && Number(percent_off) <= 100))
    throw invalid('Invalid percentage: must be greater than 0 and at most 100.', undefined, 'percent_off');
  if ((duration === 'repeating') !== (duration_in_months !== undefined))
    throw invalid('`duration_in_months` is required for, and only for, `duration=repeating`.', 'parameter_missing', 'duration_in_months');
  if (redeem_by !== undefined && redeem_by <= now)
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', 'parameter_invalid_integer', 'redeem_by');
}

/** Coupons are counted as used up or too old when they are looked at. */
export const isValid = ({ redeem_by, max_redemptions, times_redeemed }: Coupon, now: number): boolean =>
  (redeem_by === null || redeem_by > now) && (max_redemptions === null || times_redeemed < max_redemptions);

function create({ world, params }: Call<typeof createFields>): Coupon {
  demandTerms(params, world.now());
  const id = params.id ?? world.ids.next('coupon', 8).slice('coupon_'.length);
  if (world.tables.coupons.get(id)) throw invalid('Coupon already exists.', 'resource_already_exists', 'id');
  const { amount_off = null, applies_to, currency } = params;
  const code = currency === undefined ? null : demandCurrency(currency);
  return insert(
    world,
    'coupons',
    {
      id,
      object: 'coupon',
      amount_off,
      ...(applies_to && { applies_to: { products: applies_to.products ?? [] } }),
      created: world.now(),
      currency: code,
      ...(amount_off !== null && code !== null && { currency_options: { ...params.currency_options, [code]: { amount_off } } }),
      duration: params.duration ?? 'once',
      duration_in_months: params.duration_in_months ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      name: params.name ?? null,
      percent_off: params.percent_off === undefined ? null : Number(params.percent_off),
      redeem_by: params.redeem_by ?? null,
      times_redeemed: 0,
      valid: true,
    },
    'coupon.created',
  );
}

export function coupons(offer: Offer): void {
  offer('post', '/coupons', { fields: createFields, run: create });
  offer('get', '/coupons', {
    fields: filters,
    run: ({ world, params }) =>
      pageOf(
        world.tables.coupons.all().filter((row) => isWithin(row.created, params.created)),
        params,
        '/v1/coupons',
      ),
  });
  offer('get', '/coupons/:id', { fields: {}, run: ({ world, id }) => found(world.tables.coupons.get(id), 'coupon', id) });
  offer('post', '/coupons/:id', {
    fields: updateFields,
    run: ({ world, id, params }) => {
      const before = found(world.tables.coupons.get(id), 'coupon', id);
      return change(
        world,
        'coupons',
        before,
        {
          metadata: mergeMetadata(before.metadata, params.metadata),
          ...(params.name !== undefined && { name: params.name }),
          ...(params.currency_options && { currency_options: { ...before.currency_options, ...params.currency_options } }),
        },
        'coupon.updated',
      );
    },
  });
  offer('delete', '/coupons/:id', {
    fields: {},
    run: ({ world, id }) => {
      const coupon = found(world.tables.coupons.get(id), 'coupon', id);
      world.tables.coupons.remove(id);
      world.emit('coupon.deleted', coupon);
      return { id, object: 'coupon', deleted: true };
    },
  });
}
