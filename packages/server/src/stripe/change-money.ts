/** Step 7 at Stripe: how the running period is treated when items change, the same for a preview and for the change. */
import type { ChangeMode } from '@tillkit/core/catalog/catalog-file';
import type { Stripe } from 'stripe';

/** What a change does about money: as the catalog says, or by ending a trial, whose first period begins and is paid at once. */
export type PlannedMode = ChangeMode | 'end_trial';

/** Modes that are one update of the subscription. */
export type DirectMode = Exclude<PlannedMode, 'at_period_end'>;

type MoneyParams = Pick<Stripe.SubscriptionUpdateParams, 'proration_behavior' | 'proration_date' | 'billing_cycle_anchor'> & {
  readonly trial_end?: 'now';
};

/** How Stripe treats the running period; the same for a preview. The difference of `difference_now` is an invoice of its own. */
export function toMoneyParams(mode: DirectMode, prorationDate: number | undefined): MoneyParams {
  const dated = prorationDate === undefined ? {} : { proration_date: prorationDate };
  if (mode === 'prorate_now') return { proration_behavior: 'always_invoice', ...dated };
  if (mode === 'prorate_next_invoice') return { proration_behavior: 'create_prorations', ...dated };
  if (mode === 'full_price_now') return { proration_behavior: 'none', billing_cycle_anchor: { type: 'now' } };
  if (mode === 'end_trial') return { proration_behavior: 'none', trial_end: 'now' };
  return { proration_behavior: 'none' };
}
