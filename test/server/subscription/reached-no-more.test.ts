/** Who reaches a customer no more changes nothing of it, also where their request had begun before. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const ada = { issuer: 'owner', subject: 'ada' };
const selectionOf = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });
const changes = { upgrade: 'prorate_now', downgrade: 'at_period_end' };
const catalog = monthlyCatalog(
  monthlyPlan('free', 0, { kind: 'free' }),
  monthlyPlan('plus', 1900, { changes }),
  monthlyPlan('grand', 2900, { changes }),
);

let till: TestTill;
let token: string;
/** What happens, once, when Stripe has answered such a call, after so many others of them, and the answer is not here yet. */
let meanwhile: { readonly call: RegExp; readonly after?: number; readonly work: () => Promise<unknown> } | undefined;
afterEach(() => till.close());

async function begin(): Promise<void> {
  meanwhile = undefined;
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const answer = await till.sandbox.fetch(request);
    if (!meanwhile?.call.test(`${request.method} ${new URL(request.url).pathname}`)) return answer;
    const { work, after = 0 } = meanwhile;
    meanwhile = after > 0 ? { ...meanwhile, after: after - 1 } : undefined;
    if (after === 0) await work();
    return answer;
  };
  till = await startTill({ catalog, app: { stripeFetch } });
  const { id: customer } = await (await till.stripe()).customers.create({ email: 'ada@example.com' });
  token = await till.signIn('ada', { customer });
}

const ways = [
  ['whose address another has taken over', () => till.store.transaction(({ identities }) => identities.letGo(ada)), 'not_possible_now'],
  ['whom the owner names another customer', () => till.store.identities.link(ada, 'cus_another'), 'not_possible_now'],
  ['who was erased', () => till.store.transaction(({ identities }) => identities.remove(ada)), 'signed_out'],
] as const;

const post = async <Body>(path: string, body?: object) =>
  (await till.call<Body & Problem>('POST', path, { token, ...(body && { body }) })).body;

describe.each(ways)('for somebody %s meanwhile', (_, work, code) => {
  const readingSubscription = /^GET \/v1\/subscriptions\/sub_/u;

  /** What stands at Stripe, and what was paid. */
  const stateOf = async (id: string) => {
    const client = await till.stripe();
    const { status, items, cancel_at: cancelAt, pause_collection: pausing, schedule } = await client.subscriptions.retrieve(id);
    const { data } = await client.charges.list({ limit: 100 });
    return { status, price: items.data[0]!.price.id, cancelAt, pausing, schedule, charges: data.length };
  };

  it.each([
    ['cancel', 'cancel', {}],
    ['cancel now', 'cancel', { when: 'now' }],
    ['pause', 'pause', undefined],
  ])('no request to %s is followed', async (_name, action, body) => {
    await begin();
    const { id } = (await till.buy(selectionOf('plus'), { token })).checkout.subscription!;
    await till.settle();
    const before = await stateOf(id);
    meanwhile = { call: readingSubscription, work };
    expect((await post(`/v1/subscriptions/${id}/${action}`, body)).code).toBe(code);
    expect(await stateOf(id)).toEqual(before);
  });

  it.each([
    ['grand', 'while the subscription is read', readingSubscription],
    ['grand', 'while Stripe is asked for the price', /^POST \/v1\/invoices\/create_preview$/u],
  ])('no change to %s is made, %s', async (planId, _when, call) => {
    await begin();
    const { id } = (await till.buy(selectionOf('plus'), { token })).checkout.subscription!;
    await till.settle();
    const before = await stateOf(id);
    const { preview } = await post<PreviewResponse>('/v1/previews', { subscriptionId: id, target: { planId } });
    meanwhile = { call, work };
    expect((await post(`/v1/subscriptions/${id}/changes`, { preview })).code).toBe(code);
    expect(await stateOf(id)).toEqual(before);
  });

  it.each([
    ['before it is begun', /^GET \/v1\/subscriptions$/u],
    ['while it is begun', /^POST \/v1\/subscriptions$/u],
  ])('nothing that starts at once goes on, %s', async (_when, call) => {
    await begin();
    meanwhile = { call, work };
    expect((await post<SubscriptionResponse>('/v1/subscriptions', { selection: selectionOf('free') })).code).toBe(code);
    const client = await till.stripe();
    expect((await client.subscriptions.list({ limit: 100 })).data).toEqual([]);
  });

  it('no card of the customer is removed, where it is while the one that pays becomes the default', async () => {
    await begin();
    const { customerId } = (await till.buy(selectionOf('plus'), { token })).checkout.subscription!;
    const client = await till.stripe();
    const { id: card } = await client.paymentMethods.attach('pm_card_mastercard', { customer: customerId });
    await till.settle();
    meanwhile = { call: /^POST \/v1\/customers\/cus_\w+$/u, work };
    expect((await till.call<Problem>('DELETE', `/v1/payment-methods/${card}`, { token })).body.code).toBe(code);
    const { data } = await client.customers.listPaymentMethods(customerId);
    expect(data.map(({ id }) => id)).toContain(card);
  });

  describe.each([
    ['while the cards are read', /^GET \/v1\/payment_methods$/u, 0],
    // the first time for the list of cards
    ['while it is read what is paid with another', /^GET \/v1\/subscriptions$/u, 1],
  ])('a card of the customer, %s,', (_when, call, after) => {
    const withCards = async () => {
      await begin();
      const { customerId } = (await till.buy(selectionOf('plus'), { token })).checkout.subscription!;
      const client = await till.stripe();
      const { id: card } = await client.paymentMethods.attach('pm_card_mastercard', { customer: customerId });
      await till.settle();
      const cardsNow = async () => {
        const { data } = await client.customers.listPaymentMethods(customerId);
        const customer = await client.customers.retrieve(customerId);
        const { data: running } = await client.subscriptions.list({ customer: customerId });
        return [data.map(({ id }) => id), customer, running.map((one) => one.default_payment_method)];
      };
      meanwhile = { call, after, work };
      return { card, cardsNow };
    };

    it('does not become the one that pays', async () => {
      const { card, cardsNow } = await withCards();
      const before = await cardsNow();
      expect((await post(`/v1/payment-methods/${card}/default`)).code).toBe(code);
      expect(await cardsNow()).toEqual(before);
    });

    it('is not removed', async () => {
      const { card, cardsNow } = await withCards();
      const before = await cardsNow();
      expect((await till.call<Problem>('DELETE', `/v1/payment-methods/${card}`, { token })).body.code).toBe(code);
      expect(await cardsNow()).toEqual(before);
    });
  });
});

it('for somebody who reaches the same still, it is done', async () => {
  await begin();
  const { id } = (await post<SubscriptionResponse>('/v1/subscriptions', { selection: selectionOf('free') })).subscription;
  const cancelled = await post<SubscriptionResponse>(`/v1/subscriptions/${id}/cancel`, { when: 'now' });
  expect(cancelled.subscription.status).toBe('canceled');
});
