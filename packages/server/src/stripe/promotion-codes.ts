/** Step 3 at Stripe: what a code that the buyer typed takes off. */
import type { Discount } from '@tillkit/core/discount/discount';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { idOf } from './price-facts.ts';

export interface PromotionCode {
  /** Stripe's `promo_…`. */
  readonly id: string;
  /** Its `appliesTo` still names Stripe's products. */
  readonly discount: Discount;
  /** Only this customer may use it. */
  readonly customerId?: string;
  readonly firstPurchaseOnly: boolean;
}

/** The active code of this name with its coupon; undefined when there is none that is valid. */
export async function readPromotionCode(stripe: StripeGateway, code: string): Promise<PromotionCode | undefined> {
  const client = await stripe();
  const { data } = await client.promotionCodes.list({
    code,
    active: true,
    limit: 1,
    expand: ['data.promotion.coupon.applies_to', 'data.promotion.coupon.currency_options', 'data.restrictions.currency_options'],
  });
  const [found] = data;
  const coupon = found?.promotion.coupon;
  if (!found || !coupon || typeof coupon === 'string' || !coupon.valid) return undefined;
  return {
    id: found.id,
    discount: toDiscount(coupon, found),
    ...(found.customer && { customerId: idOf(found.customer) }),
    firstPurchaseOnly: found.restrictions.first_time_transaction,
  };
}

function toDiscount(coupon: Stripe.Coupon, { code, restrictions }: Stripe.PromotionCode): Discount {
  const { amount_off, currency, currency_options, percent_off, duration, duration_in_months: months, applies_to } = coupon;
  const { minimum_amount, minimum_amount_currency, currency_options: minimums } = restrictions;
  return {
    id: coupon.id,
    name: coupon.name ?? code,
    ...(percent_off !== null && { percentOff: String(percent_off) }),
    ...(amount_off !== null &&
      currency !== null && { amountsOff: amountsBy(currency, amount_off, currency_options, (option) => option.amount_off) }),
    duration: duration as Discount['duration'],
    ...(months !== null && { months }),
    ...(applies_to && { appliesTo: applies_to.products }),
    ...(minimum_amount !== null &&
      minimum_amount_currency !== null && {
        minimumAmounts: amountsBy(minimum_amount_currency, minimum_amount, minimums, (option) => option.minimum_amount),
      }),
  };
}

const amountsBy = <Option>(
  currency: string,
  amount: number,
  options: Readonly<Record<string, Option>> = {},
  amountOf: (option: Option) => number,
): Record<string, number> => ({
  ...Object.fromEntries(Object.entries(options).map(([other, option]) => [other, amountOf(option)])),
  [currency]: amount,
});
