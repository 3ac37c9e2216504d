/** Step 3 at Stripe: what a code that the buyer typed takes off. */
import type { Discount } from '@tillkit/core/discount/discount';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';

export interface PromotionCode {
  /** Stripe's `promo_…`. */
  readonly id: string;
  /** Its `appliesTo` still names Stripe's products. */
  readonly discount: Discount;
  readonly firstPurchaseOnly: boolean;
}

const expand = ['data.promotion.coupon.applies_to', 'data.promotion.coupon.currency_options', 'data.restrictions.currency_options'];
/** Codes of one text that are looked through for the one that is everybody's. */
const mostOfOneText = 1000;

/**
 * The active codes of this text that a customer may use, their own before everybody's; none when nothing is valid. Stripe lets each
 * customer have one of the same text, and everybody one more, and lists them all.
 */
export async function readPromotionCodes(stripe: StripeGateway, code: string, customerId: string | undefined): Promise<PromotionCode[]> {
  const client = await stripe();
  const list = (more: Stripe.PromotionCodeListParams) => client.promotionCodes.list({ code, active: true, expand, ...more });
  const own = customerId === undefined ? [] : (await list({ customer: customerId, limit: 1 })).data;
  const all = await list({ limit: 100 }).autoPagingToArray({ limit: mostOfOneText });
  return [...own, ...all.filter(({ customer }) => !customer)].flatMap(toPromotionCode);
}

function toPromotionCode(found: Stripe.PromotionCode): PromotionCode[] {
  const { coupon } = found.promotion;
  if (!coupon || typeof coupon === 'string' || !coupon.valid) return [];
  return [{ id: found.id, discount: toDiscount(coupon, found), firstPurchaseOnly: found.restrictions.first_time_transaction }];
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
