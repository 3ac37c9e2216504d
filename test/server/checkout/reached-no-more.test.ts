/** Nothing is begun at Stripe for somebody who reaches another customer, or none, by the time that it is there. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PaymentMethodSetup, PortalSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { openCheckout } from '../../support/open-checkout.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';

const ada = { issuer: 'owner', subject: 'ada' };
const selection = { planId: 'plus', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const product = { id: 'guide', name: 'Guide', price: { amounts: { usd: 1900 } } };

let till: TestTill;
afterEach(() => till.close());

const stillOpen = async () => (await (await till.stripe()).checkout.sessions.list({ status: 'open', limit: 100 })).data.length;

/** What becomes of who asks while Stripe makes a page for them. */
const meanwhile = [
  ['whose address another has taken over', () => till.store.transaction(({ identities }) => identities.letGo(ada)), 'not_possible_now'],
  ['whom the owner names another customer', () => till.store.identities.link(ada, 'cus_another'), 'not_possible_now'],
  ['who was erased', () => till.store.transaction(({ identities }) => identities.remove(ada)), 'signed_out'],
] as const;

/** Somebody known, with a customer; `work` is done when Stripe has made the next page. */
async function begin(work: () => Promise<unknown>): Promise<string> {
  const parts: { work?: (() => Promise<unknown>) | undefined } = {};
  const inner: { fetch?: typeof globalThis.fetch } = {};
  till = await startTill({
    catalog: { ...monthlyCatalog(monthlyPlan('plus', 1900)), products: [product] },
    app: {
      stripeFetch: async (input, init) => {
        const request = new Request(input, init);
        const response = await inner.fetch!(request);
        const isPage = request.method === 'POST' && /\/(?:checkout|billing_portal)\/sessions$/u.test(new URL(request.url).pathname);
        const now = isPage ? parts.work : undefined;
        if (now) delete parts.work;
        await now?.();
        return response;
      },
    },
  });
  inner.fetch = (input, init) => till.sandbox.fetch(new Request(input, init));
  const { id: customer } = await (await till.stripe()).customers.create({ email: 'ada@example.com' });
  const token = await till.signIn('ada', { customer });
  parts.work = work;
  return token;
}

describe.each(meanwhile)('for somebody %s', (_, work, code) => {
  it('no checkout of a plan stays open', async () => {
    const token = await begin(work);
    const { body } = await openCheckout(till, selection, { token });
    expect([body.code, await stillOpen()]).toEqual([code, 0]);
  });

  it('no checkout of what is sold alone stays open', async () => {
    const token = await begin(work);
    const { body } = await openCheckout(till, { productId: 'guide', quantity: 1, currency: 'usd' }, { token });
    expect([body.code, await stillOpen()]).toEqual([code, 0]);
  });

  it('no page for a card stays open, and none that was is taken for theirs', async () => {
    const token = await begin(work);
    const { body } = await till.call<PaymentMethodSetup & Problem>('POST', '/v1/payment-methods', {
      token,
      body: { returnUrl: `${shop}/account` },
    });
    expect([body.code, await stillOpen()]).toEqual([code, 0]);
  });

  it('no way to Stripe’s own portal is given', async () => {
    const token = await begin(work);
    const { body } = await till.call<PortalSessionResponse & Problem>('POST', '/v1/portal-sessions', { token, body: { returnUrl: shop } });
    expect([body.code, body.url]).toEqual([code, undefined]);
  });
});

it('for somebody who reaches the same still, they are opened', async () => {
  const token = await begin(async () => undefined);
  expect((await openCheckout(till, selection, { token })).status).toBe(201);
  expect((await openCheckout(till, { productId: 'guide', quantity: 1, currency: 'usd' }, { token })).status).toBe(201);
  expect((await till.call('POST', '/v1/payment-methods', { token, body: { returnUrl: `${shop}/account` } })).status).toBe(201);
  expect((await till.call('POST', '/v1/portal-sessions', { token, body: { returnUrl: shop } })).status).toBe(201);
  expect(await stillOpen()).toBe(3);
});

it.each([
  ['another customer, which closes what they have open in the one before', 'another', 0],
  ['the same, which leaves it open', 'same', 1],
  ['one that was erased, which leads nobody away', 'erased', 1],
])('the owner names somebody %s', async (_name, named, open) => {
  const token = await begin(async () => undefined);
  const { customers } = await till.stripe();
  const { data } = await customers.list({ email: 'ada@example.com' });
  expect((await openCheckout(till, selection, { token })).status).toBe(201);
  const { id: customer } = named === 'same' ? data[0]! : await customers.create({ email: 'ada@example.com' });
  if (named === 'erased') await till.store.transaction(({ erased }) => erased.add(customer, till.now()));
  await till.signIn('ada', { customer });
  expect(await stillOpen()).toBe(open);
});
