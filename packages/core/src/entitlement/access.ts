/**
 * Step 6, subscription: who may use what they pay for.
 *
 * Promise: pure and total; every status of Stripe's has its answer in one table (docs/entitlements.md), and what Stripe
 * cannot be asked about just now is judged by what was known last.
 */
import type { SubscriptionStatus } from '../subscription/subscription.ts';

export interface AccessPolicy {
  /** Days of access after a payment failed, counted from the moment at which it was due. */
  readonly graceDays: number;
}

/** What access depends on; moments in Unix seconds. */
export interface AccessFact {
  readonly status: SubscriptionStatus;
  /** When the period began that is to be paid, or is paid. */
  readonly periodStart: number;
  /** Since when nothing was paid; a further period that is not paid either brings no new grace. */
  readonly unpaidSince?: number;
  /** When it will end, if that was decided. */
  readonly cancelAt?: number;
}

export interface Access {
  readonly access: boolean;
  /** When it ends by itself unless something happens; absent: with no known end. */
  readonly until?: number;
}

const day = 86_400;
const none: Access = { access: false };

/** Whether a subscription gives access at a moment. */
export function accessOf(
  { status, periodStart, unpaidSince = periodStart, cancelAt }: AccessFact,
  { graceDays }: AccessPolicy,
  now: number,
): Access {
  const until = (moment: number | undefined): Access => {
    if (moment === undefined) return { access: true };
    return now < moment ? { access: true, until: moment } : none;
  };
  switch (status) {
    case 'trialing':
    case 'active':
      return until(cancelAt);
    case 'past_due': {
      const graceEnds = unpaidSince + graceDays * day;
      return until(cancelAt === undefined ? graceEnds : Math.min(cancelAt, graceEnds));
    }
    default:
      return none;
  }
}

/** What became of a purchase that is paid once. */
export type PurchaseState = 'processing' | 'paid' | 'refunded' | 'disputed';

/** Paid once is access for good; money that went back whole, or that a bank may take back, ends it. */
export const purchaseGives = (state: PurchaseState): boolean => state === 'paid';
