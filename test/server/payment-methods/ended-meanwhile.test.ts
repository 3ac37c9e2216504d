/** A card that was entered for a customer whom somebody else takes over, while Stripe is asked for it, pays for nothing of theirs. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PaymentMethodSetup, PreviewResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { cards, shop, startTill, type TestTill } from '../../support/till.ts';

const ada = { issuer: 'owner', subject: 'ada' };
const day = 86_400;
const catalog = monthlyCatalog(monthlyPlan('plus', 1900, { trial: { days: 14, cardRequired: false, end: 'pause' } }));

let till: TestTill;
/** What happens, once, when Stripe has answered such a call and the answer is not here yet. */
let meanwhile: { readonly call: string; readonly work: () => Promise<unknown> } | undefined;
beforeEach(async () => {
  meanwhile = undefined;
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const answer = await till.sandbox.fetch(request);
    if (meanwhile?.call !== `${request.method} ${new URL(request.url).pathname}`) return answer;
    const { work } = meanwhile;
    meanwhile = undefined;
    await work();
    return answer;
  };
  till = await startTill({ catalog, app: { stripeFetch } });
});
afterEach(() => till.close());

/** As who takes a customer over ends what was begun in it. */
const takeOver = (customer: string) => () =>
  till.store.transaction(async ({ identities, paymentSetups }) => {
    await identities.letGo(ada);
    await paymentSetups.finishOf(customer);
  });
const open = async (token: string, body: object) =>
  (await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body: { returnUrl: `${shop}/account`, ...body } })).body
    .checkoutSessionId;
const comeBack = async (token: string, checkoutSessionId: string) => {
  const { status } = await till.call('POST', '/v1/payment-methods/added', { token, body: { checkoutSessionId } });
  await till.settle();
  return status;
};

const moments = [
  ['the page is read', (page: string) => `GET /v1/checkout/sessions/${page}`],
  ['it is read what is paid with another card', () => 'GET /v1/subscriptions'],
] as const;

it.each(moments.flatMap(([when, call]) => [true, false].map((isTakenOver) => [when, isTakenOver, call] as const)))(
  'while %s (taken over meanwhile: %s)',
  async (_when, isTakenOver, call) => {
    const client = await till.stripe();
    const { id: customer } = await client.customers.create({ email: 'ada@example.com' });
    const token = await till.signIn('ada', { customer });
    const page = await open(token, {});
    meanwhile = { call: call(page), work: isTakenOver ? takeOver(customer) : async () => undefined };
    await till.pay(page, cards.works);
    const status = await comeBack(token, page);
    const known = await client.customers.retrieve(customer);
    expect([status, !known.deleted && known.invoice_settings.default_payment_method !== null]).toEqual(
      isTakenOver ? [409, false] : [200, true],
    );
  },
);

it.each([true, false])('while the price is asked of what shall go on with it (taken over meanwhile: %s)', async (isTakenOver) => {
  const client = await till.stripe();
  const selection = { planId: 'plus', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
  const started = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', {
    token: await till.signIn('ada'),
    body: { selection },
  });
  const { id: subscriptionId, customerId: customer } = started.body.subscription;
  await till.settle();
  await till.advance(14 * day + 7200);
  const token = await till.signIn('ada');
  const shown = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId, action: 'resume' } });
  const page = await open(token, { subscriptionId, preview: shown.body.preview });
  meanwhile = { call: 'POST /v1/invoices/create_preview', work: isTakenOver ? takeOver(customer) : async () => undefined };
  await till.pay(page, cards.works);
  const status = await comeBack(token, page);
  const { data } = await client.charges.list({ customer, limit: 100 });
  expect([status, (await client.subscriptions.retrieve(subscriptionId)).status, data.map(({ amount }) => amount)]).toEqual(
    isTakenOver ? [409, 'paused', []] : [200, 'active', [1900]],
  );
});
