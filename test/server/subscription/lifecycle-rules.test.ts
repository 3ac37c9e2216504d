/** When a subscription may be canceled, taken up again and paid, whatever state it is in; what is refused changes nothing at Stripe. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const catalog = {
  ...monthlyCatalog(
    monthlyPlan('tried', 1900, { trial: { days: 14, cardRequired: false, end: 'cancel' } }),
    monthlyPlan('grand', 2900, { name: { en: 'Grand', de: 'Groß' } }),
  ),
  locales: ['en', 'de'],
};
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
/** Done once, when Stripe has answered that a subscription goes on. */
let afterResumption: (() => Promise<unknown>) | undefined;
const stripeFetch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const answer = await till.sandbox.fetch(request);
  if (request.url.endsWith('/resume')) await afterResumption?.();
  return answer;
};
beforeEach(async () => {
  afterResumption = undefined;
  till = await startTill({ catalog, app: { stripeFetch }, stripe: { afterRetries: 'unpaid' } });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const post = <Body = SubscriptionResponse>(path: string, body?: object) =>
  till.call<Body & Problem>('POST', path, { token, ...(body && { body }) });
const act = (id: string, action: string, body?: object) => post(`/v1/subscriptions/${id}/${action}`, body);
const buy = async () => (await till.buy(select('grand'), { token })).checkout.subscription!;
const atStripe = async (id: string) => (await till.stripe()).subscriptions.retrieve(id);
const later = async (seconds: number) => {
  await till.advance(seconds);
  token = await till.signIn('ada');
};
const useCard = async (id: string, card: string) => {
  const { paymentMethods, subscriptions } = await till.stripe();
  const { customer } = await subscriptions.retrieve(id);
  const method = await paymentMethods.attach(card, { customer: String(customer) });
  await subscriptions.update(id, { default_payment_method: method.id });
};
const declined = (id: string) => useCard(id, 'pm_card_chargeCustomerFail');
/** The owner gives the customer another subscription of the same plan, at Stripe. */
const addSecond = async (id: string) => {
  const { customer, items } = await atStripe(id);
  const { paymentMethods, subscriptions } = await till.stripe();
  const method = await paymentMethods.attach('pm_card_visa', { customer: String(customer) });
  const price = items.data[0]!.price.id;
  await subscriptions.create({ customer: String(customer), items: [{ price }], default_payment_method: method.id });
  await till.settle();
};

describe('a cancellation', () => {
  it('ends a trial with its last day', async () => {
    const { id, trialEnd } = (await post('/v1/subscriptions', { selection: select('tried') })).body.subscription;
    const { status, body } = await act(id, 'cancel');
    expect([status, body.subscription.cancelAt]).toEqual([200, trialEnd]);
  });

  it('is possible while nothing is paid any more', async () => {
    const { id } = await buy();
    await declined(id);
    await later(50 * day);
    expect((await atStripe(id)).status).toBe('unpaid');
    expect((await act(id, 'cancel')).status).toBe(200);
  });

  it('at once asks for a sign-in of a moment ago; with the period it does not', async () => {
    const { id } = await buy();
    await till.sandbox.clock.advance(15 * 60 + 1);
    expect((await act(id, 'cancel', { when: 'now' })).body.code).toBe('step_up_required');
    expect((await atStripe(id)).status).toBe('active');
    expect((await act(id, 'cancel', { when: 'period_end' })).status).toBe(200);
  });

  it('at once takes the place of one that would come with the period', async () => {
    const { id } = await buy();
    await act(id, 'cancel');
    expect((await act(id, 'cancel', { when: 'now' })).body.subscription.status).toBe('canceled');
  });

  it('notes the end that Stripe sets, that of the period which is over first', async () => {
    const { id } = await buy();
    const { prices, subscriptions } = await till.stripe();
    const product = String((await atStripe(id)).items.data[0]!.price.product);
    const yearly = await prices.create({ product, currency: 'usd', unit_amount: 9900, recurring: { interval: 'year' } });
    await subscriptions.update(id, { items: [{ price: yearly.id }] });
    await till.settle();
    expect((await act(id, 'cancel')).status).toBe(200);
    const { cancel_at: cancelAt, metadata } = await atStripe(id);
    expect(metadata.till_cancel_at).toBe(String(cancelAt));
  });
});

describe('taking up again', () => {
  const preview = async (id: string) =>
    (await post<PreviewResponse>('/v1/previews', { subscriptionId: id, action: 'resume' })).body.preview;
  const resume = async (id: string) => act(id, 'resume', { preview: await preview(id) });

  it('lets what the owner has suspended be collected again', async () => {
    const { id } = await buy();
    await (await till.stripe()).subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    expect((await act(id, 'resume')).status).toBe(200);
    expect((await atStripe(id)).pause_collection).toBeNull();
  });

  it('has nothing to undo where it has ended, also while its collection was suspended', async () => {
    const { id } = await buy();
    await (await till.stripe()).subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    await act(id, 'cancel', { when: 'now' });
    expect((await act(id, 'resume')).body.code).toBe('nothing_to_undo');
  });

  it('is refused with its card, and what is open then is paid with another one', async () => {
    const { id } = await buy();
    await later(10 * day);
    await act(id, 'pause');
    await later(5 * day);
    await declined(id);
    const refused = await resume(id);
    expect([refused.status, refused.body.code]).toEqual([402, 'payment_failed']);
    await useCard(id, 'pm_card_visa');
    expect((await act(id, 'pay')).body.subscription.status).toBe('active');
  });

  it('by paying is refused beside another subscription of the plan group, as the way through a preview is', async () => {
    const { id } = await buy();
    await later(10 * day);
    await act(id, 'pause');
    await later(5 * day);
    await declined(id);
    await resume(id);
    await useCard(id, 'pm_card_visa');
    await addSecond(id);
    expect((await act(id, 'pay')).body.code).toBe('already_subscribed');
    expect((await atStripe(id)).status).toBe('paused');
  });

  it('is told to nobody who was erased meanwhile', async () => {
    const { id, customerId } = await buy();
    await act(id, 'pause');
    const shown = await preview(id);
    afterResumption = () => till.store.transaction((tables) => tables.erased.add(customerId, till.now()));
    expect((await act(id, 'resume', { preview: shown })).body.code).toBe('not_found');
  });
});

it('what runs and is owed is paid, also beside another subscription of the plan group', async () => {
  const { id } = await buy();
  await declined(id);
  await later(32 * day);
  expect((await atStripe(id)).status).toBe('past_due');
  await useCard(id, 'pm_card_visa');
  await addSecond(id);
  expect((await act(id, 'pay')).body.subscription.status).toBe('active');
});

it.each([
  ['en', 'Grand'],
  ['de', 'Groß'],
])('what becomes of it is told in the page’s language: %s', async (locale, name) => {
  const { id } = await buy();
  expect((await act(id, `pause?locale=${locale}`)).body.subscription.items[0]!.name).toBe(name);
});
