/**
 * Step 7 at Stripe: the ways in which a change of items can treat money, as calls.
 *
 * Promise: nothing changes unless what is due at once is paid.
 */
import type { StripeGateway } from './gateway.ts';
import { toMoneyParams, type DirectMode } from './change-money.ts';
import { writePurchaseNote, type PurchaseNote } from './metadata.ts';
import { toItemParams, type ItemChange } from './subscriptions.ts';

export interface SubscriptionChange {
  readonly items: readonly ItemChange[];
  readonly mode: DirectMode;
  /** The second that proration is counted from; for the prorating modes. */
  readonly prorationDate?: number | undefined;
  readonly note: PurchaseNote;
  readonly idempotencyKey: string;
}

/** Changes items now; what must be paid first and is not leaves the old state in place, and `pending` says so. */
export async function changeSubscription(stripe: StripeGateway, id: string, change: SubscriptionChange): Promise<{ pending: boolean }> {
  const client = await stripe();
  const updated = await client.subscriptions.update(
    id,
    {
      items: toItemParams(change.items),
      metadata: { ...writePurchaseNote(change.note) },
      ...toMoneyParams(change.mode, change.prorationDate),
      ...(change.mode !== 'no_charge' && change.mode !== 'difference_now' && { payment_behavior: 'pending_if_incomplete' }),
    },
    { idempotencyKey: change.idempotencyKey },
  );
  return { pending: updated.pending_update !== null };
}
