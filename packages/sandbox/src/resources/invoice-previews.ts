/** Step panel: `POST /v1/invoices/create_preview`. */
import { previewCancellation, previewChange, previewPurchase, previewRenewal, previewResumption } from '../billing/invoice-preview.ts';
import { readDiscounts, redeem } from '../billing/discounts.ts';
import { newCustomer } from '../billing/new-customer.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { addInvoiceItem, insertInvoiceItem } from '../billing/invoice-items.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missing, missingReference } from '../http/api-error.ts';
import { shownInList } from '../http/render.ts';
import { clearable, count, either, flag, integer, listOf, mergeMetadata, metadata, oneOf, passives, shape, text } from '../http/read.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { Subscription } from '../objects/subscription.ts';
import { insert, type World } from '../world.ts';
import { attributesOf } from './subscription-attributes.ts';
import {
  anchorFields,
  automaticTaxField,
  discountsField,
  taxRatesField,
  itemChanges,
  priceOf,
  prorationBehavior,
  toItemWishes,
  toWantedItems,
  updateFields,
} from './subscription-parameters.ts';

const extra = shape({
  amount: integer,
  currency: text,
  description: text,
  metadata,
  price: text,
  quantity: count,
  discountable: flag,
  discounts: discountsField,
  tax_rates: taxRatesField,
  ...passives('period', 'tax_behavior', 'tax_code'),
});
const previewFields = {
  currency: text,
  customer: text,
  invoice_items: listOf(extra),
  preview_mode: oneOf('next', 'recurring'),
  schedule: text,
  subscription: text,
  subscription_details: shape({
    billing_cycle_anchor: anchorFields,
    billing_mode: shape({ type: oneOf('classic', 'flexible'), ...passives('flexible') }),
    cancel_at: clearable(updateFields.cancel_at),
    cancel_at_period_end: flag,
    cancel_now: flag,
    items: itemChanges,
    metadata,
    proration_behavior: prorationBehavior,
    proration_date: integer,
    resume_at: oneOf('now'),
    start_date: integer,
    trial_end: either(oneOf('now'), integer),
    default_tax_rates: taxRatesField,
  }),
  automatic_tax: automaticTaxField,
  discounts: discountsField,
  ...passives('customer_details', 'issuer'),
} as const;

type Params = Call<typeof previewFields>['params'];

function subscriptionOf(world: World, params: Params): Subscription | null {
  const schedule =
    params.schedule === undefined
      ? undefined
      : found(world.tables.schedules.get(params.schedule), 'subscription schedule', params.schedule);
  const id = params.subscription ?? schedule?.subscription ?? undefined;
  return id === undefined ? null : found(world.tables.subscriptions.get(id), 'subscription', id);
}

/** Things bought once stand on the previewed invoice together with what it already has. */
function addExtras(
  world: World,
  place: { readonly customer: string; readonly currency: string; readonly subscription: string | null },
  extras: Params['invoice_items'],
): void {
  for (const [position, { price, amount, description = '', quantity = 1, metadata: own, ...given }] of (extras ?? []).entries()) {
    const path = `invoice_items[${position}]`;
    const { discountable, discounts, tax_rates } = given;
    const item = {
      ...place,
      metadata: mergeMetadata({}, own),
      quantity,
      ...(discountable !== undefined && { discountable }),
      ...(tax_rates && { tax_rates: taxRatesOf(world, tax_rates, `${path}[tax_rates]`) }),
    };
    if (price !== undefined) {
      addInvoiceItem(world, { ...item, price: priceOf(world, price, `${path}[price]`), ...(discounts && { discounts }) });
    } else {
      const ids = redeem(world, readDiscounts(world, discounts ?? [], place), { customer: place.customer }).map(({ id }) => id);
      insertInvoiceItem(world, { ...item, amount: amount ?? 0, description, discounts: ids });
    }
  }
}

function previewExisting(world: World, subscription: Subscription, params: Params): Invoice {
  const { items, proration_behavior, proration_date, trial_end, billing_cycle_anchor, cancel_now, resume_at, ...given } =
    params.subscription_details ?? {};
  const mode = params.preview_mode ?? 'next';
  const { customer, currency, id } = subscription;
  addExtras(world, { customer, currency, subscription: id }, params.invoice_items);
  if (resume_at) return previewResumption(world, subscription);
  if (cancel_now) return previewCancellation(world, subscription, proration_behavior !== 'none');
  const { cancel_at, cancel_at_period_end } = given;
  return previewChange(
    world,
    subscription,
    {
      items: toItemWishes(world, items),
      proration_behavior: proration_behavior ?? 'create_prorations',
      proration_date: proration_date ?? world.now(),
      payment_behavior: 'default_incomplete',
      patch: attributesOf(world, subscription, {
        ...(cancel_at !== undefined && { cancel_at }),
        ...(cancel_at_period_end !== undefined && { cancel_at_period_end }),
        ...(params.discounts !== undefined && { discounts: params.discounts }),
        ...(given.default_tax_rates !== undefined && { default_tax_rates: given.default_tax_rates }),
        ...(params.automatic_tax && { automatic_tax: params.automatic_tax }),
      }),
      ...(trial_end !== undefined && { trial_end }),
      ...(billing_cycle_anchor && { billing_cycle_anchor: billing_cycle_anchor.type }),
    },
    mode,
  );
}

/** The upcoming invoice of the subscription that renews soonest. */
function previewCustomer(world: World, customer: string): Invoice {
  const ends = (row: Subscription): number => Math.min(...row.items.data.map((item) => item.current_period_end));
  const [soonest] = world.tables.subscriptions
    .of(customer)
    .filter(({ status, cancel_at }) => ['active', 'past_due', 'trialing'].includes(status) && cancel_at === null)
    .toSorted((a, b) => ends(a) - ends(b));
  if (!soonest) throw missing('upcoming invoice for customer', customer, 'customer');
  return previewRenewal(world, soonest);
}

function previewNew(world: World, params: Params): Invoice {
  const details = params.subscription_details;
  const customer = params.customer === undefined ? null : world.tables.customers.get(params.customer);
  if (customer === undefined) throw missingReference('customer', params.customer ?? '', 'customer');
  if (!details?.items && !params.invoice_items && customer) return previewCustomer(world, customer.id);
  const named = (details?.items ?? []).map((line, position) => {
    const path = `subscription_details[items][${position}][price]`;
    if (line.price === undefined) throw invalid(`Missing required param: ${path}.`, 'parameter_missing', path);
    return { ...line, price: line.price };
  });
  const items = toWantedItems(world, named, 'subscription_details[items]');
  const first = params.invoice_items?.[0];
  const currency =
    params.currency ?? items[0]?.price.currency ?? world.tables.prices.get(first?.price ?? '')?.currency ?? first?.currency ?? 'usd';
  const buyer = customer ?? newCustomer(world, {});
  addExtras(world, { customer: buyer.id, currency, subscription: null }, params.invoice_items);
  return previewPurchase(world, {
    customer: buyer,
    currency,
    items,
    discounts: params.discounts ?? [],
    default_tax_rates: taxRatesOf(world, details?.default_tax_rates ?? [], 'subscription_details[default_tax_rates]'),
    automatic_tax: params.automatic_tax?.enabled ?? false,
    trial_end: typeof details?.trial_end === 'number' ? details.trial_end : null,
    billing_mode: details?.billing_mode?.type ?? 'flexible',
    start: details?.start_date ?? world.now(),
  });
}

export function invoicePreviews(offer: Offer): void {
  offer('post', '/invoices/create_preview', {
    fields: previewFields,
    run: ({ world, params }) => {
      const preview = world.rehearse(() => {
        const subscription = subscriptionOf(world, params);
        return subscription ? previewExisting(world, subscription, params) : previewNew(world, params);
      });
      return preview.lines.data.length > shownInList ? insert(world, 'invoicePreviews', preview) : preview;
    },
  });
}
