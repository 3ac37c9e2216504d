import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { webhookBodyLimit } from '@tillkit/server/http/read-body';
import { openStore } from '@tillkit/server/store/store';
import { startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const freeTrial = { planId: 's', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

interface EventShape {
  id: string;
  type: string;
  livemode: boolean;
  data: { object: object };
}

describe('POST /webhooks/stripe', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  const sign = (body: string, secret = till.webhookSecret): string => {
    const at = till.now();
    return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
  };
  const post = async (event: object | string, signature?: string) => {
    const body = typeof event === 'string' ? event : JSON.stringify(event, null, 2);
    return till.call<Problem & { received: boolean }>('POST', '/webhooks/stripe', {
      origin: null,
      body,
      headers: { 'stripe-signature': signature ?? sign(body), 'content-type': 'application/json' },
    });
  };
  const event = (
    id: string,
    type = 'customer.subscription.updated',
    object: object = { id: 'sub_none', object: 'subscription' },
  ): EventShape => ({ id, type, livemode: false, data: { object } });
  /** Everything that the mirror knows of a subscription. */
  const mirrored = async (id: string) => JSON.stringify(await till.store.subscriptions.find(id));

  it('commits an event before it answers, and asks Stripe nothing on the way', async () => {
    const before = till.stripeCalls.length;
    const { status, body } = await post(event('evt_1'));
    expect([status, body.received]).toEqual([200, true]);
    expect(await till.store.inbox.count('pending')).toBe(1);
    expect(till.stripeCalls.length).toBe(before);
    await till.app.drain();
    expect(await till.store.inbox.count('pending')).toBe(0);
    expect(await till.store.inbox.count('applied')).toBe(1);
  });

  it('answers the same event again with 200 and applies it once', async () => {
    for (let times = 0; times < 5; times += 1) expect((await post(event('evt_1'))).status).toBe(200);
    await till.app.drain();
    const { length } = till.stripeCalls;
    expect((await post(event('evt_1'))).status).toBe(200);
    await till.app.drain();
    expect(till.stripeCalls.length).toBe(length);
    expect(await till.store.inbox.count('applied')).toBe(1);
  });

  it('answers an unknown type with 200 and keeps nothing of it', async () => {
    expect((await post(event('evt_1', 'radar.early_fraud_warning.created'))).status).toBe(200);
    expect((await post(event('evt_2', 'invoice.updated', { id: 'in_1', object: 'invoice', customer: 'cus_1', parent: null }))).status).toBe(
      200,
    );
    expect(await till.store.inbox.count('pending')).toBe(0);
  });

  it.each([
    ['checkout.session.completed', { object: 'checkout.session' }],
    ['charge.dispute.created', { object: 'dispute', id: null }],
    ['refund.failed', { object: 'refund', id: '' }],
    ['customer.subscription.updated', { object: 'subscription' }],
    ['invoice.paid', { object: 'invoice' }],
  ])('answers %s about an object without an id with 200, keeps nothing of it and asks Stripe nothing', async (type, object) => {
    const before = till.stripeCalls.length;
    expect((await post(event('evt_1', type, object))).status).toBe(200);
    await till.app.drain();
    expect([await till.store.inbox.count('pending'), await till.store.inbox.count('dead'), till.stripeCalls.length]).toEqual([
      0,
      0,
      before,
    ]);
  });

  it('answers an event of the other mode with 200 and keeps nothing of it', async () => {
    expect((await post({ ...event('evt_1'), livemode: true })).status).toBe(200);
    expect(await till.store.inbox.count('pending')).toBe(0);
  });

  it('refuses what Stripe did not sign, and keeps nothing of it', async () => {
    const body = JSON.stringify(event('evt_1'));
    for (const signature of ['', 'nonsense', sign(body, 'whsec_another'), sign(`${body} `)]) {
      const answer = await post(body, signature);
      expect([answer.status, answer.body.code]).toEqual([400, 'signature_invalid']);
    }
    expect(await till.store.inbox.count('pending')).toBe(0);
  });

  it.each([['{"hello":1}'], ['[]'], ['null'], ['no JSON']])('refuses %j, although it is signed: it is no event', async (body) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(await till.store.inbox.count('pending')).toBe(0);
  });

  it('refuses a body above its limit', async () => {
    expect((await post('x'.repeat(webhookBodyLimit + 1))).status).toBe(413);
  });

  it('answers 503 while the database cannot be written, so that Stripe comes again', async () => {
    const store = await openStore(':memory:');
    const broken = await startTill({ app: { store } });
    await store.close();
    const body = JSON.stringify(event('evt_1'));
    const at = broken.now();
    const signature = `t=${at},v1=${createHmac('sha256', broken.webhookSecret).update(`${at}.${body}`).digest('hex')}`;
    const answer = await broken.call<Problem>('POST', '/webhooks/stripe', {
      origin: null,
      body,
      headers: { 'stripe-signature': signature },
    });
    expect([answer.status, answer.body.code]).toEqual([503, 'not_ready']);
    await broken.close();
  });

  it('settles many events on one subscription by one reading', async () => {
    const { checkout } = await till.buy(company);
    await till.settle();
    const id = checkout.subscription!.id;
    const before = till.stripeCalls.length;
    for (let number = 0; number < 20; number += 1)
      await till.store.inbox.add({
        eventId: `evt_${number}`,
        type: 'customer.subscription.updated',
        subjectKind: 'subscription',
        subjectId: id,
        receivedAt: till.now(),
      });
    await post(event('evt_last', 'customer.subscription.updated', { id, object: 'subscription' }));
    await till.app.drain();
    expect(till.stripeCalls.slice(before).filter((call) => call === `GET /v1/subscriptions/${id}`)).toHaveLength(1);
    expect(await till.store.inbox.count('pending')).toBe(0);
  });

  it('brings the mirror to the same state by events once, twice and in any order', async () => {
    till.sandbox.deliveries.hold();
    const { checkout, token } = await till.buy(company);
    const id = checkout.subscription!.id;
    await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token });
    const events = till.sandbox
      .events()
      .filter(({ type }) => type.startsWith('customer.subscription') || type.startsWith('invoice') || type.startsWith('checkout'));
    expect(events.length).toBeGreaterThan(4);
    await till.sandbox.deliveries.release();
    await till.settle();
    const once = await mirrored(id);
    expect(once).toContain('"cancelAt"');
    for (const order of [events, events.toReversed(), [...events, ...events], events.toSorted((a, b) => (a.id < b.id ? -1 : 1))]) {
      for (const [index, happened] of order.entries())
        await post({ ...happened, id: `${happened.id}_${order.length}_${index}` } as unknown as EventShape);
      await till.app.drain();
      expect(await mirrored(id)).toBe(once);
    }
  });

  it('tries again what failed, and settles it then', async () => {
    let broken = true;
    const flaky = await startTill({
      app: {
        stripeFetch: (input, init) =>
          broken
            ? Promise.resolve(new Response('{"error":{"type":"invalid_request_error"}}', { status: 400 }))
            : till.sandbox.fetch(new Request(input, init)),
      },
    });
    await flaky.store.inbox.add({
      eventId: 'evt_1',
      type: 'customer.subscription.updated',
      subjectKind: 'subscription',
      subjectId: 'sub_none',
      receivedAt: flaky.now(),
    });
    flaky.app.start();
    await flaky.app.drain();
    expect(await flaky.store.inbox.count('pending')).toBe(1);
    broken = false;
    await flaky.sandbox.clock.advance(2);
    flaky.app.start();
    await flaky.app.drain();
    expect(await flaky.store.inbox.count('applied')).toBe(1);
    await flaky.close();
  });

  it('remembers that a checkout was completed or has expired', async () => {
    const { checkout } = await till.buy(company);
    await till.settle();
    expect(await till.store.checkoutIntents.find(checkout.checkoutSessionId)).toMatchObject({ status: 'exchanged' });
    const { body } = await till.call<{ checkoutSessionId: string }>('POST', '/v1/checkout-sessions', {
      body: { selection: company, returnUrl: 'https://shop.example', verifierHash: 'a'.repeat(43) },
    });
    await till.advance(25 * 3600);
    expect(await till.store.checkoutIntents.find(body.checkoutSessionId)).toMatchObject({ status: 'expired' });
  });
});

describe('a trial that comes to its end', () => {
  it('leaves one reminder three days before, and one that is told again changes nothing', async () => {
    const till = await startTill({ catalog: 'redis-hosting' });
    const token = await till.signIn('ada');
    const { body } = await till.call<{ subscription: { id: string; customerId: string; trialEnd: number } }>('POST', '/v1/subscriptions', {
      token,
      body: { selection: freeTrial },
    });
    await till.advance(27 * 86_400 - 60);
    expect((await till.store.outbox.list()).map(({ type }) => type)).toEqual(['subscription.started']);
    await till.advance(120);
    const { id, customerId, trialEnd } = body.subscription;
    const reminder = {
      type: 'subscription.trial_will_end',
      dedupeKey: `subscription.trial_will_end:${id}:${trialEnd}`,
      payload: { subscriptionId: id, customerId, planId: freeTrial.planId, trialEnd, hasPaymentMethod: false },
    };
    expect((await till.store.outbox.list()).filter(({ type }) => type === reminder.type)).toEqual([reminder]);
    await till.store.inbox.add({
      eventId: 'evt_again',
      type: 'customer.subscription.trial_will_end',
      subjectKind: 'subscription',
      subjectId: id,
      receivedAt: till.now(),
    });
    till.app.start();
    await till.app.drain();
    expect((await till.store.outbox.list()).filter(({ type }) => type === reminder.type)).toEqual([reminder]);
    await till.close();
  });
});
