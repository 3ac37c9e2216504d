/** Step subscription: the parameters of `/v1/subscriptions` (API 2026-10-28.endive). */
import { missingReference } from '../http/api-error.ts';
import { clearable, count, either, flag, integer, listOf, metadata, oneOf, passives, required, shape, text } from '../http/read.ts';
import type { Price } from '../objects/catalog.ts';
import type { World } from '../world.ts';

const ends = shape({ missing_payment_method: oneOf('cancel', 'create_invoice', 'pause'), ...passives('billing_cycle_anchor') });
const extras = listOf(shape({ price: required(text), quantity: count, metadata, ...passives('discounts', 'period', 'tax_rates') }));

const shared = {
  add_invoice_items: extras,
  cancel_at: clearable(integer),
  cancel_at_period_end: flag,
  default_payment_method: clearable(text),
  description: clearable(text),
  metadata,
  off_session: flag,
  payment_settings: shape({
    save_default_payment_method: oneOf('off', 'on_subscription'),
    ...passives('payment_method_options', 'payment_method_types'),
  }),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  trial_settings: shape({ end_behavior: ends }),
  ...passives('automatic_tax', 'collection_method', 'days_until_due', 'default_tax_rates', 'discounts', 'invoice_settings'),
} as const;

export const createFields = {
  ...shared,
  billing_mode: shape({ type: required(oneOf('classic', 'flexible')), ...passives('flexible') }),
  currency: text,
  customer: required(text),
  items: listOf(shape({ price: required(text), quantity: count, metadata, ...passives('discounts', 'tax_rates') })),
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
  trial_end: integer,
  trial_period_days: integer,
} as const;

export const itemChanges = listOf(
  shape({ id: text, price: text, quantity: count, deleted: flag, metadata, ...passives('discounts', 'tax_rates', 'clear_usage') }),
);

export const updateFields = {
  ...shared,
  cancellation_details: shape({
    comment: clearable(text),
    feedback: clearable(
      oneOf('customer_service', 'low_quality', 'missing_features', 'other', 'switched_service', 'too_complex', 'too_expensive', 'unused'),
    ),
  }),
  items: itemChanges,
  pause_collection: clearable(shape({ behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: integer })),
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete'),
  proration_date: integer,
  trial_end: either(oneOf('now'), integer),
  ...passives('billing_cycle_anchor'),
} as const;

export const cancelFields = {
  cancellation_details: updateFields.cancellation_details,
  ...passives('invoice_now', 'prorate'),
} as const;

/** The price of a parameter, or Stripe's refusal. */
export function priceOf(world: World, id: string, param: string): Price {
  const price = world.tables.prices.get(id);
  if (!price) throw missingReference('price', id, param);
  return price;
}

interface ItemParams {
  readonly id?: string;
  readonly price?: string;
  readonly quantity?: number;
  readonly deleted?: boolean;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

/** Item parameters as what the subscription is asked to become. */
export const toItemWishes = (world: World, items: readonly ItemParams[]) =>
  items.map(({ id, price, quantity, deleted, metadata: given }, position) => ({
    ...(id !== undefined && { id }),
    ...(price !== undefined && { price: priceOf(world, price, `items[${position}][price]`) }),
    ...(quantity !== undefined && { quantity }),
    ...(deleted !== undefined && { deleted }),
    ...(given && { metadata: given }),
  }));
