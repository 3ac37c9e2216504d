/** Step 7 at Stripe: how the running period is treated when items change, the same for a preview and for the change. */
import type { ChangeMode } from '@tillkit/core/catalog/catalog-file';
import type { Stripe } from 'stripe';

/** Modes that are one update of the subscription. */
export type DirectMode = Exclude<ChangeMode, 'at_period_end'>;

type MoneyParams = Pick<Stripe.SubscriptionUpdateParams, 'proration_behavior' | 'proration_date' | 'billing_cycle_anchor'>;

/** How Stripe treats the running period; the same for a preview. The difference of `difference_now` is an invoice of its own. */
export function toMoneyParams(mode: DirectMode, prorationDate: number | undefined): MoneyParams {
  const dated = prorationDate === undefined ? {} : { proration_date: prorationDate };
  if (mode === 'prorate_now') return { proration_behavior: 'always_invoice', ...dated };
  if (mode === 'prorate_next_invoice') return { proration_behavior: 'create_prorations', ...dated };
  if (mode === 'full_price_now') return { proration_behavior: 'none', billing_cycle_anchor: { type: 'now' } };
  return { proration_behavior: 'none' };
}
