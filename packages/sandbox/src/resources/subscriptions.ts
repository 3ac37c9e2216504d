/** Step subscription: `/v1/subscriptions`. */
import { resumePaused } from '../billing/subscription-cycle.ts';
import { changeItems } from '../billing/subscription-change.ts';
import { createSubscription } from '../billing/subscription-create.ts';
import { endSubscription, isEnded } from '../billing/subscription-payment.ts';
import { findPaymentMethod } from '../billing/payment-methods.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { mergeMetadata, oneOf, passives, text } from '../http/read.ts';
import type { Subscription, SubscriptionChange } from '../objects/subscription.ts';
import { change, type World } from '../world.ts';
import { cancelFields, createFields, priceOf, toItemWishes, updateFields } from './subscription-parameters.ts';

const statuses = [
  'active',
  'all',
  'canceled',
  'ended',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const;
const filters = {
  ...listFields,
  created,
  customer: text,
  price: text,
  status: oneOf(...statuses),
  ...passives('collection_method'),
} as const;
const resumeFields = { ...passives('billing_cycle_anchor', 'payment_behavior', 'proration_behavior', 'proration_date') } as const;
const pauseFields = { ...passives('type', 'bill_for', 'invoicing_behavior') } as const;

const find = (world: World, id: string): Subscription => found(world.tables.subscriptions.get(id), 'subscription', id);

function create({ world, params }: Call<typeof createFields>): Subscription {
  const customer = world.tables.customers.get(params.customer);
  if (!customer) throw missingReference('customer', params.customer, 'customer');
  const items = (params.items ?? []).map(({ price, quantity = 1, metadata }, position) => ({
    price: priceOf(world, price, `items[${position}][price]`),
    quantity,
    metadata: mergeMetadata({}, metadata),
  }));
  const extras = (params.add_invoice_items ?? []).map(({ price, quantity = 1, metadata }, position) => ({
    price: priceOf(world, price, `add_invoice_items[${position}][price]`),
    quantity,
    metadata: mergeMetadata({}, metadata),
  }));
  const days = params.trial_period_days;
  return createSubscription(world, {
    customer,
    currency: params.currency ?? items[0]?.price.currency ?? 'usd',
    items,
    extras,
    trial_end: params.trial_end ?? (days === undefined ? null : world.now() + days * 86_400),
    missing_payment_method: params.trial_settings?.end_behavior?.missing_payment_method ?? 'create_invoice',
    metadata: mergeMetadata({}, params.metadata),
    description: params.description ?? null,
    default_payment_method: params.default_payment_method
      ? findPaymentMethod(world, params.default_payment_method, 'default_payment_method').id
      : null,
    save_default_payment_method: params.payment_settings?.save_default_payment_method ?? 'off',
    billing_mode: params.billing_mode?.type ?? 'flexible',
    payment_behavior: params.payment_behavior ?? 'allow_incomplete',
  });
}

/** The attributes that an update replaces by themselves. */
function toPatch(world: World, before: Subscription, params: Call<typeof updateFields>['params']): SubscriptionChange {
  const { cancel_at, cancel_at_period_end: atEnd, cancellation_details: details, default_payment_method: method } = params;
  const periodEnd =
    before.trial_end !== null && before.status === 'trialing'
      ? before.trial_end
      : Math.min(...before.items.data.map((item) => item.current_period_end));
  const end = atEnd === undefined ? cancel_at : atEnd ? periodEnd : null;
  return {
    metadata: mergeMetadata(before.metadata, params.metadata),
    ...(end !== undefined && { cancel_at: end, cancel_at_period_end: atEnd ?? false, canceled_at: end === null ? null : world.now() }),
    ...(end !== undefined && {
      cancellation_details: { ...before.cancellation_details, reason: end === null ? null : ('cancellation_requested' as const) },
    }),
    ...(details && {
      cancellation_details: {
        comment: details.comment ?? before.cancellation_details.comment,
        feedback: details.feedback ?? before.cancellation_details.feedback,
        feedback_option: null,
        reason: end ? 'cancellation_requested' : before.cancellation_details.reason,
      },
    }),
    ...(method !== undefined && {
      default_payment_method: method === null ? null : findPaymentMethod(world, method, 'default_payment_method').id,
    }),
    ...(params.description !== undefined && { description: params.description }),
    ...(params.pause_collection !== undefined && {
      pause_collection: params.pause_collection && {
        behavior: params.pause_collection.behavior,
        resumes_at: params.pause_collection.resumes_at ?? null,
      },
    }),
    ...(params.trial_settings?.end_behavior?.missing_payment_method && {
      trial_settings: {
        end_behavior: { billing_cycle_anchor: null, missing_payment_method: params.trial_settings.end_behavior.missing_payment_method },
      },
    }),
    ...(params.trial_end !== undefined && { trial_end: params.trial_end === 'now' ? world.now() : params.trial_end }),
  };
}

const onlyHarmless = new Set(['metadata', 'cancellation_details']);

function demandEditable(subscription: Subscription, params: object): void {
  if (!isEnded(subscription) || Object.keys(params).every((name) => onlyHarmless.has(name))) return;
  throw invalid('A canceled subscription can only update its cancellation_details and metadata.', 'invalid_canceled_subscription_fields');
}

function update({ world, id, params }: Call<typeof updateFields>): Subscription {
  const before = find(world, id);
  demandEditable(before, params);
  const patched = change(
    world,
    'subscriptions',
    before,
    toPatch(world, before, params),
    params.items ? undefined : 'customer.subscription.updated',
  );
  if (!params.items) return patched;
  const { subscription } = changeItems(world, patched, {
    items: toItemWishes(world, params.items),
    proration_behavior: params.proration_behavior ?? 'create_prorations',
    proration_date: params.proration_date ?? world.now(),
    payment_behavior: params.payment_behavior ?? 'allow_incomplete',
  });
  return subscription;
}

function cancel({ world, id, params }: Call<typeof cancelFields>): Subscription {
  const subscription = find(world, id);
  if (isEnded(subscription)) throw missingReference('subscription', id, 'id');
  const { comment = null, feedback = null } = params.cancellation_details ?? {};
  return endSubscription(world, subscription, {
    cancellation_details: { comment, feedback, feedback_option: null, reason: 'cancellation_requested' },
  });
}

function resume({ world, id }: Call<typeof resumeFields>): Subscription {
  const subscription = find(world, id);
  if (subscription.status !== 'paused') throw invalid('You can only resume a subscription that is paused.');
  resumePaused(world, subscription);
  return find(world, id);
}

function pause({ world, id }: Call<typeof pauseFields>): Subscription {
  const subscription = find(world, id);
  if (subscription.status !== 'active') throw invalid('You can only pause a subscription that is active.');
  const paused = change(world, 'subscriptions', subscription, { status: 'paused' });
  world.emit('customer.subscription.paused', paused, { status: 'active' });
  return paused;
}

function list({ world, params }: Call<typeof filters>): object {
  const { status, customer, price } = params;
  const rows = (customer === undefined ? world.tables.subscriptions.all() : world.tables.subscriptions.of(customer))
    .filter((row) =>
      status === 'all'
        ? true
        : status === 'ended'
          ? isEnded(row)
          : status === undefined
            ? row.status !== 'canceled'
            : row.status === status,
    )
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
  offer('post', '/subscriptions/:id/resume', { fields: resumeFields, run: resume });
  offer('post', '/subscriptions/:id/pause', { fields: pauseFields, run: pause });
  offer('get', '/subscription_items', {
    fields: { ...listFields, subscription: text },
    run: ({ world, params }) => pageOf(find(world, params.subscription ?? '').items.data, params, '/v1/subscription_items'),
  });
}
