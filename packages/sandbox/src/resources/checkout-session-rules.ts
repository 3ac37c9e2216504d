/**
 * Step checkout: which parameters of a session go together.
 *
 * Promise: what one `ui_mode` or `mode` cannot have is refused when the session is created.
 */
import { longestTrialSeconds } from '../billing/subscription-create.ts';
import type { Call } from '../http/api.ts';
import { invalid } from '../http/api-error.ts';
import { mergeMetadata } from '../http/read.ts';
import type { SubscriptionPlan } from '../objects/checkout-session.ts';
import type { World } from '../world.ts';
import { demandCollectable } from './checkout-session-collection.ts';
import type { sessionFields } from './checkout-session-parameters.ts';

type Params = Call<typeof sessionFields>['params'];

const shortestLife = 30 * 60;
const longestLife = 24 * 60 * 60;

function demandUrl(url: string | undefined, param: string): void {
  if (url !== undefined && (!URL.canParse(url) || !/^https?:\/\//u.test(url))) throw invalid('Not a valid URL', 'url_invalid', param);
}

const notWith = (params: Params, uiMode: string, names: readonly (keyof Params)[]): void => {
  for (const name of names) {
    if (params[name] !== undefined) throw invalid(`You cannot use \`${name}\` when \`ui_mode\` is \`${uiMode}\`.`, undefined, name);
  }
};

export function demandUrls(params: Params): void {
  const mode = params.ui_mode ?? 'hosted_page';
  demandUrl(params.success_url, 'success_url');
  demandUrl(params.cancel_url, 'cancel_url');
  demandUrl(params.return_url, 'return_url');
  if (mode === 'hosted_page') {
    notWith(params, mode, ['return_url', 'redirect_on_completion']);
    if (params.success_url === undefined) throw invalid('Missing required param: success_url.', 'parameter_missing', 'success_url');
    return;
  }
  notWith(params, mode, ['success_url', 'cancel_url']);
  if (mode === 'elements' || mode === 'form')
    notWith(params, mode, [
      'custom_text',
      'custom_fields',
      'branding_settings',
      'after_expiration',
      'submit_type',
      'origin_context',
      'optional_items',
    ]);
  if (params.return_url === undefined && params.redirect_on_completion !== 'never') {
    throw invalid('Missing required param: return_url.', 'parameter_missing', 'return_url');
  }
}

export function demandMode({ mode, ...params }: Params): void {
  if (mode !== 'subscription' && params.subscription_data) {
    throw invalid('You can not pass `subscription_data` in this mode.', undefined, 'subscription_data');
  }
  if (mode === 'subscription' && params.payment_intent_data) {
    throw invalid('You can not pass `payment_intent_data` in `subscription` mode.', undefined, 'payment_intent_data');
  }
  if (mode !== 'subscription' && params.payment_method_collection) {
    throw invalid('`payment_method_collection` can only be used in `subscription` mode.', undefined, 'payment_method_collection');
  }
  if (mode === 'subscription' && params.customer_creation) {
    throw invalid('`customer_creation` can only be used in `payment` and `setup` mode.', undefined, 'customer_creation');
  }
  demandCollectable(params, params.customer);
  if (mode === 'setup' && (params.line_items?.length ?? 0) > 0) {
    throw invalid('You can not pass `line_items` in `setup` mode.', undefined, 'line_items');
  }
  if (mode === 'setup' && params.currency === undefined && !params.allowed_payment_method_types?.length) {
    throw invalid('Missing required param: currency.', 'parameter_missing', 'currency');
  }
  if (mode === 'setup' && params.optional_items?.length) {
    throw invalid('You can not pass `optional_items` in `setup` mode.', undefined, 'optional_items');
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalid('You may only specify one of these parameters: customer, customer_email.', 'parameters_exclusive', 'customer');
  }
  if (params.discounts?.length && params.allow_promotion_codes !== undefined) {
    throw invalid('You may only specify one of these parameters: allow_promotion_codes, discounts.', 'parameters_exclusive', 'discounts');
  }
  if ((params.discounts?.length ?? 0) > 1) throw invalid('You may only specify one discount.', undefined, 'discounts');
}

export function expiry(world: World, expires_at: number | undefined): number {
  const now = world.now();
  if (expires_at === undefined) return now + longestLife;
  if (expires_at < now + shortestLife || expires_at > now + longestLife) {
    throw invalid(
      'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
      undefined,
      'expires_at',
    );
  }
  return expires_at;
}

export function planOf({ subscription_data = {} }: Params, now: number): SubscriptionPlan {
  const { trial_end, trial_period_days } = subscription_data;
  if (trial_end !== undefined && trial_period_days !== undefined) {
    throw invalid(
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'parameters_exclusive',
      'subscription_data',
    );
  }
  // Checkout wants at least two days, so that the trial has not ended when the buyer is done.
  if (trial_end !== undefined && (trial_end < now + 2 * 86_400 || trial_end > now + longestTrialSeconds)) {
    throw invalid('The `trial_end` date has to be at least 2 days in the future.', undefined, 'subscription_data[trial_end]');
  }
  if (trial_period_days !== undefined && (trial_period_days < 1 || trial_period_days > 730)) {
    throw invalid(
      'The minimum number of trial period days is 1, the maximum 730.',
      'parameter_invalid_integer',
      'subscription_data[trial_period_days]',
    );
  }
  return {
    billing_mode: subscription_data.billing_mode?.type ?? 'flexible',
    description: subscription_data.description ?? null,
    metadata: mergeMetadata({}, subscription_data.metadata),
    missing_payment_method: subscription_data.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    trial_end: trial_end ?? null,
    trial_period_days: trial_period_days ?? null,
  };
}
