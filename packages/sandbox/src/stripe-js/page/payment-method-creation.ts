/** Step checkout: `createPaymentMethod` and `createConfirmationToken`: what was typed, as an object that the server goes on with. */
import type { Json, StripeJsError } from '../frame-channel.ts';
import type { ElementsGroup } from './elements-group.ts';
import { IntegrationError } from './integration-error.ts';
import type { StripeContext } from './stripe-context.ts';

interface Asked {
  readonly elements?: ElementsGroup;
  readonly params?: Json;
  readonly [more: string]: unknown;
}

function demandSubmitted(elements: ElementsGroup, name: string): void {
  if (!elements.isSubmitted) throw new IntegrationError(`elements.submit() must be called before stripe.${name}().`);
}

export async function createPaymentMethod(
  context: StripeContext,
  asked: Asked,
): Promise<{ paymentMethod: Json } | { error: StripeJsError }> {
  const { elements, params = {} } = asked;
  if (!elements) {
    if (typeof asked.type !== 'string') throw new IntegrationError('createPaymentMethod needs elements, or the type of a payment method.');
    const { body, error } = await context.api.post('/v1/payment_methods', asked);
    return error ? { error } : { paymentMethod: body };
  }
  if (elements.options().paymentMethodCreation !== 'manual') {
    throw new IntegrationError('createPaymentMethod with elements needs elements() to be created with paymentMethodCreation: "manual".');
  }
  demandSubmitted(elements, 'createPaymentMethod');
  const { answer } = await elements.collect(params);
  return answer.error ? { error: answer.error } : { paymentMethod: answer.object ?? {} };
}

export async function createConfirmationToken(
  context: StripeContext,
  { elements, params = {} }: Asked,
): Promise<{ confirmationToken: Json } | { error: StripeJsError }> {
  if (!elements) throw new IntegrationError('createConfirmationToken needs elements.');
  demandSubmitted(elements, 'createConfirmationToken');
  const { payment_method_data = {}, ...rest } = params;
  const { answer, shipping } = await elements.collect(payment_method_data as Json);
  if (answer.error) return { error: answer.error };
  const { setupFutureUsage } = elements.options();
  const { body, error } = await context.api.post('/v1/confirmation_tokens', {
    ...rest,
    ...(shipping && !rest.shipping ? { shipping } : {}),
    ...(typeof setupFutureUsage === 'string' && { setup_future_usage: setupFutureUsage }),
    payment_method: answer.paymentMethod,
  });
  return error ? { error } : { confirmationToken: body };
}

/** Tokens are older than payment methods and are not made here; wrappers of Stripe.js look for the method. */
export const createToken = (): Promise<{ error: StripeJsError }> =>
  Promise.resolve({
    error: {
      type: 'invalid_request_error',
      message: 'The sandbox makes no tokens in the browser; create a payment method or a confirmation token.',
    },
  });
