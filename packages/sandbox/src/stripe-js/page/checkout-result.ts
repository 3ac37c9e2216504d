/** Step checkout: how the Checkout SDK says what came out: `{ type: 'success', session }` or `{ type: 'error', error }`. */
import type { Json, StripeJsError } from '../frame-channel.ts';

export type CheckoutFailure = { readonly type: 'error'; readonly error: Json };
export type CheckoutResult = { readonly type: 'success'; readonly session: Json } | CheckoutFailure;

export const checkoutFailure = (message: string, code: string | null = null, more: Json = {}): CheckoutFailure => ({
  type: 'error',
  error: { code, message, ...more },
});

/** What a bank or the fields refuse is a failed payment; everything else has no code. */
export function refusal({ message, decline_code, type }: StripeJsError): CheckoutFailure {
  const isPayment = type === 'card_error' || type === 'validation_error';
  return isPayment
    ? checkoutFailure(message, 'paymentFailed', { paymentFailed: { declineCode: decline_code ?? null } })
    : checkoutFailure(message);
}

/** Promotion codes have codes of their own. */
export function changeFailure({ message, param = '' }: StripeJsError): CheckoutFailure {
  if (!param.includes('promotion_code')) return checkoutFailure(message);
  return checkoutFailure(message, message.includes('minimum') ? 'promotionCodeAmountInsufficient' : 'invalidCode');
}
