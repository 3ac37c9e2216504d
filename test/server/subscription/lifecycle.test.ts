import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const day = 86_400;

describe('the life of a subscription', () => {
  let till: TestTill;
  let token: string;
  let id: string;
  /** Done while Stripe is slow to answer the next reading of the subscription. */
  let meanwhile: (() => Promise<unknown>) | undefined;
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const work = request.method === 'GET' && new URL(request.url).pathname === `/v1/subscriptions/${id}` ? meanwhile : undefined;
    const response = await till.sandbox.fetch(request);
    if (work) meanwhile = undefined;
    await work?.();
    return response;
  };
  beforeEach(async () => {
    meanwhile = undefined;
    till = await startTill({ app: { stripeFetch } });
    token = await till.signIn('ada');
    id = (await till.buy(company, { token })).checkout.subscription!.id;
    await till.settle();
  });
  afterEach(() => till.close());

  const act = (action: string, body?: unknown) =>
    till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/${action}`, { token, ...(body !== undefined && { body }) });
  const current = async () => (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions[0]!;
  const later = async (seconds: number) => {
    await till.advance(seconds);
    token = await till.signIn('ada');
  };

  it('runs to the end of the period after a cancellation, and tells Stripe why', async () => {
    const { status, body } = await act('cancel', { feedback: 'too_expensive', comment: 'Maybe later.' });
    expect(status).toBe(200);
    expect(body.subscription).toMatchObject({ status: 'active', cancelAt: body.subscription.currentPeriodEnd });
    expect(body.subscription).not.toHaveProperty('nextPayment');
    const stripe = await till.stripe();
    expect((await stripe.subscriptions.retrieve(id)).cancellation_details).toMatchObject({
      feedback: 'too_expensive',
      comment: 'Maybe later.',
    });
    await later(31 * day + 60);
    expect(await current()).toMatchObject({ status: 'canceled', endReason: 'canceled' });
    expect(await current()).not.toHaveProperty('choiceDue');
  });

  it('takes a cancellation back, and again, and again', async () => {
    for (let times = 0; times < 3; times += 1) {
      expect((await act('cancel')).body.subscription).toHaveProperty('cancelAt');
      expect((await act('resume')).body.subscription).not.toHaveProperty('cancelAt');
    }
    await later(32 * day);
    expect((await current()).status).toBe('active');
  });

  it('refuses to cancel twice, to resume what runs, and to pay what is paid', async () => {
    await act('cancel');
    expect((await act('cancel')).body.code).toBe('not_possible_now');
    await act('resume');
    expect((await act('resume')).body.code).toBe('nothing_to_undo');
    expect((await act('pay')).body.code).toBe('nothing_to_pay');
  });

  it.each([
    ['cancel', { when: 'now' }],
    ['pause', undefined],
  ])('asks nothing of Stripe when it was so slow that another server has the turn since: %s', async (action, body) => {
    const { customerId } = (await till.store.subscriptions.find(id))!;
    await current(); // so that the next reading is the one in the turn
    let isTaken: boolean | undefined;
    meanwhile = async () => {
      await till.sandbox.clock.advance(45);
      isTaken = await till.store.pendingChanges.hold(id, customerId, 'another server', till.now());
    };
    expect((await act(action, body)).body.code).toBe('not_possible_now');
    expect(isTaken).toBe(true);
    const { status, pause_collection: paused } = await (await till.stripe()).subscriptions.retrieve(id);
    expect([status, paused]).toEqual(['active', null]);
  });

  it('refuses a reason that Stripe does not know', async () => {
    expect((await act('cancel', { feedback: 'because' })).body.code).toBe('invalid_request');
    expect((await act('cancel', { comment: 'x'.repeat(501) })).body.code).toBe('invalid_request');
    expect((await act('cancel', { immediately: true })).body.code).toBe('invalid_request');
  });

  it('stops charging while it is paused, and goes on afterwards', async () => {
    const paused = (await act('pause')).body.subscription;
    expect(paused.status).toBe('paused');
    expect(paused).not.toHaveProperty('nextPayment');
    expect((await act('pause')).body.code).toBe('not_possible_now');
    const shown = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, action: 'resume' } });
    const { body } = await act('resume', { preview: shown.body.preview });
    expect(body.subscription).toMatchObject({ status: 'active' });
    expect(body.subscription).toHaveProperty('nextPayment');
  });
});

describe('a renewal that is declined', () => {
  it('is shown with its open invoice, and paid when the card works again', async () => {
    const till = await startTill();
    let token = await till.signIn('ada');
    const { checkout } = await till.buy(company, { token });
    const { id, customerId } = checkout.subscription!;
    const stripe = await till.stripe();
    const useCard = async (card: string) => {
      const method = await stripe.paymentMethods.attach(card, { customer: customerId });
      await stripe.subscriptions.update(id, { default_payment_method: method.id });
    };
    await useCard('pm_card_chargeCustomerFail');
    await till.advance(31 * day + 7200);
    token = await till.signIn('ada');
    const [late] = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions;
    expect(late).toMatchObject({ status: 'past_due', openInvoices: [{ amountDue: 7900, hostedInvoiceUrl: expect.any(String) as string }] });
    const refused = await till.call<Problem>('POST', `/v1/subscriptions/${id}/pay`, { token });
    expect([refused.status, refused.body.code]).toEqual([402, 'payment_failed']);
    await useCard('pm_card_visa');
    const paid = await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/pay`, { token });
    expect(paid.status).toBe(200);
    expect(paid.body.subscription).toMatchObject({ status: 'active' });
    expect(paid.body.subscription).not.toHaveProperty('openInvoices');
    await till.close();
  });
});
