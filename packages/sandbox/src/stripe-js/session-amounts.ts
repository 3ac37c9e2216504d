/**
 * Step checkout: discounts and taxes of a checkout session as Stripe.js shows them.
 *
 * Promise: amounts are the session's own; sums are sums of its lines.
 */
import { formatMoney } from '../money/currency.ts';
import type { CheckoutSession, SessionLineItem, SessionTax } from '../objects/checkout-session.ts';
import type { Coupon } from '../objects/discount.ts';
import type { World } from '../world.ts';

export interface ShownAmount {
  readonly minorUnitsAmount: number;
  readonly amount: string;
}

export const amountIn =
  (currency: string) =>
  (minorUnitsAmount: number): ShownAmount => ({ minorUnitsAmount, amount: formatMoney(minorUnitsAmount, currency) });

type Recurring = { readonly type: 'forever' } | { readonly type: 'repeating'; readonly durationInMonths: number } | null;

function recurringOf({ duration, duration_in_months }: Coupon): Recurring {
  if (duration === 'forever') return { type: 'forever' };
  return duration === 'repeating' ? { type: 'repeating', durationInMonths: duration_in_months ?? 1 } : null;
}

/** The discount of the session with what it takes off: Checkout takes one. */
export function discountAmounts(world: World, { discounts, currency }: CheckoutSession, off: number): object[] | null {
  const [given] = discounts;
  if (!given) return null;
  const code = world.tables.promotionCodes.get(given.promotion_code ?? '');
  const coupon = world.tables.coupons.get(code?.promotion.coupon ?? given.coupon ?? '');
  if (!coupon) return null;
  return [
    {
      ...amountIn(currency ?? 'usd')(off),
      displayName: coupon.name ?? coupon.id,
      promotionCode: code?.code ?? null,
      recurring: recurringOf(coupon),
      percentOff: coupon.percent_off,
    },
  ];
}

const sum = (taxes: readonly SessionTax[]): number => taxes.reduce((total, { amount }) => total + amount, 0);

/** Taxes by rate, each with the sum over `items`; null where there is none. */
export function taxAmounts(items: readonly SessionLineItem[], currency: string): object[] | null {
  const taxes = items.flatMap((item) => item.taxes);
  const rates = new Map(taxes.map(({ rate }) => [rate.id, rate]));
  if (rates.size === 0) return null;
  return [...rates.values()].map(({ id, inclusive, display_name, percentage }) => ({
    ...amountIn(currency)(sum(taxes.filter(({ rate }) => rate.id === id))),
    inclusive,
    displayName: display_name,
    percentage,
  }));
}

/** Sums of the taxes that are in the price and of those on top, in minor units. */
export function taxSums(items: readonly SessionLineItem[]): { readonly inclusive: number; readonly exclusive: number } {
  const taxes = items.flatMap((item) => item.taxes);
  return { inclusive: sum(taxes.filter(({ rate }) => rate.inclusive)), exclusive: sum(taxes.filter(({ rate }) => !rate.inclusive)) };
}

/** Whether the session still has to learn where tax is due. */
export function taxStatus({ automatic_tax, shipping_address_collection }: CheckoutSession): { readonly status: string } {
  if (automatic_tax.status !== 'requires_location_inputs') return { status: 'ready' };
  return { status: shipping_address_collection ? 'requires_shipping_address' : 'requires_billing_address' };
}
