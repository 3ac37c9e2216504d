/** Step checkout: the older way for cards: `confirmCardPayment`, `confirmCardSetup`, `handleCardAction`, by the id or data of a payment method. */
import type { Json } from '../frame-channel.ts';
import { confirmIntent, handleNextAction, type IntentKind, type IntentResult, retrieveIntent } from './intent-confirmation.ts';
import { IntegrationError } from './integration-error.ts';
import type { StripeContext } from './stripe-context.ts';

interface CardData {
  readonly payment_method?: string | Json;
  readonly return_url?: string;
  readonly [more: string]: unknown;
}

function methodParams(given: string | Json): Json {
  if (typeof given === 'string') return { payment_method: given };
  const card = given.card as Json | undefined;
  if (typeof card?.token !== 'string') {
    throw new IntegrationError('The sandbox takes payment_method as an id or with a card token; use the Payment Element for typed cards.');
  }
  return { payment_method_data: { type: 'card', ...given } };
}

/** Without a payment method the intent's own is used: it goes on with what it asks for. */
export async function confirmCard(
  context: StripeContext,
  kind: IntentKind,
  clientSecret: string,
  { payment_method, return_url: _return_url, ...data }: CardData = {},
  { handleActions = true }: { readonly handleActions?: boolean } = {},
): Promise<IntentResult> {
  if (payment_method === undefined) {
    const { paymentIntent, setupIntent, ...failed } = (await retrieveIntent(context, kind, clientSecret)) as Json;
    const intent = (paymentIntent ?? setupIntent) as Json | undefined;
    if (!intent) return failed;
    if (intent.status === 'requires_action') return handleNextAction(context, { clientSecret });
  }
  const confirmParams = { ...data, ...(payment_method !== undefined && methodParams(payment_method)) };
  return confirmIntent(context, kind, { clientSecret, confirmParams, redirect: 'if_required', handleActions });
}
