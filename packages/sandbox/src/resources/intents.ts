/**
 * Step checkout: what payment and setup intents have in common at the API: how they name payment methods, who may see them.
 */
import { findPaymentMethod } from '../billing/payment-methods.ts';
import type { Access } from '../http/access.ts';
import { ApiError, invalid, missingReference } from '../http/api-error.ts';
import { render } from '../http/render.ts';
import { clearable, either, flag, listOf, oneOf, type Params, passives, type Reader, required, shape, text } from '../http/read.ts';
import type { Form } from '../http/form.ts';
import { memory } from '../objects/memory.ts';
import type { AutomaticMethods, PaymentIntent, PaymentMethod, SetupIntent } from '../objects/payment.ts';
import type { World } from '../world.ts';
import { address, makeMethod, methodFields } from './payment-method-parameters.ts';

/** The parameter that endive has taken away. */
const gone: Reader<never> = {
  read(_: Form, path: string): never {
    throw invalid(
      'The `payment_method_types` parameter is no longer supported. Use `allowed_payment_method_types` instead.',
      'payment_method_types_no_longer_supported',
      path,
    );
  },
};

/** Parameters that creating, updating and confirming share. */
export const sharedFields = {
  allowed_payment_method_types: clearable(listOf(text)),
  excluded_payment_method_types: clearable(listOf(text)),
  payment_method: text,
  payment_method_data: shape(methodFields),
  payment_method_types: gone,
  ...passives('payment_method_options'),
} as const;

export const confirmFields = {
  client_secret: text,
  confirmation_token: text,
  return_url: text,
  use_stripe_sdk: flag,
  ...passives('mandate_data', 'radar_options'),
} as const;

export const automaticMethods = shape({ enabled: required(flag), allow_redirects: oneOf('always', 'never') });
export const toAutomatic = (given: Params<{ a: typeof automaticMethods }>['a']): AutomaticMethods =>
  given ? { enabled: given.enabled, allow_redirects: given.allow_redirects ?? 'always' } : { allow_redirects: 'always', enabled: true };

export const futureUsage = oneOf('off_session', 'on_session');
export const offSession = either(flag, oneOf('one_off', 'recurring'));
export const shippingFields = shape({
  address: required(address),
  name: required(text),
  carrier: text,
  phone: text,
  tracking_number: text,
});

type Intent = PaymentIntent | SetupIntent;
interface Named {
  readonly payment_method?: string;
  readonly payment_method_data?: Params<typeof methodFields>;
  readonly confirmation_token?: string;
}

/** The payment method that the parameters name or describe. */
export function givenMethod(world: World, params: Named, access: Access): PaymentMethod | undefined {
  if (params.confirmation_token !== undefined) {
    const token = world.tables.confirmationTokens.get(params.confirmation_token);
    if (!token) throw missingReference('confirmation_token', params.confirmation_token, 'confirmation_token');
    return findPaymentMethod(world, token[memory].method, 'confirmation_token');
  }
  if (params.payment_method_data) return makeMethod(world, params.payment_method_data, access);
  return params.payment_method === undefined ? undefined : findPaymentMethod(world, params.payment_method, 'payment_method');
}

/** Refuses a payment method of somebody else and one of a kind that the intent does not take. */
export function demandFitting(intent: Pick<Intent, 'customer' | 'payment_method_types'>, method: PaymentMethod): void {
  if (method.customer !== null && method.customer !== intent.customer) {
    throw invalid(
      intent.customer === null
        ? `The PaymentMethod '${method.id}' belongs to a customer; name that customer to use it.`
        : `The customer does not have a payment method with the ID ${method.id}. The payment method must be attached to the customer.`,
      undefined,
      'payment_method',
    );
  }
  if (intent.payment_method_types.includes(method.type)) return;
  throw invalid(
    `The PaymentMethod provided (${method.type}) is not allowed for this intent. Its kinds are: ${intent.payment_method_types.join(', ')}.`,
    'payment_intent_incompatible_payment_method',
    'payment_method',
  );
}

/** A browser must know the client secret. */
export function demandSecret(access: Access, secret: string | undefined, intent: Intent): void {
  const isWrong = secret !== undefined && secret !== intent.client_secret;
  if (isWrong || (access === 'publishable' && secret === undefined)) throw missingReference(intent.object, intent.id, 'intent');
}

/** What a browser gets to see: Stripe leaves the rest out, here it is blank so that the object keeps its published shape. */
export function shownTo(access: Access, intent: Intent): object {
  if (access === 'secret') return intent;
  const blank = { customer: null, metadata: {}, application: null, on_behalf_of: null };
  return intent.object === 'payment_intent'
    ? { ...intent, ...blank, latest_charge: null, statement_descriptor: null }
    : { ...intent, ...blank };
}

/** 400 with the intent, for something that its status does not allow. */
export function unexpectedState(world: World, intent: Intent, wish: string): ApiError {
  const name = intent.object === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent';
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: `${intent.object}_unexpected_state`,
    message: `You cannot ${wish} this ${name} because it has a status of ${intent.status}.`,
    [intent.object]: render(world.tables, intent),
  });
}

interface Returning {
  readonly return_url?: string;
  readonly use_stripe_sdk?: boolean;
}

/** An intent that may send the buyer elsewhere must know where to come back to; Stripe.js knows. */
export function demandReturnUrl({ automatic_payment_methods }: Intent, { return_url, use_stripe_sdk }: Returning, access: Access): void {
  if (return_url !== undefined) {
    if (!URL.canParse(return_url)) throw invalid('Not a valid URL', 'url_invalid', 'return_url');
    return;
  }
  if (use_stripe_sdk || access === 'publishable' || automatic_payment_methods?.allow_redirects !== 'always') return;
  throw invalid(
    'This intent accepts payment methods that may redirect the buyer off your page, so a `return_url` is needed. Without redirects, create it with `automatic_payment_methods[allow_redirects]` set to `never`.',
    undefined,
    'return_url',
  );
}
