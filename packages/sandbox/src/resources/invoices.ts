/** Step panel: `/v1/invoices` and what belongs to them. */
import { attemptPayment, invoicePaid, paymentError } from '../billing/collect.ts';
import { readDiscounts, redeem, type WantedDiscount } from '../billing/discounts.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { draftInvoice, pendingItems, repriceDraft } from '../billing/invoice-draft.ts';
import { finalizeInvoice, markPaid, markUncollectible, voidInvoice } from '../billing/invoice-life.ts';
import { findPaymentMethod } from '../billing/payment-methods.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { clearable, flag, mergeMetadata, metadata, oneOf, passives, required, text } from '../http/read.ts';
import type { Customer } from '../objects/customer.ts';
import type { Invoice } from '../objects/invoice.ts';
import { change, type World } from '../world.ts';
import { automaticTaxField, discountsField, taxRatesField } from './subscription-parameters.ts';

const filters = {
  ...listFields,
  created,
  customer: text,
  subscription: text,
  status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
  ...passives('collection_method', 'due_date'),
} as const;
const createFields = {
  auto_advance: flag,
  automatic_tax: automaticTaxField,
  default_tax_rates: taxRatesField,
  discounts: discountsField,
  currency: text,
  customer: required(text),
  description: clearable(text),
  metadata,
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
  subscription: text,
  ...passives('collection_method', 'days_until_due', 'default_payment_method'),
} as const;
const payFields = { payment_method: text, paid_out_of_band: flag, ...passives('forgive', 'off_session', 'source', 'mandate') } as const;
const updateFields = {
  auto_advance: flag,
  automatic_tax: automaticTaxField,
  default_tax_rates: taxRatesField,
  discounts: discountsField,
  default_payment_method: clearable(text),
  description: clearable(text),
  metadata,
  ...passives('collection_method', 'days_until_due', 'footer', 'payment_settings', 'rendering'),
} as const;
const finalizeFields = { auto_advance: flag } as const;

/** Stripe tries to collect an invoice about an hour after it was finalized by hand. */
const collectSeconds = 3600;

const find = (world: World, id: string): Invoice => found(world.tables.invoices.get(id), 'invoice', id);

function customerOf(world: World, id: string): Customer {
  const customer = world.tables.customers.get(id);
  if (!customer) throw missingReference('customer', id, 'customer');
  return customer;
}

function list({ world, params }: Call<typeof filters>): object {
  const rows = (params.subscription === undefined ? world.tables.invoices.all() : world.tables.invoices.of(params.subscription))
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => params.status === undefined || row.status === params.status)
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
  const customer = customerOf(world, params.customer);
  const subscription =
    params.subscription === undefined
      ? null
      : found(world.tables.subscriptions.get(params.subscription), 'subscription', params.subscription);
  const currency = params.currency ?? subscription?.currency ?? customer.currency ?? 'usd';
  const items =
    params.pending_invoice_items_behavior === 'include' || subscription
      ? pendingItems(world, customer.id, currency, subscription?.id ?? null)
      : [];
  const given = discountsOf(world, customer.id, currency, params.discounts);
  return draftInvoice(world, {
    customer,
    currency,
    billing_reason: 'manual',
    lines: [],
    subscription,
    items,
    period: { start: world.now(), end: world.now() },
    automatically_finalizes_at: null,
    auto_advance: params.auto_advance ?? false,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    ...(given && { discounts: given }),
    ...(params.default_tax_rates && { default_tax_rates: taxRatesOf(world, params.default_tax_rates, 'default_tax_rates') }),
    ...(params.automatic_tax && { automatic_tax: params.automatic_tax.enabled }),
  });
}

/** draft → open; with `auto_advance` it is collected at the next turn of the clock. */
function finalize({
  world,
  id,
  params,
}: {
  readonly world: World;
  readonly id: string;
  readonly params: { readonly auto_advance?: boolean };
}): Invoice {
  const invoice = finalizeInvoice(world, find(world, id));
  if (invoice.status === 'paid') invoicePaid(world, invoice, null);
  else if (params.auto_advance ?? invoice.auto_advance) {
    change(world, 'invoices', invoice, { auto_advance: true, next_payment_attempt: world.now() + collectSeconds });
  }
  return find(world, id);
}

function pay({ world, id, params }: Call<typeof payFields>): Invoice {
  const invoice = find(world, id);
  if (invoice.status === 'paid') throw invalid('Invoice is already paid');
  const open = invoice.status === 'draft' ? finalize({ world, id, params: { auto_advance: false } }) : invoice;
  if (open.status === 'paid') return open;
  if (params.paid_out_of_band) {
    invoicePaid(world, markPaid(world, open), null);
    return find(world, id);
  }
  const method = params.payment_method === undefined ? undefined : findPaymentMethod(world, params.payment_method, 'payment_method');
  const tried = attemptPayment(world, open, { automatic: false, ...(method && { method }) });
  if (tried.status !== 'paid') throw paymentError(world, tried);
  return tried;
}

function update({ world, id, params }: Call<typeof updateFields>): Invoice {
  const before = find(world, id);
  const { default_payment_method: method, description, auto_advance } = params;
  const patch = {
    auto_advance: auto_advance ?? before.auto_advance,
    metadata: mergeMetadata(before.metadata, params.metadata),
    ...(description !== undefined && { description }),
    ...(method !== undefined && { default_payment_method: method && findPaymentMethod(world, method, 'default_payment_method').id }),
  };
  const discounts = discountsOf(world, before.customer, before.currency, params.discounts);
  const { default_tax_rates: rates, automatic_tax } = params;
  const repriced = discounts || rates !== undefined || automatic_tax;
  if (repriced && before.status !== 'draft') throw invalid('Finalized invoices cannot be changed in this way.', 'invoice_not_editable');
  const prices = repriced
    ? repriceDraft(world, before, {
        discounts: discounts ?? before.discounts,
        default_tax_rates: rates === undefined ? before.default_tax_rates : taxRatesOf(world, rates ?? [], 'default_tax_rates'),
        automatic_tax: automatic_tax?.enabled ?? before.automatic_tax.enabled,
      })
    : {};
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
  offer('get', '/invoices/:id/lines', {
    fields: listFields,
    run: ({ world, id, params }) => pageOf(find(world, id).lines.data, params, `/v1/invoices/${id}/lines`),
  });
  offer('post', '/invoices/:id/finalize', { fields: finalizeFields, run: finalize });
  offer('post', '/invoices/:id/pay', { fields: payFields, run: pay });
  offer('post', '/invoices/:id/void', { fields: {}, run: ({ world, id }) => voidInvoice(world, find(world, id)) });
  offer('post', '/invoices/:id/mark_uncollectible', { fields: {}, run: ({ world, id }) => markUncollectible(world, find(world, id)) });
  offer('post', '/invoices/:id', { fields: updateFields, run: update });
  offer('delete', '/invoices/:id', { fields: {}, run: remove });
}
