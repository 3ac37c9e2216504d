/** What the webhook endpoint answers and logs, whatever comes. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { readRefused } from '@tillkit/server/webhook/refused-signatures';
import { startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const post = (body: string, secret = till.webhookSecret) => {
  const at = till.now();
  const signature = `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
  const headers = { 'stripe-signature': signature, 'content-type': 'application/json' };
  return till.call<Problem & { received?: boolean }>('POST', '/webhooks/stripe', { origin: null, body, headers });
};
const event = (object: object, more: object = {}): string =>
  JSON.stringify({ object: 'event', id: 'evt_1', type: 'customer.subscription.updated', livemode: false, data: { object }, ...more });
const subscription = { id: 'sub_1', object: 'subscription' };

it('takes what is about something that has an id, once', async () => {
  const { status, body } = await post(event(subscription));
  expect([status, body]).toEqual([200, { received: true }]);
  expect(await till.store.inbox.count('pending')).toBe(1);
  expect(till.logged('webhook.nameless')).toEqual([]);
});

it.each([
  ['without an id', { object: 'checkout.session' }],
  ['with an empty id', { id: '', object: 'checkout.session' }],
])('acknowledges what is about something %s, says so in the log, and keeps nothing of it', async (_, object) => {
  const { status, body } = await post(event(object, { type: 'checkout.session.completed' }));
  expect([status, body, await till.store.inbox.count('pending')]).toEqual([200, { received: true }, 0]);
  expect(till.logged('webhook.nameless')).toMatchObject([
    { level: 'warn', eventId: 'evt_1', eventType: 'checkout.session.completed', message: 'its object has no id: ignored' },
  ]);
});

it.each([
  ['of a connected account', { account: 'acct_1' }],
  ['of the other mode', { livemode: true }],
])('acknowledges what is %s, and keeps nothing of it', async (_, more) => {
  const { status, body } = await post(event(subscription, more));
  expect([status, body, await till.store.inbox.count('pending')]).toEqual([200, { received: true }, 0]);
});

it('counts what Stripe has not signed, and forgets it with the next that it has', async () => {
  const { status, body } = await post(event(subscription), 'whsec_of_somebody_else');
  expect([status, body.code]).toEqual([400, 'signature_invalid']);
  expect([await readRefused(till.store), till.logged('webhook.signature_refused').length]).toEqual([1, 1]);
  expect((await post(event(subscription))).status).toBe(200);
  expect(await readRefused(till.store)).toBe(0);
});

it.each(['no JSON', '{}', '[]', 'null', '{"object":"event"}'])(
  'refuses %s that is signed, and counts no refused signature',
  async (text) => {
    const { status, body } = await post(text);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(await readRefused(till.store)).toBe(0);
  },
);
