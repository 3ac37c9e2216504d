/** Step panel: `/v1/invoices`. */
import { attemptPayment, invoicePaid, paymentError } from '../billing/collect.ts';
import { readDiscounts, redeem, type WantedDiscount } from '../billing/discounts.ts';
import { draftInvoice, pendingItems, repriceDraft } from '../billing/invoice-draft.ts';
import { attachPayment, finalizeInvoice, markPaid, markUncollectible, tellSent, voidInvoice } from '../billing/invoice-life.ts';
import { findPaymentMethod } from '../billing/payment-methods.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { clearable, flag, mergeMetadata, oneOf, type Params, passives, text } from '../http/read.ts';
import { demandCurrency } from '../money/currency.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice } from '../objects/invoice.ts';
import { change, type World } from '../world.ts';
import { attributesOf, createFields, demandEditable, updateFields } from './invoice-parameters.ts';

const filters = {
  ...listFields,
  created,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  customer: text,
  customer_account: text,
  due_date: created,
  status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
  subscription: text,
} as const;
const payFields = {
  off_session: flag,
  paid_out_of_band: flag,
  payment_method: text,
  ...passives('forgive', 'source'),
  mandate: clearable(text),
} as const;
const attachFields = { payment_intent: text, ...passives('payment_record') } as const;
const finalizeFields = { auto_advance: flag } as const;

/** Stripe finalizes a draft, and collects an invoice that was finalized by hand, about an hour later. */
const hourSeconds = 3600;

const find = (world: World, id: string): Invoice => found(world.tables.invoices.get(id), 'invoice', id);

function customerOf(world: World, id: string): Customer {
  const customer = world.tables.customers.get(id);
  if (!customer) throw missingReference('customer', id, 'customer');
  return customer;
}

function list({ world, params }: Call<typeof filters>): object {
  const { customer, status, collection_method, due_date } = params;
  const rows = (params.subscription === undefined ? world.tables.invoices.all() : world.tables.invoices.of(params.subscription))
    .filter((row) => customer === undefined || row.customer === customer)
    .filter((row) => status === undefined || row.status === status)
    .filter((row) => collection_method === undefined || row.collection_method === collection_method)
    .filter((row) => due_date === undefined || (row.due_date !== null && isWithin(row.due_date, due_date)))
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/invoices');
}

/** Ids of the discounts of a parameter; undefined when it is absent or an empty list, which change nothing. */
function discountsOf(
  world: World,
  customer: string,
  currency: string,
  given: readonly WantedDiscount[] | null | undefined,
): string[] | undefined {
  if (given === undefined || given?.length === 0) return undefined;
  return redeem(world, readDiscounts(world, given ?? [], { customer, currency }), { customer }).map(({ id }) => id);
}

function create({ world, params }: Call<typeof createFields>): Invoice {
  if (params.from_invoice !== undefined) throw invalid('This sandbox makes no revisions of invoices.', undefined, 'from_invoice');
  const customer = customerOf(world, params.customer);
  const subscription = world.tables.subscriptions.get(params.subscription ?? '') ?? null;
  if (params.subscription !== undefined && !subscription) throw missingReference('subscription', params.subscription, 'subscription');
  const currency = demandCurrency(params.currency ?? subscription?.currency ?? customer.currency ?? 'usd');
  const takesItems = params.pending_invoice_items_behavior === 'include' || subscription !== null;
  const discounts = discountsOf(world, customer.id, currency, params.discounts);
  const auto_advance = params.auto_advance ?? false;
  return draftInvoice(world, {
    customer,
    currency,
    billing_reason: 'manual',
    lines: [],
    subscription,
    items: takesItems ? pendingItems(world, customer.id, currency, subscription?.id ?? null) : [],
    period: { start: world.now(), end: world.now() },
    automatically_finalizes_at: params.automatically_finalizes_at ?? (auto_advance ? world.now() + hourSeconds : null),
    auto_advance,
    metadata: mergeMetadata({}, params.metadata),
    attributes: attributesOf(world, params),
    ...(discounts && { discounts }),
    ...(params.default_tax_rates && { default_tax_rates: taxRatesOf(world, params.default_tax_rates, 'default_tax_rates') }),
    ...(params.automatic_tax && { automatic_tax: params.automatic_tax.enabled }),
  });
}

/** draft → open; with `auto_advance` it is collected at the next turn of the clock. */
function finalizeWith(world: World, id: string, { auto_advance }: Params<typeof finalizeFields>): Invoice {
  const invoice = finalizeInvoice(world, find(world, id));
  if (invoice.status === 'paid') invoicePaid(world, invoice, null);
  else if (invoice.collection_method === 'charge_automatically' && (auto_advance ?? invoice.auto_advance)) {
    change(world, 'invoices', invoice, { auto_advance: true, next_payment_attempt: world.now() + hourSeconds });
  } else if (auto_advance !== undefined) change(world, 'invoices', invoice, { auto_advance });
  return find(world, id);
}

function pay({ world, id, params }: Call<typeof payFields>): Invoice {
  const invoice = find(world, id);
  if (invoice.status === 'paid') throw invalid('Invoice is already paid');
  const open = invoice.status === 'draft' ? finalizeWith(world, id, { auto_advance: false }) : invoice;
  if (open.status === 'paid') return open;
  if (params.paid_out_of_band) {
    invoicePaid(world, markPaid(world, open, { outOfBand: true }), null);
    return find(world, id);
  }
  if (open.status === 'void') throw invalid('You cannot pay an invoice that is void.', 'invoice_not_editable');
  const method = params.payment_method === undefined ? undefined : findPaymentMethod(world, params.payment_method, 'payment_method');
  const tried = attemptPayment(world, open, { automatic: false, byHand: true, ...(method && { method }) });
  const intent = world.tables.paymentIntents.get(world.tables.invoicePayments.of(id)[0]?.payment.payment_intent ?? '');
  if (tried.status !== 'paid' && intent?.status !== 'processing') throw paymentError(world, tried);
  return tried;
}

function attachPaymentTo({ world, id, params }: Call<typeof attachFields>): Invoice {
  const intent = world.tables.paymentIntents.get(params.payment_intent ?? '');
  if (!intent) throw missingReference('payment_intent', params.payment_intent ?? '', 'payment_intent');
  const invoice = attachPayment(world, find(world, id), intent);
  if (invoice.status === 'paid') invoicePaid(world, invoice, intent.payment_method);
  return find(world, id);
}

/** Draft or open → sent; only what the customer pays by himself is sent. */
function send({ world, id }: Call<Record<never, never>>): Invoice {
  const invoice = find(world, id);
  if (invoice.collection_method !== 'send_invoice') {
    throw invalid('You can only send an invoice by hand if its collection method is `send_invoice`.', 'invoice_not_editable');
  }
  const open = invoice.status === 'draft' ? finalizeWith(world, id, {}) : invoice;
  return tellSent(world, open);
}

function update({ world, id, params }: Call<typeof updateFields>): Invoice {
  const before = find(world, id);
  demandEditable(before, params);
  const discounts = discountsOf(world, before.customer, before.currency, params.discounts);
  const { auto_advance = before.auto_advance, automatically_finalizes_at, default_tax_rates: rates, automatic_tax } = params;
  const prices =
    discounts || rates !== undefined || automatic_tax
      ? repriceDraft(world, before, {
          discounts: discounts ?? before.discounts,
          default_tax_rates: rates === undefined ? before.default_tax_rates : taxRatesOf(world, rates ?? [], 'default_tax_rates'),
          automatic_tax: automatic_tax?.enabled ?? before.automatic_tax.enabled,
        })
      : {};
  const starts = before.status === 'draft' && auto_advance && before.automatically_finalizes_at === null;
  const finalizes = automatically_finalizes_at ?? (starts ? world.now() + hourSeconds : undefined);
  const patch = {
    ...attributesOf(world, params, before),
    auto_advance,
    metadata: mergeMetadata(before.metadata, params.metadata),
    ...(finalizes !== undefined && { automatically_finalizes_at: finalizes }),
  };
  return change(world, 'invoices', before, { ...patch, ...prices }, 'invoice.updated');
}

/** Only a draft that no subscription made can be deleted; its items wait again. */
function remove({ world, id }: Call<Record<never, never>>): object {
  const invoice = find(world, id);
  if (invoice.status !== 'draft' || invoice.parent) {
    throw invalid('You can only delete draft invoices that were not created by a subscription.', 'invoice_not_editable');
  }
  for (const item of world.tables.invoiceItems.all()) if (item.invoice === id) change(world, 'invoiceItems', item, { invoice: null });
  world.tables.invoices.remove(id);
  world.emit('invoice.deleted', invoice);
  return { id, object: 'invoice', deleted: true };
}

export function invoices(offer: Offer): void {
  offer('get', '/invoices', { fields: filters, run: list });
  offer('post', '/invoices', { fields: createFields, run: create });
  offer('get', '/invoices/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', '/invoices/:id/finalize', { fields: finalizeFields, run: ({ world, id, params }) => finalizeWith(world, id, params) });
  offer('post', '/invoices/:id/pay', { fields: payFields, run: pay });
  offer('post', '/invoices/:id/attach_payment', { fields: attachFields, run: attachPaymentTo });
  offer('post', '/invoices/:id/send', { fields: {}, run: send });
  offer('post', '/invoices/:id/void', { fields: {}, run: ({ world, id }) => voidInvoice(world, find(world, id)) });
  offer('post', '/invoices/:id/mark_uncollectible', { fields: {}, run: ({ world, id }) => markUncollectible(world, find(world, id)) });
  offer('post', '/invoices/:id', { fields: updateFields, run: update });
  offer('delete', '/invoices/:id', { fields: {}, run: remove });
}
