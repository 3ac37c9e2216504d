/** Step 3, quote: manual tax rates. (Where Stripe Tax decides, only Stripe's preview knows the tax.) */
import * as v from 'valibot';

export const TaxRateSchema = v.object({
  /** Stripe's `txr_…`. */
  id: v.string(),
  /** "VAT". */
  name: v.string(),
  /** Decimal text of at most 4 places: `20`, `8.875`. */
  percentage: v.string(),
  /** Whether prices contain it already. */
  inclusive: v.boolean(),
});
export type TaxRate = v.InferOutput<typeof TaxRateSchema>;
