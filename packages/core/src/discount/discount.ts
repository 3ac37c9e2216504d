/** Step 3, quote: coupons and promotion codes, as a page may see them. */
import * as v from 'valibot';

export const DiscountSchema = v.object({
  /** Stripe's coupon id; nothing secret, but not the code that a buyer must know. */
  id: v.string(),
  /** What the buyer sees on the receipt: Stripe's coupon name, else the code. */
  name: v.string(),
  /** Percent of a line, decimal text of 0 to 100: `25`, `33.3333`. Either this or `amountsOff`. */
  percentOff: v.exactOptional(v.string()),
  /** Minor units off the invoice, by currency. */
  amountsOff: v.exactOptional(v.record(v.string(), v.pipe(v.number(), v.safeInteger(), v.minValue(1)))),
  duration: v.picklist(['once', 'repeating', 'forever']),
  /** Months that a `repeating` one lasts. */
  months: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  /** Plans, add-ons and products it is good for; absent: all. */
  appliesTo: v.exactOptional(v.array(v.string())),
  /** Minor units that the purchase must come to, by currency. */
  minimumAmounts: v.exactOptional(v.record(v.string(), v.number())),
});
/** What is taken off, and for how long. */
export type Discount = v.InferOutput<typeof DiscountSchema>;
