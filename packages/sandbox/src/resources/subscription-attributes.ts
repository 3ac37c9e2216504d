/** Step subscription: the attributes of a subscription that an update sets by themselves, apart from its items. */
import { discountsOf } from '../billing/discounts.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { findPaymentMethod } from '../billing/payment-methods.ts';
import type { Call } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { mergeMetadata } from '../http/read.ts';
import type { CancellationDetails, Subscription, SubscriptionChange } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import type { updateFields } from './subscription-parameters.ts';

type Given = Call<typeof updateFields>['params'];

const ends = ({ items }: Subscription): number[] => items.data.map((item) => item.current_period_end);

/** The end that is asked for in unix seconds, null to take it back, undefined when nothing is said. */
function endOf(subscription: Subscription, { cancel_at, cancel_at_period_end }: Given): number | null | undefined {
  if (cancel_at_period_end !== undefined && cancel_at) {
    throw invalid('You may only specify one of these parameters: cancel_at, cancel_at_period_end.', 'parameters_exclusive', 'cancel_at');
  }
  if (cancel_at_period_end !== undefined) return cancel_at_period_end ? Math.min(...ends(subscription)) : null;
  if (cancel_at === 'min_period_end') return Math.min(...ends(subscription));
  if (cancel_at === 'max_period_end') return Math.max(...ends(subscription));
  return cancel_at;
}

function detailsOf(
  { cancellation_details: before }: Subscription,
  end: number | null | undefined,
  given: Given['cancellation_details'],
): CancellationDetails {
  const reason = end === undefined ? before.reason : end === null ? null : 'cancellation_requested';
  return {
    comment: given?.comment === undefined ? before.comment : given.comment,
    feedback: given?.feedback === undefined ? before.feedback : given.feedback,
    feedback_option: null,
    reason,
  };
}

function ending(world: World, before: Subscription, given: Given): SubscriptionChange {
  const end = endOf(before, given);
  if (typeof end === 'number' && end <= world.now()) {
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', 'parameter_invalid_integer', 'cancel_at');
  }
  const cancellation_details = detailsOf(before, end, given.cancellation_details);
  if (end === undefined) return { cancellation_details };
  return {
    cancel_at: end,
    cancel_at_period_end: given.cancel_at_period_end ?? false,
    canceled_at: end === null ? null : world.now(),
    cancellation_details,
  };
}

/** How invoices are collected: days are needed where they are sent, and nowhere else. */
export function collectionOf(
  { collection_method, days_until_due }: Pick<Given, 'collection_method' | 'days_until_due'>,
  before: Pick<Subscription, 'collection_method' | 'days_until_due'>,
): Pick<Subscription, 'collection_method' | 'days_until_due'> {
  const method = collection_method ?? before.collection_method;
  if (method === 'send_invoice') {
    const days = days_until_due ?? before.days_until_due;
    if (days === null) throw invalid('`days_until_due` is needed with `send_invoice`.', 'parameter_missing', 'days_until_due');
    return { collection_method: method, days_until_due: days };
  }
  if (days_until_due !== undefined) throw invalid('`days_until_due` needs `send_invoice`.', undefined, 'days_until_due');
  return { collection_method: method, days_until_due: null };
}

export function attributesOf(world: World, before: Subscription, given: Given): SubscriptionChange {
  const { default_payment_method: method, description, pause_collection: pause, payment_settings, trial_settings } = given;
  const save = payment_settings?.save_default_payment_method;
  return {
    ...ending(world, before, given),
    ...collectionOf(given, before),
    metadata: mergeMetadata(before.metadata, given.metadata),
    ...(method !== undefined && {
      default_payment_method: method === null ? null : findPaymentMethod(world, method, 'default_payment_method').id,
    }),
    ...(description !== undefined && { description }),
    ...(given.default_tax_rates !== undefined && {
      default_tax_rates: taxRatesOf(world, given.default_tax_rates ?? [], 'default_tax_rates'),
    }),
    ...(given.automatic_tax && { automatic_tax: { ...before.automatic_tax, enabled: given.automatic_tax.enabled } }),
    ...(given.discounts !== undefined &&
      (given.discounts === null || given.discounts.length > 0) && { discounts: discountsOf(world, before, given.discounts ?? []) }),
    ...(pause !== undefined && { pause_collection: pause && { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null } }),
    ...(save && { payment_settings: { ...before.payment_settings, save_default_payment_method: save } }),
    ...(trial_settings && {
      trial_settings: {
        end_behavior: { billing_cycle_anchor: null, missing_payment_method: trial_settings.end_behavior.missing_payment_method },
      },
    }),
  };
}
