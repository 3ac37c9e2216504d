/** Step subscription: the parameters of `/v1/subscriptions`, `/v1/subscription_items` and what previews share with them (API 2026-10-28.endive). */
import { invalid, missingReference } from '../http/api-error.ts';
import {
  clearable,
  count,
  either,
  flag,
  integer,
  listOf,
  mergeMetadata,
  metadata,
  oneOf,
  type Params,
  passives,
  required,
  shape,
  text,
} from '../http/read.ts';
import type { WantedDiscount } from '../billing/discounts.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import type { Price } from '../objects/catalog.ts';
import { isMetered } from '../objects/meter.ts';
import type { WantedItem } from '../billing/subscription-create.ts';
import type { ItemWish } from '../billing/subscription-plan.ts';
import type { World } from '../world.ts';

export const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
export const paymentBehavior = oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete');
export const discountsField = clearable(listOf(shape({ coupon: text, discount: text, promotion_code: text, ...passives('discount_end') })));
export const taxRatesField = clearable(listOf(text));
export const automaticTaxField = shape({ enabled: required(flag), ...passives('liability') });
const newItemFields = {
  price: required(text),
  quantity: count,
  metadata,
  discounts: discountsField,
  tax_rates: taxRatesField,
  ...passives('billing_thresholds'),
} as const;
const newItems = listOf(shape(newItemFields));
const extras = listOf(
  shape({ price: required(text), quantity: count, metadata, tax_rates: taxRatesField, discounts: discountsField, ...passives('period') }),
);
const cancelAt = either(oneOf('min_period_end', 'max_period_end'), integer);
const endBehavior = shape({
  missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')),
  ...passives('billing_cycle_anchor'),
});

const shared = {
  add_invoice_items: extras,
  cancel_at: clearable(cancelAt),
  cancel_at_period_end: flag,
  default_payment_method: clearable(text),
  description: clearable(text),
  metadata,
  off_session: flag,
  payment_settings: shape({
    save_default_payment_method: oneOf('off', 'on_subscription'),
    ...passives('payment_method_options', 'payment_method_types'),
  }),
  proration_behavior: prorationBehavior,
  trial_settings: clearable(shape({ end_behavior: required(endBehavior) })),
  automatic_tax: automaticTaxField,
  default_tax_rates: taxRatesField,
  discounts: discountsField,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  days_until_due: count,
  ...passives('invoice_settings'),
} as const;

export const createFields = {
  ...shared,
  billing_mode: shape({ type: required(oneOf('classic', 'flexible')), ...passives('flexible') }),
  currency: text,
  customer: required(text),
  items: newItems,
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
  trial_end: either(oneOf('now'), integer),
  trial_from_plan: flag,
  trial_period_days: integer,
} as const;

const changedItemFields = {
  price: text,
  quantity: count,
  metadata,
  discounts: discountsField,
  tax_rates: taxRatesField,
  ...passives('billing_thresholds'),
} as const;
export const itemChanges = listOf(shape({ ...changedItemFields, id: text, deleted: flag, ...passives('clear_usage') }));

const feedback = oneOf(
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
);
const cancellationDetails = shape({ comment: clearable(text), feedback: clearable(feedback), ...passives('feedback_option') });
export const anchorFields = shape({ type: required(oneOf('now', 'unchanged')) });

export const updateFields = {
  ...shared,
  billing_cycle_anchor: anchorFields,
  cancellation_details: cancellationDetails,
  items: itemChanges,
  pause_collection: clearable(shape({ behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: integer })),
  payment_behavior: paymentBehavior,
  proration_date: integer,
  trial_end: either(oneOf('now'), integer),
} as const;

/** What may wait for its payment (docs.stripe.com/billing/subscriptions/pending-updates-reference). */
export const mayBePending: ReadonlySet<string> = new Set([
  'add_invoice_items',
  'billing_cycle_anchor',
  'cancel_at_period_end',
  'discounts',
  'items',
  'metadata',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
]);

export const cancelFields = { cancellation_details: cancellationDetails, invoice_now: flag, prorate: flag } as const;

export const resumeFields = {
  billing_cycle_anchor: anchorFields,
  payment_behavior: oneOf('resume_on_payment_attempt', 'resume_on_payment_success'),
  proration_behavior: prorationBehavior,
  proration_date: integer,
} as const;

export const pauseFields = {
  type: oneOf('subscription'),
  bill_for: shape({
    unused_time_from: shape({ type: required(oneOf('item_current_period_start', 'none', 'now')) }),
    ...passives('outstanding_usage_through'),
  }),
  invoicing_behavior: oneOf('invoice', 'pending_invoice_item'),
} as const;

const itemChange = {
  payment_behavior: paymentBehavior,
  proration_behavior: prorationBehavior,
  proration_date: integer,
} as const;
export const newItemParameters = { ...newItemFields, ...itemChange, subscription: required(text) } as const;
export const changedItemParameters = { ...changedItemFields, ...itemChange, ...passives('off_session') } as const;
export const deletedItemParameters = { ...itemChange, clear_usage: flag } as const;

/** The price of a parameter, or Stripe's refusal. */
export function priceOf(world: World, id: string, param: string): Price {
  const price = world.tables.prices.get(id);
  if (!price) throw missingReference('price', id, param);
  return price;
}

type Wanted = Pick<Params<typeof newItemFields>, 'price' | 'quantity' | 'metadata' | 'tax_rates'> & {
  readonly discounts?: readonly WantedDiscount[] | null;
};

/** New items or extras of a parameter that is a list. */
/** Only what is licensed has a number. */
export function refuseCounted(price: Price, quantity: number | undefined, path: string): void {
  if (quantity === undefined || !isMetered({ price })) return;
  throw invalid('You cannot set the quantity for metered plans.', undefined, `${path}[quantity]`);
}

export const toWantedItems = (world: World, given: readonly Wanted[] | undefined, param: string): WantedItem[] =>
  (given ?? []).map(({ price: id, quantity, metadata: own, discounts, tax_rates }, position) => {
    const price = priceOf(world, id, `${param}[${position}][price]`);
    refuseCounted(price, quantity, `${param}[${position}]`);
    return {
      price,
      quantity: quantity ?? 1,
      metadata: mergeMetadata({}, own),
      ...(discounts && { discounts }),
      ...(tax_rates && { tax_rates: taxRatesOf(world, tax_rates, `${param}[${position}][tax_rates]`) }),
    };
  });

type Changed = Pick<Params<typeof changedItemFields>, 'price' | 'quantity' | 'metadata' | 'discounts' | 'tax_rates'> & {
  readonly id?: string;
  readonly deleted?: boolean;
};

/** An item parameter as what the subscription is asked to become. */
export const toItemWish = (
  world: World,
  { id, price: priceId, quantity, deleted, metadata: given, discounts, tax_rates }: Changed,
  path: string,
): ItemWish => {
  const price = priceId === undefined ? undefined : priceOf(world, priceId, `${path}[price]`);
  if (price) refuseCounted(price, quantity, path);
  return {
    ...(id !== undefined && { id }),
    ...(price && { price }),
    ...(quantity !== undefined && { quantity }),
    ...(deleted !== undefined && { deleted }),
    ...(given !== undefined && { metadata: given }),
    ...(discounts !== undefined && { discounts: discounts ?? [] }),
    ...(tax_rates !== undefined && { tax_rates: taxRatesOf(world, tax_rates ?? [], `${path}[tax_rates]`) }),
  };
};

export const toItemWishes = (world: World, items: readonly Changed[] | undefined): ItemWish[] =>
  (items ?? []).map((item, position) => toItemWish(world, item, `items[${position}]`));
