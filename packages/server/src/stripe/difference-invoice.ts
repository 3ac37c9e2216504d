/**
 * Step 7 at Stripe: the difference of a change, as an invoice of its own that is collected at once.
 *
 * Promise: one invoice for each change, however often it is asked for.
 */
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { toPreviewFact, type PreviewFact } from './invoices.ts';
import { pastKeptAnswer, untilSure } from './kept-answers.ts';
import { isChangeNote, writeChangeNote } from './metadata.ts';
import { isConfirmation, isDecline, isFinal, undefinedIfMissing } from './stripe-errors.ts';

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

export interface DifferenceAttempt {
  /** Minor units that were shown. */
  readonly expectedTotal: number;
  readonly changeId: string;
  /** Whether what waits for the customer's bank is over. */
  readonly end: boolean;
  readonly now: number;
}

/** What the difference of a change comes to with tax and credit. */
export async function previewDifference(stripe: StripeGateway, order: DifferenceOrder): Promise<PreviewFact> {
  const client = await stripe();
  return toPreviewFact(
    client,
    await client.invoices.createPreview({
      customer: order.customerId,
      currency: order.currency,
      automatic_tax: { enabled: order.tax !== 'none' },
      invoice_items: [toDifferenceItem(order)],
    }),
  );
}

/**
 * Invoices the difference and collects it. A declined payment throws Stripe's error, and the invoice is voided; `refused`
 * when that was so before. `waits` while the customer's bank wants them to confirm, on the invoice's own page; with `end` that
 * is over too, and the invoice voided. `changed` when tax or anything else makes it another total than was shown. A repeated call
 * goes on where the earlier one ended, whatever became of the answers, as long as Stripe keeps keys: for a day. Nothing is left that a
 * later invoice would collect.
 */
export async function invoiceDifference(
  stripe: StripeGateway,
  order: DifferenceOrder,
  { expectedTotal, changeId, end, now }: DifferenceAttempt,
): Promise<'paid' | 'changed' | 'refused' | 'waits'> {
  const client = await stripe();
  const { customerId: customer, subscriptionId: subscription } = order;
  const keyOf = (step: string): string => `change:${changeId}:${step}`;
  const draft = {
    customer,
    subscription,
    auto_advance: false,
    automatic_tax: { enabled: order.tax !== 'none' },
    pending_invoice_items_behavior: 'exclude' as const,
    metadata: { ...writeChangeNote(changeId) },
  };
  const { id } = await pastKeptAnswer(
    keyOf('invoice'),
    now,
    (idempotencyKey) => client.invoices.create(draft, { idempotencyKey }),
    () => findInvoice(client, subscription, changeId),
  );
  const line = { customer, subscription, invoice: id, ...toDifferenceItem(order) };
  const item = await pastKeptAnswer(
    keyOf('item'),
    now,
    (idempotencyKey) => client.invoiceItems.create(line, { idempotencyKey }),
    async () => (await client.invoiceItems.list({ invoice: id, limit: 1 })).data[0],
  );
  let invoice = await client.invoices.retrieve(id);
  if (invoice.status === 'draft' && invoice.total !== expectedTotal) {
    await client.invoiceItems.del(item.id).catch(undefinedIfMissing);
    // Stripe deletes no invoice of a subscription; an empty draft that nothing advances may stay
    return 'changed';
  }
  if (invoice.status === 'draft')
    invoice = await pastKeptAnswer(
      keyOf('finalize'),
      now,
      (idempotencyKey) => client.invoices.finalizeInvoice(id, { auto_advance: false }, { idempotencyKey }),
      async () => {
        const finalized = await client.invoices.retrieve(id);
        return finalized.status === 'draft' ? undefined : finalized;
      },
    );
  if (invoice.status !== 'open') return invoice.status === 'paid' ? 'paid' : 'refused';
  return collect(client, id, { keyOf, end, now });
}

/** Pays an open invoice, or voids it where that is over. */
async function collect(
  client: Stripe,
  id: string,
  { keyOf, end, now }: Pick<DifferenceAttempt, 'end' | 'now'> & { readonly keyOf: (step: string) => string },
): Promise<'paid' | 'refused' | 'waits'> {
  const isPaid = async (): Promise<boolean> => (await client.invoices.retrieve(id)).status === 'paid';
  try {
    await untilSure(keyOf('pay'), now, isPaid, async (idempotencyKey) => {
      await client.invoices.pay(id, {}, { idempotencyKey });
    });
  } catch (error) {
    const waits = isConfirmation(error);
    if (waits && !end) return 'waits';
    // a broken connection says nothing about the payment
    if (isDecline(error) && (await voidOpen(client, id, keyOf('void'), now))) {
      if (waits) return 'refused';
      throw error;
    }
    // on its own page, while it was asked for here
    if (!isFinal(error) || !(await isPaid())) throw error;
  }
  return 'paid';
}

/** The invoice that an earlier try made for a change. */
async function findInvoice(client: Stripe, subscription: string, changeId: string): Promise<Stripe.Invoice | undefined> {
  for await (const invoice of client.invoices.list({ subscription, limit: 100 }))
    if (isChangeNote(invoice.metadata, changeId)) return invoice;
  return undefined;
}

/**
 * What became of the invoice of a change after Stripe has forgotten its keys: whether it is paid. One that is not is put
 * away.
 */
export async function settleDifference(stripe: StripeGateway, subscriptionId: string, changeId: string, now: number): Promise<boolean> {
  const client = await stripe();
  for await (const invoice of client.invoices.list({ subscription: subscriptionId, limit: 100 })) {
    if (!isChangeNote(invoice.metadata, changeId)) continue;
    if (invoice.status === 'paid') return true;
    // a draft that nothing advances may stay
    if (invoice.status === 'open' && !(await voidOpen(client, invoice.id, `change:${changeId}:late-void`, now))) return true;
  }
  return false;
}

/** Gives what was paid for a change that cannot be made any more back, as credit for later invoices; once. */
export async function creditDifference(stripe: StripeGateway, subscriptionId: string, changeId: string, now: number): Promise<void> {
  const client = await stripe();
  for await (const invoice of client.invoices.list({ subscription: subscriptionId, limit: 100 })) {
    if (!isChangeNote(invoice.metadata, changeId) || invoice.status !== 'paid' || !invoice.customer) continue;
    const customer = typeof invoice.customer === 'string' ? invoice.customer : invoice.customer.id;
    const credit = {
      amount: -invoice.total,
      currency: invoice.currency,
      description: 'A change that was paid for and could not be made',
      metadata: { ...writeChangeNote(changeId) },
    };
    const isMade = async (): Promise<boolean> => {
      for await (const { metadata } of client.customers.listBalanceTransactions(customer, { limit: 100 }))
        if (isChangeNote(metadata, changeId)) return true;
      return false;
    };
    await untilSure(`change:${changeId}:credit`, now, isMade, async (idempotencyKey) => {
      await client.customers.createBalanceTransaction(customer, credit, { idempotencyKey });
    });
  }
}

/** Lets an invoice be paid no more; false when it was paid at that moment, on its own page. */
async function voidOpen(client: Stripe, id: string, key: string, now: number): Promise<boolean> {
  const statusNow = async (): Promise<Stripe.Invoice['status']> => (await client.invoices.retrieve(id)).status;
  const isVoid = async (): Promise<boolean> => (await statusNow()) === 'void';
  try {
    await untilSure(key, now, isVoid, async (idempotencyKey) => {
      await client.invoices.voidInvoice(id, {}, { idempotencyKey });
    });
    return true;
  } catch (error) {
    const status = isFinal(error) ? await statusNow() : undefined;
    if (status === 'paid') return false;
    if (status === 'void') return true;
    throw error;
  }
}
