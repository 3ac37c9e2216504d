/** Under which key Stripe is asked for everything that makes or changes something: a repetition of the same request has the same one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, PaymentMethodSetup, PreviewResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { cards, newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const monthly = { interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const day = 86_400;
const catalog = monthlyCatalog(
  monthlyPlan('free', 0, { kind: 'free', group: 'free' }),
  monthlyPlan('tried', 900, { group: 'tried', trial: { days: 14, cardRequired: false, end: 'pause' } }),
  monthlyPlan('small', 1000, { changes: { upgrade: 'difference_now', downgrade: 'at_period_end' } }),
  monthlyPlan('large', 4000, { changes: { upgrade: 'difference_now', downgrade: 'at_period_end' } }),
  monthlyPlan('huge', 9000, { changes: { upgrade: 'prorate_now', downgrade: 'at_period_end' } }),
);

let till: TestTill;
let token: string;
/** Each write with its key, without what differs from run to run. */
let keys: string[];
beforeEach(async () => {
  keys = [];
  const stripeFetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const key = request.headers.get('idempotency-key');
    const reads = request.method === 'GET' || request.url.endsWith('/create_preview');
    if (!reads) keys.push(`${request.method} ${shapeOf(new URL(request.url).pathname)} ${shapeOf(key ?? 'none')}`);
    return till.sandbox.fetch(request);
  };
  till = await startTill({ catalog, app: { stripeFetch } });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

/** Ids and hashes by their kind; a key that the SDK made is `own`. */
const shapeOf = (text: string): string =>
  text
    .replace(/^stripe-node-retry-.*/u, 'own')
    .replaceAll(/\b(cus|sub|pm|in|ii|cs_test|sub_sched)_\w+/gu, '<$1>')
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gu, '<uuid>')
    .replaceAll(/(?<![\w-])[\w-]{43}(?![\w-])|\b[\da-f]{64}\b/gu, '<hash>');
const asked = async (work: () => Promise<unknown>): Promise<string[]> => {
  keys = [];
  await work();
  return keys;
};
const buy = async (planId: string) => (await till.buy({ ...monthly, planId }, { token })).checkout.subscription!;
const start = (planId: string) =>
  till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: { ...monthly, planId } } });
const change = async (subscriptionId: string, planId: string) => {
  const body = { subscriptionId, target: { planId } };
  const { preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body;
  return till.call('POST', `/v1/subscriptions/${subscriptionId}/changes`, { token, body: { preview } });
};
const act = (id: string, action: string, body?: object) =>
  till.call('POST', `/v1/subscriptions/${id}/${action}`, { token, ...(body && { body }) });
const addCard = async (card: string = cards.works, more: object = {}) => {
  const body = { returnUrl: shop, ...more };
  const { checkoutSessionId } = (await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body })).body;
  await till.pay(checkoutSessionId, card);
  return till.call('POST', '/v1/payment-methods/added', { token, body: { checkoutSessionId } });
};

describe('Stripe is asked under a key', () => {
  it('for a customer and a checkout', async () => {
    const { verifierHash } = newVerifier();
    const body = { selection: { ...monthly, planId: 'small' }, returnUrl: shop, verifierHash };
    const open = () => till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token, body });
    expect(await asked(open)).toEqual(['POST /v1/customers customer:<hash>:v2', 'POST /v1/checkout/sessions checkout:<hash>:1']);
  });

  it('for a plan that begins at once', async () => {
    expect(await asked(() => start('free'))).toEqual([
      'POST /v1/customers customer:<hash>:v2',
      'POST /v1/subscriptions subscribe:<cus>:free:<hash>',
    ]);
  });

  it('for a change at once, another one, and one that waits', async () => {
    const { id } = await buy('small');
    await till.settle();
    expect(await asked(() => change(id, 'large'))).toEqual([
      'POST /v1/invoices change:<uuid>:invoice',
      'POST /v1/invoiceitems change:<uuid>:item',
      'POST /v1/invoices/<in>/finalize change:<uuid>:finalize',
      'POST /v1/invoices/<in>/pay change:<uuid>:pay',
      'POST /v1/subscriptions/<sub> change:<uuid>:items',
    ]);
    expect(await asked(() => change(id, 'huge'))).toEqual(['POST /v1/subscriptions/<sub> change:<uuid>']);
    expect(await asked(() => change(id, 'small'))).toEqual([
      'POST /v1/subscription_schedules own',
      'POST /v1/subscription_schedules/<sub> own',
    ]);
  });

  it('for the end, the way back and a pause, and under none for the end at once, which needs none', async () => {
    const { id } = await buy('large');
    await till.settle();
    expect(await asked(() => act(id, 'cancel'))).toEqual(['POST /v1/subscriptions/<sub> change:<uuid>']);
    expect(await asked(() => act(id, 'resume'))).toEqual(['POST /v1/subscriptions/<sub> change:<uuid>']);
    expect(await asked(() => act(id, 'pause'))).toEqual(['POST /v1/subscriptions/<sub>/pause pause:<uuid>']);
    const free = (await start('free')).body.subscription;
    expect(await asked(() => act(free.id, 'cancel', { when: 'now' }))).toEqual(['DELETE /v1/subscriptions/<sub> none']);
  });

  it('for a card that is entered, made the default, and removed', async () => {
    await buy('large');
    await till.settle();
    expect(await asked(() => addCard('5555 5555 5555 4444'))).toEqual([
      'POST /v1/checkout/sessions add-card:<uuid>',
      'POST /v1/subscriptions/<sub> card:<cs_test>:<sub>',
      'POST /v1/customers/<cus> card:<cs_test>:customer',
    ]);
    const list = () => till.call<{ paymentMethods: { id: string; isDefault: boolean }[] }>('GET', '/v1/payment-methods', { token });
    const other = (await list()).body.paymentMethods.find(({ isDefault }) => !isDefault)!;
    expect(await asked(() => till.call('POST', `/v1/payment-methods/${other.id}/default`, { token }))).toEqual([
      'POST /v1/subscriptions/<sub> default:<uuid>:<sub>',
      'POST /v1/customers/<cus> default:<uuid>:customer',
    ]);
    expect(await asked(() => till.call('DELETE', `/v1/payment-methods/${other.id}`, { token }))).toEqual([
      'POST /v1/subscriptions/<sub> instead:<uuid>:<sub>',
      'POST /v1/customers/<cus> instead:<uuid>:customer',
      'POST /v1/payment_methods/<pm>/detach remove:<hash>',
    ]);
  });

  it('for a card with which what stood still goes on', async () => {
    const { id } = (await start('tried')).body.subscription;
    await till.settle();
    await till.advance(14 * day + 7200);
    token = await till.signIn('ada');
    const body = { subscriptionId: id, action: 'resume' };
    const { preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body;
    expect(await asked(() => addCard(cards.works, { subscriptionId: id, preview }))).toEqual([
      'POST /v1/checkout/sessions add-card:<uuid>',
      'POST /v1/subscriptions/<sub> card:<cs_test>:<sub>',
      'POST /v1/customers/<cus> card:<cs_test>:customer',
      'POST /v1/subscriptions/<sub>/resume card:<cs_test>:resume',
    ]);
  });

  it('for taking up what was paused, and what the owner has suspended', async () => {
    const { id } = await buy('large');
    await (await till.stripe()).subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    expect(await asked(() => act(id, 'resume'))).toEqual(['POST /v1/subscriptions/<sub> resume:<uuid>']);
    await act(id, 'pause');
    const body = { subscriptionId: id, action: 'resume' };
    const { preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body;
    expect(await asked(() => act(id, 'resume', { preview }))).toEqual(['POST /v1/subscriptions/<sub>/resume resume:<uuid>']);
  });

  it('for a visit of Stripe’s portal', async () => {
    await buy('large');
    const visit = () => till.call('POST', '/v1/portal-sessions', { token, body: { returnUrl: shop } });
    expect(await asked(visit)).toEqual(['POST /v1/billing_portal/sessions portal:<uuid>']);
  });

  const owing = async () => {
    const { id, customerId } = await buy('large');
    await till.settle();
    const client = await till.stripe();
    const bad = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId });
    await client.subscriptions.update(id, { default_payment_method: bad.id });
    await till.advance(32 * day);
    token = await till.signIn('ada');
    const good = await client.paymentMethods.attach('pm_card_visa', { customer: customerId });
    await client.subscriptions.update(id, { default_payment_method: good.id });
    await till.settle();
    return id;
  };

  it('for what is owed', async () => {
    const id = await owing();
    expect(await asked(() => act(id, 'pay'))).toEqual(['POST /v1/invoices/<in>/pay pay:<uuid>:<in>']);
  });

  it('for what is owed and paid with a card that is entered', async () => {
    const id = await owing();
    const written = await asked(() => addCard(cards.works, { subscriptionId: id }));
    expect(written).toContain('POST /v1/invoices/<in>/pay card:<cs_test>:pay:<in>');
  });
});
