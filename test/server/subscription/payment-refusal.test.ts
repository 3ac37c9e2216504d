/** What somebody is told of a change that waits for its payment, where there is nothing to pay any more. */
import { expect, it } from 'vitest';
import { paymentRefusal } from '@tillkit/server/subscription/payment-refusal';

it('is that it was not paid, where Stripe does not know the subscription any more: no invoice is looked for', async () => {
  const mirror = { refresh: async () => undefined, refreshCustomer: async () => undefined, ofCustomer: async () => [] };
  const stripe = async () => {
    throw new Error('Stripe was asked.');
  };
  expect(await paymentRefusal({ stripe, mirror }, 'sub_gone')).toMatchObject({ code: 'payment_failed' });
});
