/**
 * Steps 6 and 7, subscription and panel: what a customer owns, as our read model tells it.
 *
 * Promise: one JSON value per subscription, made from Stripe's object and never from an event's body; amounts in minor
 * units, moments in Unix seconds (UTC). The UI changes when this changes, not before.
 */
import * as v from 'valibot';
import { ExplanationSchema, ReceiptSchema } from '../receipt/receipt.ts';

const unixSeconds = v.pipe(v.number(), v.safeInteger());
const minorUnits = v.pipe(v.number(), v.safeInteger());

export const SubscriptionStatusSchema = v.picklist([
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
]);
/** Stripe's status, unchanged. */
export type SubscriptionStatus = v.InferOutput<typeof SubscriptionStatusSchema>;

export const SubscriptionItemSchema = v.object({
  /** Stripe's `si_…`. */
  id: v.string(),
  kind: v.picklist(['plan', 'add_on', 'unknown']),
  /** Plan or add-on id of the catalog; Stripe's product id when the catalog does not know it. */
  productId: v.string(),
  name: v.string(),
  quantity: v.number(),
  unitAmount: minorUnits,
  amount: minorUnits,
  interval: v.string(),
  /** How the amount came about, by the price that the customer pays; absent where it is quantity × unit amount. */
  explanation: v.exactOptional(v.array(ExplanationSchema)),
});
export type SubscriptionItem = v.InferOutput<typeof SubscriptionItemSchema>;

export const ScheduledChangeSchema = v.object({
  /** When it takes effect. */
  at: unixSeconds,
  planId: v.string(),
  interval: v.string(),
  seats: v.number(),
  addOns: v.record(v.string(), v.number()),
  /** The site's owner planned it: the customer cannot take it back. */
  byOwner: v.exactOptional(v.boolean()),
});
/** A change that waits for the end of the period. */
export type ScheduledChange = v.InferOutput<typeof ScheduledChangeSchema>;

export const OpenInvoiceSchema = v.object({
  id: v.string(),
  created: unixSeconds,
  /** What is still to be paid of it. */
  amountDue: minorUnits,
  hostedInvoiceUrl: v.exactOptional(v.string()),
});
/** An invoice that was finalized and waits for its payment. */
export type OpenInvoice = v.InferOutput<typeof OpenInvoiceSchema>;

export const SubscriptionSchema = v.object({
  /** Stripe's `sub_…`. */
  id: v.string(),
  customerId: v.string(),
  status: SubscriptionStatusSchema,
  /** Plan group and plan of the catalog; absent when the catalog no longer knows the product. */
  group: v.exactOptional(v.string()),
  planId: v.exactOptional(v.string()),
  interval: v.string(),
  currency: v.string(),
  seats: v.number(),
  /** Quantity by add-on id. */
  addOns: v.record(v.string(), v.number()),
  items: v.array(SubscriptionItemSchema),
  currentPeriodStart: unixSeconds,
  currentPeriodEnd: unixSeconds,
  trialEnd: v.exactOptional(unixSeconds),
  /** Set while it runs towards its end and can still be undone. */
  cancelAt: v.exactOptional(unixSeconds),
  /** The site's owner set that end: the customer cannot take it back. */
  endsByOwner: v.exactOptional(v.boolean()),
  endedAt: v.exactOptional(unixSeconds),
  /** Payments rest (Stripe's `pause_collection`), whatever the status says; until a moment, or until it is resumed. */
  collectionPaused: v.exactOptional(v.object({ resumesAt: v.exactOptional(unixSeconds) })),
  /** A change that Stripe makes when its open invoice is paid, and forgets at that moment. */
  changePendingUntil: v.exactOptional(unixSeconds),
  /** Why it ended or stopped: `trial_ended` is a trial that ran out without a card. */
  endReason: v.exactOptional(v.picklist(['trial_ended', 'canceled', 'payment_failed', 'expired'])),
  /** What waits to be chosen when a trial ended without a card and the plan says `choose`. */
  choiceDue: v.exactOptional(v.boolean()),
  /** The next invoice as far as the read model knows it; Stripe's number, minor units. */
  nextPayment: v.exactOptional(
    v.object({
      at: unixSeconds,
      amount: minorUnits,
      /** What it is made of, discounts, taxes and credit included. */
      receipt: v.exactOptional(ReceiptSchema),
    }),
  ),
  /** Its open invoices, oldest first; their sum is what the customer owes. Absent when nothing is open. */
  openInvoices: v.exactOptional(v.array(OpenInvoiceSchema)),
  scheduledChange: v.exactOptional(ScheduledChangeSchema),
  hasPaymentMethod: v.boolean(),
  /** Something will be charged for it, as it stands: its last payment method stays. */
  needsPaymentMethod: v.exactOptional(v.boolean()),
});
export type Subscription = v.InferOutput<typeof SubscriptionSchema>;

export const InvoiceSchema = v.object({
  id: v.string(),
  number: v.exactOptional(v.string()),
  status: v.picklist(['draft', 'open', 'paid', 'void', 'uncollectible']),
  created: unixSeconds,
  currency: v.string(),
  total: minorUnits,
  amountDue: minorUnits,
  hostedInvoiceUrl: v.exactOptional(v.string()),
  invoicePdf: v.exactOptional(v.string()),
});
export type Invoice = v.InferOutput<typeof InvoiceSchema>;
