/** Whose customer the owner deleted at Stripe is who they were, and may buy again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Entitlements, Problem, SessionResponse } from '@tillkit/core/contract/contract';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { privacy } from '@tillkit/server/modules/privacy/privacy';
import { backend, entitlementsOf, grantingCatalog } from '../../support/granting.ts';
import { mailbox } from '../../support/smtp.ts';
import { everythingIn } from '../../support/tables.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const ownerToken = 'the token of the owner, 32 characters';
const guide = { productId: 'guide', quantity: 1, currency: 'usd' };
const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe('somebody whose customer was deleted at Stripe', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ catalog: grantingCatalog(), config: backend });
  });
  afterEach(() => till.close());

  const open = (token: string) =>
    till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
  const customerOf = async (subject: string) => (await till.store.identities.find({ issuer: 'owner', subject }))?.customerId;
  const deleteAtStripe = async (customerId: string) => (await till.stripe()).customers.del(customerId);
  const features = async (person: string) => (await entitlementsOf(till, person)).features.toSorted();
  const ownFeatures = async (token: string) =>
    (await till.call<Entitlements>('GET', '/v1/entitlements', { token })).body.features.toSorted();
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

  it.each([
    ['a purchase of a plan', '/v1/checkout-sessions', { selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash }],
    ['a purchase of one thing', '/v1/checkout-sessions', { selection: guide, returnUrl: shop, verifierHash: newVerifier().verifierHash }],
    ['a preview', '/v1/previews', { selection: team }],
    ['a card', '/v1/payment-methods', { returnUrl: shop }],
  ])('is told to come again by %s where no event told of it, and buys then as a new customer', async (_, path, body) => {
    const customerId = await buyAsAda();
    till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
    await deleteAtStripe(customerId);
    const token = await till.signIn('ada');
    const first = await till.call<Problem>('POST', path, { token, body });
    expect([first.status, first.body.code]).toEqual([409, 'not_possible_now']);
    expect(await customerOf('ada')).toBeUndefined();
    const { checkout } = await till.buy(team, { token });
    expect(checkout.customerId).not.toBe(customerId);
  });

  it('keeps their customer where anything else is missing', async () => {
    const customerId = await buyAsAda();
    const token = await till.signIn('ada');
    expect((await till.call('GET', '/v1/subscriptions/sub_none', { token })).status).toBe(404);
    expect(await customerOf('ada')).toBe(customerId);
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

  it('keeps what they paid for once, alone and beside a plan, buys again as a new customer, and has both then', async () => {
    const token = await till.signIn('ada');
    const { checkout } = await till.buy({ ...team, addOns: { course: 1 } }, { token });
    await till.buy(guide, { token });
    await till.settle();
    const customerId = checkout.customerId!;
    await deleteAtStripe(customerId);
    await till.settle();
    expect(await features('subject=ada')).toEqual(['use-course', 'use-guide']);
    const again = await till.signIn('ada');
    expect(await ownFeatures(again)).toEqual(['use-course', 'use-guide']);
    const { checkout: next } = await till.buy(team, { token: again });
    expect(next.customerId).not.toBe(customerId);
    expect(await features('subject=ada')).toEqual(['use-course', 'use-guide', 'use-team']);
    expect(await features(`customer=${customerId}`)).toEqual(['use-course', 'use-guide']);
    expect(await features(`customer=${next.customerId}`)).toEqual(['use-team']);
  });

  it('has nothing any more of what is given back after the customer was deleted', async () => {
    const token = await till.signIn('ada');
    const { checkout } = await till.buy(guide, { token });
    const client = await till.stripe();
    const { payment_intent: payment } = await client.checkout.sessions.retrieve(checkout.checkoutSessionId);
    await deleteAtStripe(checkout.customerId!);
    await till.settle();
    expect(await features('subject=ada')).toEqual(['use-guide']);
    await client.refunds.create({ payment_intent: String(payment) });
    await till.settle();
    expect(await features('subject=ada')).toEqual([]);
  });

  it('has as many as they paid for where the owner’s site names the deleted customer again', async () => {
    await till.close();
    const grants = { course: { pages: 10 } };
    till = await startTill({ catalog: grantingCatalog(grants), config: backend });
    const { checkout } = await till.buy({ ...team, addOns: { course: 2 } }, { token: await till.signIn('ada') });
    await deleteAtStripe(checkout.customerId!);
    await till.settle();
    await till.signIn('ada', { customer: checkout.customerId });
    expect((await entitlementsOf(till, 'subject=ada')).limits).toEqual({ pages: 20 });
  });

  it('has what they paid for once also after they have proved the address with which they bought since', async () => {
    await till.close();
    const box = mailbox();
    const from = { name: 'Halyard', address: 'billing@halyard.example' };
    const modules = [mailer({ transport: box, from }), privacy(ownerToken)];
    till = await startTill({ catalog: grantingCatalog(), config: backend, modules });
    const guest = await till.buy(guide);
    await deleteAtStripe(guest.checkout.customerId!);
    await till.settle();
    await till.buy(team, { token: guest.token });
    await till.settle();
    const { customerId } = (await till.store.identities.find({ issuer: 'checkout', subject: guest.checkout.checkoutSessionId }))!;
    await (await till.stripe()).customers.update(customerId!, { email: 'buyer@example.com' });
    const { verifier, verifierHash } = newVerifier();
    const asked = await till.call<{ challengeId: string }>('POST', '/v1/email-codes', {
      body: { email: 'buyer@example.com', verifierHash },
    });
    await till.app.drain();
    const proof = { challengeId: asked.body.challengeId, verifier, code: box.codeFor('buyer@example.com') };
    const { token } = (await till.call<SessionResponse>('POST', '/v1/sessions', { body: proof })).body;
    expect(await ownFeatures(token)).toEqual(['use-guide', 'use-team']);
    const body = { person: { email: 'buyer@example.com' }, dryRun: false, cancel: true };
    const headers = { authorization: `Bearer ${ownerToken}` };
    expect((await till.call('POST', '/admin/v1/privacy/erase', { origin: null, headers, body })).status).toBe(200);
    expect(await everythingIn(till.store)).not.toContain(guest.checkout.customerId);
  });

  it('has what they paid for once and nobody else does, and nobody after they were erased', async () => {
    const token = await till.signIn('ada');
    const { checkout } = await till.buy(guide, { token });
    await deleteAtStripe(checkout.customerId!);
    await till.settle();
    expect(await ownFeatures(await till.signIn('eve'))).toEqual([]);
    await till.store.transaction(async (tables) => {
      await tables.erased.add(checkout.customerId!, till.now());
      await tables.identities.remove({ issuer: 'owner', subject: 'ada' });
    });
    expect(await features('subject=ada')).toEqual([]);
  });

  it('stays who they are where only an event says so', async () => {
    const customerId = await buyAsAda();
    const row = { eventId: 'evt_odd', type: 'customer.deleted', subjectKind: 'customer', subjectId: customerId, receivedAt: till.now() };
    await till.store.inbox.add(row);
    await till.app.drain();
    expect(await customerOf('ada')).toBe(customerId);
  });
});
