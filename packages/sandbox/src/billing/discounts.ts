/**
 * Step quote: coupons and codes at work (docs.stripe.com/billing/subscriptions/coupons).
 *
 * Promise: what is not valid for this customer, currency or amount is refused before anything is written.
 */
import { ApiError, invalid, missingReference } from '../http/api-error.ts';
import { addIntervals } from '../time/period.ts';
import type { Coupon, Discount, PromotionCode } from '../objects/discount.ts';
import { memory } from '../objects/memory.ts';
import { isValid } from '../resources/coupons.ts';
import { isUsable } from '../resources/promotion-codes.ts';
import type { Subscription } from '../objects/subscription.ts';
import { change, insert, type World } from '../world.ts';

/** One entry of a `discounts` parameter. */
export interface WantedDiscount {
  readonly coupon?: string;
  readonly discount?: string;
  readonly promotion_code?: string;
}

/** Whom or what a discount is for. */
export type DiscountPlace = Partial<Pick<Discount, 'checkout_session' | 'customer' | 'invoice' | 'subscription' | 'subscription_item'>>;

export interface Redeemed {
  readonly coupon: Coupon;
  readonly code: PromotionCode | null;
}

function couponOf(world: World, id: string, param: string): Coupon {
  const coupon = world.tables.coupons.get(id);
  if (!coupon) throw missingReference('coupon', id, param);
  if (!isValid(coupon, world.now()))
    throw new ApiError(400, { type: 'invalid_request_error', code: 'coupon_expired', message: `Coupon expired: ${id}`, param });
  return coupon;
}

const hasPaid = (world: World, customer: string): boolean =>
  world.tables.invoices.all().some((invoice) => invoice.customer === customer && invoice.status === 'paid' && invoice.amount_paid > 0) ||
  world.tables.paymentIntents.of(customer).some(({ status }) => status === 'succeeded');

function codeOf(world: World, id: string, customer: string | null, param: string): PromotionCode {
  const code = world.tables.promotionCodes.get(id);
  if (!code) throw missingReference('promotion code', id, param);
  if (!isUsable(code, world.now())) throw invalid('This promotion code is not active.', undefined, param);
  if (code.customer !== null && code.customer !== customer)
    throw invalid('This promotion code cannot be redeemed by this customer.', undefined, param);
  if (code.restrictions.first_time_transaction && customer !== null && hasPaid(world, customer))
    throw invalid('This promotion code cannot be redeemed because the associated customer has prior transactions.', undefined, param);
  return code;
}

/** What the entries stand for, each checked. `subtotal` in minor units, where a minimum is to be compared with it. */
export function readDiscounts(
  world: World,
  given: readonly WantedDiscount[],
  { customer, currency, subtotal }: { readonly customer: string | null; readonly currency: string; readonly subtotal?: number },
): Redeemed[] {
  return given.map((one, position) => {
    const path = `discounts[${position}]`;
    if (one.discount !== undefined) {
      const known = world.tables.discounts.get(one.discount);
      if (!known) throw missingReference('discount', one.discount, `${path}[discount]`);
      return { coupon: known[memory].coupon, code: null };
    }
    const code = one.promotion_code === undefined ? null : codeOf(world, one.promotion_code, customer, `${path}[promotion_code]`);
    const param = code ? `${path}[promotion_code]` : `${path}[coupon]`;
    const coupon = couponOf(world, code?.promotion.coupon ?? one.coupon ?? '', param);
    if (coupon.amount_off !== null && coupon.currency_options?.[currency] === undefined)
      throw invalid(`The coupon \`${coupon.id}\` has no amount in ${currency}.`, undefined, param);
    const minimum = code?.restrictions.currency_options?.[currency]?.minimum_amount;
    if (subtotal !== undefined && code?.restrictions.minimum_amount != null && (minimum === undefined || subtotal < minimum))
      throw invalid('The order does not reach the minimum amount of this promotion code.', undefined, param);
    return { coupon, code };
  });
}

/** A coupon as it would work at a place, before anybody has redeemed it. */
export function toDiscount(world: World, { coupon, code }: Redeemed, place: DiscountPlace): Discount {
  const start = world.now();
  const months = coupon.duration_in_months;
  return {
    id: world.ids.next('di'),
    object: 'discount',
    checkout_session: null,
    customer: null,
    customer_account: null,
    end: months === null ? null : addIntervals(start, { interval: 'month', interval_count: months }, 1),
    invoice: null,
    invoice_item: null,
    promotion_code: code?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: null,
    subscription_item: null,
    ...place,
    [memory]: { coupon },
  };
}

/** Puts coupons to work at a place; counts them as redeemed. */
export function redeem(world: World, redeemed: readonly Redeemed[], place: DiscountPlace): Discount[] {
  return redeemed.map((one) => {
    const { coupon, code } = one;
    const current = world.tables.coupons.get(coupon.id);
    if (current) change(world, 'coupons', current, { times_redeemed: current.times_redeemed + 1 });
    if (code) change(world, 'promotionCodes', code, { times_redeemed: code.times_redeemed + 1 });
    const tells = place.subscription && !place.subscription_item;
    return insert(world, 'discounts', toDiscount(world, one, place), tells ? 'customer.discount.created' : undefined);
  });
}

/** Those of `ids` that count at a moment. */
export const inForce = (world: World, ids: readonly string[], at: number): Discount[] =>
  ids.flatMap((id) => world.tables.discounts.get(id) ?? []).filter(({ end }) => end === null || end > at);

/** What a coupon says in a currency. */
export const termsOf = ({ [memory]: { coupon } }: Discount, currency: string) => ({
  percent_off: coupon.percent_off,
  amount_off: coupon.currency_options?.[currency]?.amount_off ?? null,
  products: coupon.applies_to?.products ?? null,
});

/** The discounts of an update: those that are named by id stay, the others begin now. */
export function discountsOf(world: World, { id, customer, currency }: Subscription, given: readonly WantedDiscount[]): string[] {
  return given.flatMap((one) => {
    if (one.discount !== undefined) return [one.discount];
    return redeem(world, readDiscounts(world, [one], { customer, currency }), { subscription: id, customer }).map(
      (discount) => discount.id,
    );
  });
}
