import type { CheckoutSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { newVerifier, shop, type Answer, type TestTill } from './till.ts';

export interface OpenCheckoutOptions {
  /** Of whom is signed in; somebody unknown without. */
  readonly token?: string;
  /** Further fields of the request. */
  readonly [field: string]: unknown;
}

/** Asks for a checkout of what is chosen, as a page does whose browser has not asked before. */
export const openCheckout = (
  till: TestTill,
  selection: object,
  { token, ...more }: OpenCheckoutOptions = {},
): Promise<Answer<CheckoutSessionResponse & Problem>> =>
  till.call('POST', '/v1/checkout-sessions', {
    ...(token && { token }),
    body: { selection, returnUrl: shop, verifierHash: newVerifier().verifierHash, ...more },
  });
