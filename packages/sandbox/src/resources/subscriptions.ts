/** Step subscription: `/v1/subscriptions`. */
import { taxRatesOf } from '../billing/taxes.ts';
import { findPaymentMethod } from '../billing/payment-methods.ts';
import { changeSubscription } from '../billing/subscription-change.ts';
import { createSubscription } from '../billing/subscription-create.ts';
import { cancelNow } from '../billing/subscription-end.ts';
import { pauseSubscription, resumeSubscription } from '../billing/subscription-pause.ts';
import { isEnded } from '../billing/subscription-payment.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { mergeMetadata, oneOf, passives, text } from '../http/read.ts';
import type { Subscription } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import {
  cancelFields,
  createFields,
  mayBePending,
  pauseFields,
  resumeFields,
  toItemWishes,
  toWantedItems,
  updateFields,
} from './subscription-parameters.ts';
import { attributesOf, collectionOf } from './subscription-attributes.ts';

const filters = {
  ...listFields,
  created,
  customer: text,
  price: text,
  status: oneOf('active', 'all', 'canceled', 'ended', 'incomplete', 'incomplete_expired', 'past_due', 'paused', 'trialing', 'unpaid'),
  test_clock: text,
  ...passives('automatic_tax', 'collection_method', 'current_period_end', 'current_period_start', 'plan'),
} as const;

const find = (world: World, id: string): Subscription => found(world.tables.subscriptions.get(id), 'subscription', id);

function trialEndOf(now: number, { trial_end, trial_period_days: days }: Call<typeof createFields>['params']): number | null {
  if (trial_end !== undefined && days !== undefined) {
    throw invalid('You may only specify one of these parameters: trial_end, trial_period_days.', 'parameters_exclusive', 'trial_end');
  }
  if (trial_end === 'now') return null;
  return trial_end ?? (days === undefined || days === 0 ? null : now + days * 86_400);
}

function create({ world, params }: Call<typeof createFields>): Subscription {
  const customer = world.tables.customers.get(params.customer);
  if (!customer) throw missingReference('customer', params.customer, 'customer');
  const items = toWantedItems(world, params.items, 'items');
  const method = params.default_payment_method;
  const subscription = createSubscription(world, {
    customer,
    currency: params.currency ?? items[0]?.price.currency ?? 'usd',
    items,
    extras: toWantedItems(world, params.add_invoice_items, 'add_invoice_items'),
    trial_end: trialEndOf(world.now(), params),
    missing_payment_method: params.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    metadata: mergeMetadata({}, params.metadata),
    description: params.description ?? null,
    default_payment_method: method ? findPaymentMethod(world, method, 'default_payment_method').id : null,
    save_default_payment_method: params.payment_settings?.save_default_payment_method ?? 'off',
    billing_mode: params.billing_mode?.type ?? 'flexible',
    payment_behavior: params.payment_behavior ?? 'allow_incomplete',
    collection: collectionOf(params, { collection_method: 'charge_automatically', days_until_due: null }),
    discounts: params.discounts ?? [],
    default_tax_rates: taxRatesOf(world, params.default_tax_rates ?? [], 'default_tax_rates'),
    automatic_tax: params.automatic_tax?.enabled ?? false,
  });
  if (params.cancel_at === undefined && params.cancel_at_period_end === undefined) return subscription;
  const { cancel_at, cancel_at_period_end } = params;
  const patch = attributesOf(world, subscription, {
    ...(cancel_at !== undefined && { cancel_at }),
    ...(cancel_at_period_end !== undefined && { cancel_at_period_end }),
  });
  world.tables.subscriptions.put({ ...subscription, ...patch });
  return find(world, subscription.id);
}

const alwaysEditable: ReadonlySet<string> = new Set(['metadata', 'cancellation_details']);
const editableWhileIncomplete: ReadonlySet<string> = new Set(['metadata', 'default_payment_method', 'cancellation_details', 'description']);

function demandEditable(subscription: Subscription, params: Call<typeof updateFields>['params']): void {
  const names = Object.keys(params);
  if (isEnded(subscription) && !names.every((name) => alwaysEditable.has(name))) {
    throw invalid('A canceled subscription can only update its cancellation_details and metadata.', 'invalid_canceled_subscription_fields');
  }
  if (subscription.status === 'incomplete' && !names.every((name) => editableWhileIncomplete.has(name))) {
    throw invalid(
      'You cannot update a subscription in `incomplete` status in such a way that results in a new invoice being created. Only `metadata` and the default payment method can be changed.',
    );
  }
  const outside = names.find((name) => !mayBePending.has(name));
  if (params.payment_behavior === 'pending_if_incomplete' && outside !== undefined) {
    throw invalid(
      `When passing \`payment_behavior\` as \`pending_if_incomplete\`, the parameter \`${outside}\` is not supported.`,
      undefined,
      outside,
    );
  }
  if (subscription.schedule && params.items) {
    throw invalid(
      'The subscription is managed by a subscription schedule, and updating its items directly is not allowed. Release the schedule first.',
      undefined,
      'items',
    );
  }
}

function update({ world, id, params }: Call<typeof updateFields>): Subscription {
  const before = find(world, id);
  demandEditable(before, params);
  const { subscription } = changeSubscription(world, before, {
    items: toItemWishes(world, params.items),
    proration_behavior: params.proration_behavior ?? 'create_prorations',
    proration_date: params.proration_date ?? world.now(),
    payment_behavior: params.payment_behavior ?? 'allow_incomplete',
    extras: toWantedItems(world, params.add_invoice_items, 'add_invoice_items'),
    patch: attributesOf(world, before, params),
    ...(params.trial_end !== undefined && { trial_end: params.trial_end }),
    ...(params.billing_cycle_anchor && { billing_cycle_anchor: params.billing_cycle_anchor.type }),
  });
  return subscription;
}

function cancel({ world, id, params }: Call<typeof cancelFields>): Subscription {
  const { comment = null, feedback = null } = params.cancellation_details ?? {};
  const { subscription } = cancelNow(world, find(world, id), {
    invoice_now: params.invoice_now ?? false,
    prorate: params.prorate ?? false,
    cancellation_details: { comment, feedback, feedback_option: null, reason: 'cancellation_requested' },
  });
  return subscription;
}

function list({ world, params }: Call<typeof filters>): object {
  const { status, customer, price, test_clock } = params;
  // without clock and customer, those that live by a test clock are left out
  const isOfClock = (row: Subscription): boolean =>
    (customer !== undefined && test_clock === undefined) ||
    (world.tables.customers.get(row.customer)?.test_clock ?? null) === (test_clock ?? null);
  const fits = (row: Subscription): boolean => {
    if (status === 'all') return true;
    if (status === 'ended') return isEnded(row);
    return status === undefined ? row.status !== 'canceled' : row.status === status;
  };
  const rows = (customer === undefined ? world.tables.subscriptions.all() : world.tables.subscriptions.of(customer))
    .filter(fits)
    .filter(isOfClock)
    .filter((row) => price === undefined || row.items.data.some((item) => item.price.id === price))
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/subscriptions');
}

export function subscriptions(offer: Offer): void {
  offer('post', '/subscriptions', { fields: createFields, run: create });
  offer('get', '/subscriptions', { fields: filters, run: list });
  offer('get', '/subscriptions/:id', { fields: {}, run: ({ world, id }) => find(world, id) });
  offer('post', '/subscriptions/:id', { fields: updateFields, run: update });
  offer('delete', '/subscriptions/:id', { fields: cancelFields, run: cancel });
  offer('post', '/subscriptions/:id/resume', {
    fields: resumeFields,
    run: ({ world, id, params }) => resumeSubscription(world, find(world, id), params.payment_behavior ?? 'resume_on_payment_attempt'),
  });
  offer('post', '/subscriptions/:id/pause', {
    fields: pauseFields,
    run: ({ world, id, params }) => pauseSubscription(world, find(world, id), params.bill_for?.unused_time_from?.type ?? 'now'),
  });
}
