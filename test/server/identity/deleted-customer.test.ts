/** Whose customer the owner deleted at Stripe is who they were, and may buy again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe('somebody whose customer was deleted at Stripe', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  const open = (token: string) =>
    till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
  const customerOf = async (subject: string) => (await till.store.identities.find({ issuer: 'owner', subject }))?.customerId;
  const deleteAtStripe = async (customerId: string) => (await till.stripe()).customers.del(customerId);
  const buyAsAda = async () => {
    const { checkout } = await till.buy(team, { token: await till.signIn('ada') });
    await till.settle();
    return checkout.customerId!;
  };

  it.each([0, 2 * 86_400])('buys again, as a new customer, %i seconds later', async (seconds) => {
    const customerId = await buyAsAda();
    await deleteAtStripe(customerId);
    await till.settle();
    expect(await customerOf('ada')).toBeUndefined();
    if (seconds > 0) await till.advance(seconds);
    const token = await till.signIn('ada');
    expect((await open(token)).status).toBe(201);
    const { checkout } = await till.buy(team, { token });
    expect(checkout.customerId).not.toBe(customerId);
  });

  it('keeps the one that they have by then, however late the event comes', async () => {
    const customerId = await buyAsAda();
    till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
    await deleteAtStripe(customerId);
    const { id: newer } = await (await till.stripe()).customers.create({});
    await till.signIn('ada', { customer: newer });
    await till.app.sweeps.sweepEvents();
    await till.settle();
    expect(await customerOf('ada')).toBe(newer);
  });

  it('keeps what they paid for once', async () => {
    const customerId = await buyAsAda();
    const purchase = { checkoutSessionId: 'cs_guide', customerId, productId: 'guide', quantity: 1, state: 'paid' } as const;
    await till.store.purchases.write(purchase, 1, till.now());
    await deleteAtStripe(customerId);
    await till.settle();
    expect(await customerOf('ada')).toBe(customerId);
  });

  it('stays who they are where only an event says so', async () => {
    const customerId = await buyAsAda();
    const row = { eventId: 'evt_odd', type: 'customer.deleted', subjectKind: 'customer', subjectId: customerId, receivedAt: till.now() };
    await till.store.inbox.add(row);
    await till.app.drain();
    expect(await customerOf('ada')).toBe(customerId);
  });
});
