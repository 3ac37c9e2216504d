/** A card that was entered for a customer whom somebody else takes over, while Stripe is asked for it, pays for nothing of theirs. */
import { afterEach, expect, it } from 'vitest';
import type { PaymentMethodSetup } from '@tillkit/core/contract/contract';
import { cards, shop, startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
afterEach(() => till.close());

it.each([true, false])('when the page comes back (taken over meanwhile: %s)', async (isTakenOver) => {
  let meanwhile: (() => Promise<unknown>) | undefined;
  let checkoutSessionId = '';
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const answer = await till.sandbox.fetch(request);
    const isReading = request.method === 'GET' && new URL(request.url).pathname === `/v1/checkout/sessions/${checkoutSessionId}`;
    const work = isReading ? meanwhile : undefined;
    if (work) meanwhile = undefined;
    await work?.();
    return answer;
  };
  till = await startTill({ app: { stripeFetch } });
  const client = await till.stripe();
  const { id: customer } = await client.customers.create({ email: 'ada@example.com' });
  const token = await till.signIn('ada', { customer });
  const opened = await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body: { returnUrl: `${shop}/account` } });
  ({ checkoutSessionId } = opened.body);
  // as who takes a customer over ends what was begun in it
  meanwhile = () =>
    till.store.transaction(async ({ identities, paymentSetups }) => {
      if (!isTakenOver) return;
      await identities.letGo({ issuer: 'owner', subject: 'ada' });
      await paymentSetups.finishOf(customer);
    });
  await till.pay(checkoutSessionId, cards.works);
  const { status } = await till.call('POST', '/v1/payment-methods/added', { token, body: { checkoutSessionId } });
  await till.settle();
  const known = await client.customers.retrieve(customer);
  expect([status, !known.deleted && known.invoice_settings.default_payment_method !== null]).toEqual(
    isTakenOver ? [409, false] : [200, true],
  );
});
