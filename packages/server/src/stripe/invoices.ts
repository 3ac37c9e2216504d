/** Step 7 at Stripe: invoices, and what a purchase or a change would cost. */
import type { Invoice } from '@tillkit/core/subscription/subscription';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { allLines, toInvoiceReading, type InvoiceReading } from './invoice-reading.ts';
import { untilSure } from './kept-answers.ts';
import { idOf } from './price-facts.ts';
import { isFinal } from './stripe-errors.ts';
import { toMoneyParams, type DirectMode } from './change-money.ts';
import { toItem, toItemParams, type ItemChange, type PricedLine } from './subscriptions.ts';

export interface InvoicePage {
  readonly invoices: Invoice[];
  readonly hasMore: boolean;
}

/** Stripe refuses to list more at once. */
const mostOfOneCall = 100;

/**
 * A customer's invoices, newest first; drafts are nobody's business yet. `after` is looked for among their own, so that an
 * id from elsewhere never reaches Stripe; undefined when it is not one of theirs.
 */
export async function listInvoices(
  stripe: StripeGateway,
  customerId: string,
  { after, limit }: { after?: string; limit: number },
): Promise<InvoicePage | undefined> {
  const client = await stripe();
  const invoices: Invoice[] = [];
  let begun = after === undefined;
  // one more tells whether there are more
  const ofOneCall = begun ? Math.min(limit + 1, mostOfOneCall) : mostOfOneCall;
  for await (const invoice of client.invoices.list({ customer: customerId, limit: ofOneCall })) {
    if (!begun) begun = invoice.id === after;
    else if (invoice.status !== 'draft') {
      if (invoices.length === limit) return { invoices, hasMore: true };
      invoices.push(toInvoice(invoice));
    }
  }
  return begun ? { invoices, hasMore: false } : undefined;
}

function toInvoice(invoice: Stripe.Invoice): Invoice {
  return {
    id: invoice.id,
    ...(invoice.number && { number: invoice.number }),
    status: (invoice.status ?? 'open') as Invoice['status'],
    created: invoice.created,
    currency: invoice.currency,
    total: invoice.total,
    amountDue: invoice.amount_remaining,
    ...(invoice.hosted_invoice_url && { hostedInvoiceUrl: invoice.hosted_invoice_url }),
    ...(invoice.invoice_pdf && { invoicePdf: invoice.invoice_pdf }),
  };
}

/** Tries an open invoice again with the customer's default payment method; one of which nothing is owed any more is as it should be. */
export async function payInvoice(
  stripe: StripeGateway,
  id: string,
  idempotencyKey: string,
  now: number,
  paymentMethodId?: string,
): Promise<void> {
  const client = await stripe();
  const isSettled = async (): Promise<boolean> => {
    const { status } = await client.invoices.retrieve(id);
    return status === 'paid' || status === 'void';
  };
  const method = paymentMethodId === undefined ? {} : { payment_method: paymentMethodId };
  const key = paymentMethodId === undefined ? idempotencyKey : `${idempotencyKey}:${paymentMethodId}`;
  try {
    await untilSure(key, now, isSettled, async (again) => {
      await client.invoices.pay(id, method, { idempotencyKey: again });
    });
  } catch (error) {
    // on its own page, by Stripe's next try, or because the owner has let it go, while it was asked for here
    if (!isFinal(error) || !(await isSettled())) throw error;
  }
}

export interface PreviewLine {
  readonly productId?: string;
  readonly description: string;
  readonly quantity: number;
  /** Minor units. */
  readonly amount: number;
  readonly proration: boolean;
  readonly periodStart: number;
  readonly periodEnd: number;
}

/** Stripe's invoice as it would be, in minor units. */
export interface PreviewFact {
  readonly currency: string;
  readonly lines: readonly PreviewLine[];
  readonly total: number;
  /** After discounts, before taxes and balance. */
  readonly net: number;
  /** What would be charged, after the customer's balance. */
  readonly amountDue: number;
  readonly tax: number;
  readonly prorationDate?: number;
  /** The same with all that a receipt lists. */
  readonly reading: InvoiceReading;
}

/** What a change of a running subscription costs, to the second `prorationDate`; Stripe's clock when absent. */
export async function previewChange(
  stripe: StripeGateway,
  subscriptionId: string,
  { items, mode }: { readonly items: readonly ItemChange[]; readonly mode: DirectMode },
  prorationDate?: number,
): Promise<PreviewFact> {
  const client = await stripe();
  return toPreviewFact(
    client,
    await client.invoices.createPreview({
      subscription: subscriptionId,
      subscription_details: { items: toItemParams(items), ...toMoneyParams(mode, prorationDate) },
    }),
  );
}

/** What resuming a paused subscription charges at once, in a new period from now. */
export async function previewResumption(stripe: StripeGateway, subscriptionId: string): Promise<PreviewFact> {
  const client = await stripe();
  return toPreviewFact(
    client,
    await client.invoices.createPreview({
      subscription: subscriptionId,
      subscription_details: { resume_at: 'now', billing_cycle_anchor: { type: 'now' } },
    }),
  );
}

/** An invoice that waits for its payment, as a preview is read; what is due is what is still to be paid. */
export async function readOpenInvoice(stripe: StripeGateway, id: string): Promise<PreviewFact> {
  const client = await stripe();
  const invoice = await client.invoices.retrieve(id);
  return { ...(await toPreviewFact(client, invoice)), amountDue: invoice.amount_remaining };
}

export interface PurchaseOrder {
  readonly customerId?: string;
  readonly currency: string;
  readonly lines: readonly PricedLine[];
  readonly oneTimeLines: readonly PricedLine[];
  /** When it begins; absent: now. */
  readonly startDate?: number;
  /** Stripe's `promo_…`. */
  readonly promotionCodeId?: string;
  /** Stripe's `di_…`, of a subscription that goes on. */
  readonly discountIds?: readonly string[];
  /** End of a trial, Unix seconds: what recurs is free until then. */
  readonly trialEnd?: number;
}

/** The first invoice of a new purchase. */
export async function previewPurchase(stripe: StripeGateway, order: PurchaseOrder): Promise<PreviewFact> {
  const client = await stripe();
  return toPreviewFact(
    client,
    await client.invoices.createPreview({
      currency: order.currency,
      ...(order.customerId && { customer: order.customerId }),
      ...(order.lines.length > 0 && {
        subscription_details: {
          items: order.lines.map(toItem),
          billing_mode: { type: 'flexible' },
          ...(order.startDate !== undefined && { start_date: order.startDate }),
          ...(order.trialEnd !== undefined && { trial_end: order.trialEnd }),
        },
      }),
      ...discountsOf(order),
      ...(order.oneTimeLines.length > 0 && { invoice_items: order.oneTimeLines.map(toItem) }),
    }),
  );
}

function discountsOf({ promotionCodeId, discountIds = [] }: PurchaseOrder): Pick<Stripe.InvoiceCreatePreviewParams, 'discounts'> {
  if (promotionCodeId !== undefined) return { discounts: [{ promotion_code: promotionCodeId }] };
  return discountIds.length > 0 ? { discounts: discountIds.map((discount) => ({ discount })) } : {};
}

/** Stripe's preview in our spelling, with all its lines. */
export async function toPreviewFact(client: Stripe, invoice: Stripe.Invoice): Promise<PreviewFact> {
  const all = await allLines(client, invoice);
  const lines = all.map(toPreviewLine);
  const prorationDate = invoice.parent?.subscription_details?.subscription_proration_date ?? prorationStart(lines);
  return {
    currency: invoice.currency,
    lines,
    total: invoice.total,
    net: invoice.subtotal - (invoice.total_discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0),
    amountDue: invoice.amount_due,
    tax: (invoice.total_taxes ?? []).reduce((sum, tax) => sum + tax.amount, 0),
    ...(prorationDate !== undefined && { prorationDate }),
    reading: toInvoiceReading(invoice, all),
  };
}

/** The second that Stripe counted from, by its own clock: where prorated lines begin, or the new period where none is. */
function prorationStart(lines: readonly PreviewLine[]): number | undefined {
  return (lines.find((line) => line.proration) ?? lines[0])?.periodStart;
}

function toPreviewLine(line: Stripe.InvoiceLineItem): PreviewLine {
  const product = line.pricing?.price_details?.product;
  const { parent } = line;
  return {
    ...(product && { productId: idOf(product) }),
    description: line.description ?? '',
    quantity: line.quantity ?? 1,
    amount: line.amount,
    proration: Boolean(parent?.subscription_item_details?.proration ?? parent?.invoice_item_details?.proration),
    periodStart: line.period.start,
    periodEnd: line.period.end,
  };
}

/** Whether the payment of an open invoice waits for the customer's bank, as opposed to having been declined. */
export async function needsConfirmation(stripe: StripeGateway, invoiceId: string): Promise<boolean> {
  const client = await stripe();
  const { data } = await client.invoicePayments.list({ invoice: invoiceId, status: 'open', expand: ['data.payment.payment_intent'] });
  return data.some(({ payment }) => typeof payment.payment_intent === 'object' && payment.payment_intent?.status === 'requires_action');
}
