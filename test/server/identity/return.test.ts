/** What a buyer is told at the return from a checkout: what is still under way is due, what was paid is not. */
import { expect, it } from 'vitest';
import type { CheckoutSessionResponse, SessionResponse } from '@tillkit/core/contract/contract';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const selection = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

it.each([
  ['paid', 'paid', 'paid'],
  ['unpaid', 'processing', 'now'],
])('says of a checkout that is %s at Stripe that its payment is %s, due %s', async (atStripe, payment, due) => {
  /** A bank debit takes days, in which Stripe calls a complete checkout unpaid. */
  const asAtStripe: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await till.sandbox.fetch(request);
    if (request.method !== 'GET' || !request.url.includes('/v1/checkout/sessions/')) return response;
    return new Response((await response.text()).replace(/"payment_status":\s*"paid"/u, `"payment_status":"${atStripe}"`), response);
  };
  const till: TestTill = await startTill({ app: { stripeFetch: asAtStripe } });
  const { verifier, verifierHash } = newVerifier();
  const body = { selection, returnUrl: shop, verifierHash };
  const { checkoutSessionId } = (await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { body })).body;
  await till.pay(checkoutSessionId);
  const { checkout } = (await till.call<SessionResponse>('POST', '/v1/sessions', { body: { checkoutSessionId, verifier } })).body;
  expect([checkout!.payment, checkout!.receipt!.due.kind]).toEqual([payment, due]);
  await till.close();
});
