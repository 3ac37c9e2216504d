/**
 * Step 7 at Stripe: the ways in which a change of items can treat money, as calls.
 *
 * Promise: nothing changes unless what is due at once is paid.
 */
import type { StripeGateway } from './gateway.ts';
import { toMoneyParams, type DirectMode } from './change-money.ts';
import { toPreviewFact, type PreviewFact } from './invoices.ts';
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

export interface DifferenceOrder {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly currency: string;
  /** Minor units; negative becomes credit. */
  readonly amount: number;
  readonly description: string;
  readonly tax: 'none' | 'exclusive' | 'inclusive';
}

const toDifferenceItem = ({ amount, currency, description, tax }: DifferenceOrder) => ({
  amount,
  currency,
  description,
  discountable: false,
  ...(tax !== 'none' && { tax_behavior: tax }),
});

/** What the difference of a change comes to with tax and credit. */
export async function previewDifference(stripe: StripeGateway, order: DifferenceOrder): Promise<PreviewFact> {
  const client = await stripe();
  return toPreviewFact(
    await client.invoices.createPreview({
      customer: order.customerId,
      currency: order.currency,
      automatic_tax: { enabled: order.tax !== 'none' },
      invoice_items: [toDifferenceItem(order)],
    }),
  );
}

/**
 * Invoices the difference and collects it. A failed payment throws Stripe's error, and nothing of the invoice remains;
 * `changed` when tax or anything else makes it another total than was shown. A repeated call with the same key finds the
 * invoice that is paid already.
 */
export async function invoiceDifference(
  stripe: StripeGateway,
  order: DifferenceOrder,
  { expectedTotal, idempotencyKey }: { readonly expectedTotal: number; readonly idempotencyKey: string },
): Promise<'paid' | 'changed'> {
  const client = await stripe();
  const { customerId: customer, subscriptionId: subscription } = order;
  const once = (step: string) => ({ idempotencyKey: `${idempotencyKey}:${step}` });
  const item = await client.invoiceItems.create({ customer, subscription, ...toDifferenceItem(order) }, once('item'));
  const { id } = await client.invoices.create(
    {
      customer,
      subscription,
      auto_advance: false,
      automatic_tax: { enabled: order.tax !== 'none' },
      pending_invoice_items_behavior: 'include',
    },
    once('invoice'),
  );
  let invoice = await client.invoices.retrieve(id);
  if (invoice.status === 'draft' && invoice.total !== expectedTotal) {
    await client.invoiceItems.del(item.id);
    await client.invoices.del(id);
    return 'changed';
  }
  if (invoice.status === 'draft') invoice = await client.invoices.finalizeInvoice(id, { auto_advance: false }, once('finalize'));
  if (invoice.status !== 'open') return 'paid';
  try {
    await client.invoices.pay(id, {}, once('pay'));
  } catch (error) {
    await client.invoices.voidInvoice(id, {}, once('void'));
    throw error;
  }
  return 'paid';
}
