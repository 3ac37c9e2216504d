/** What Stripe has opened is the buyer's, for as long and as often as is meant, or it is closed again. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PreviewResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { openCheckout, type OpenCheckoutOptions } from '../../support/open-checkout.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const hour = 3600;
const catalog = {
  ...monthlyCatalog(monthlyPlan('plus', 1900), monthlyPlan('tried', 1900, { group: 'tried', trial: { days: 14, cardRequired: true } })),
  products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } } }],
};
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });
const handbook = { productId: 'handbook', quantity: 1, currency: 'usd' };

let till: TestTill;
afterEach(() => till.close());

const open = (selection: object, more?: OpenCheckoutOptions) => openCheckout(till, selection, more);
const sessions = async () => (await (await till.stripe()).checkout.sessions.list({ limit: 100 })).data;

it('Stripe’s page can be paid for two hours, a form in the page for nearly a day', async () => {
  till = await startTill({ catalog });
  for (const [uiMode, hours] of [
    ['hosted_page', 2],
    ['elements', 23],
  ] as const) {
    const { body } = await open(select('plus'), { uiMode });
    expect([uiMode, body.expiresAt]).toEqual([uiMode, till.now() + hours * hour]);
  }
});

it('a product costs one call to Stripe, and the same request again is the same checkout', async () => {
  till = await startTill({ catalog });
  const { verifierHash } = newVerifier();
  const first = await open(handbook, { verifierHash });
  const calls = till.stripeCalls.filter((call) => call.includes('/checkout/sessions'));
  expect(calls).toEqual(['POST /v1/checkout/sessions']);
  expect((await open(handbook, { verifierHash })).body.checkoutSessionId).toBe(first.body.checkoutSessionId);
});

it('a trial that was shown to nobody in particular is not sold for its price to who has had it', async () => {
  till = await startTill({ catalog });
  const token = await till.signIn('ada');
  const { checkout } = await till.buy(select('tried'), { token });
  await (await till.stripe()).subscriptions.cancel(checkout.subscription!.id);
  await till.settle();
  const { preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { body: { selection: select('tried') } })).body;
  const { status, body } = await open(select('tried'), { token, preview });
  expect([status, body.code, body.detail]).toEqual([409, 'preview_changed', 'total: 0 when shown, 1900 now']);
  expect((await sessions()).filter((session) => session.status === 'open')).toEqual([]);
});

it.each([
  ['in the request', { locale: 'he' }, ''],
  ['in the address', {}, '?locale=he'],
  ['in both, of which the request counts', { locale: 'he' }, '?locale=fr'],
])('the language named %s is the customer’s from then on', async (_, more, query) => {
  till = await startTill({ catalog });
  const { id: customer } = await (await till.stripe()).customers.create({ preferred_locales: ['de'] });
  const token = await till.signIn('ada', { customer });
  const body = { selection: select('plus'), returnUrl: shop, verifierHash: newVerifier().verifierHash, ...more };
  expect((await till.call('POST', `/v1/checkout-sessions${query}`, { token, body })).status).toBe(201);
  expect(await (await till.stripe()).customers.retrieve(customer)).toMatchObject({ preferred_locales: ['he', 'de'] });
});

describe('whoever is erased while Stripe opens their checkout', () => {
  it.each([
    ['a plan', select('plus')],
    ['a product', handbook],
  ])('gets none of %s: it is closed, and nothing is written down', async (_, selection) => {
    let erased = false;
    const stripeFetch: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      const opens = request.method === 'POST' && request.url.endsWith('/v1/checkout/sessions');
      const response = await till.sandbox.fetch(request);
      if (opens) {
        await till.store.transaction((tables) => tables.identities.remove({ issuer: 'owner', subject: 'ada' }));
        erased = true;
      }
      return response;
    };
    till = await startTill({ catalog, app: { stripeFetch } });
    const { status, body } = await open(selection, { token: await till.signIn('ada') });
    expect([erased, status, body.code]).toEqual([true, 401, 'signed_out']);
    const [session, ...others] = await sessions();
    expect([session!.status, others]).toEqual(['expired', []]);
    expect(await till.store.checkoutIntents.find(session!.id)).toBeUndefined();
  });
});
