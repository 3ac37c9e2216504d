/** Threat 19, the other side of it: what keeps a person from two checkouts never keeps them from one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { openOneCheckout, type WantedCheckout } from '@tillkit/server/checkout/one-open-checkout';
import { Queues } from '@tillkit/server/ops/queues';
import { createCheckoutSession, type OpenCheckout } from '@tillkit/server/stripe/checkout-sessions';
import type { Till } from '@tillkit/server/till';
import { company, shopper, wishes } from './checkout-runs.ts';
import { databases } from '../support/databases.ts';
import { newVerifier, shop, startTill, type TestTill } from '../support/till.ts';

const create = 'POST /v1/checkout/sessions';
const hour = 3600;

describe.each(databases)('a buyer on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterEach(() => till.close());

  const open = (body: object) =>
    till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', { body: { returnUrl: shop, ...body } });

  it('goes on in another language: the first session is closed and the same wish opened anew', async () => {
    const { verifierHash } = newVerifier();
    const english = await open({ selection: company, verifierHash, locale: 'en' });
    const hebrew = await open({ selection: company, verifierHash, locale: 'he' });
    expect([english.status, hebrew.status]).toEqual([201, 201]);
    const ids = [english.body.checkoutSessionId, hebrew.body.checkoutSessionId];
    expect(await shopper(till).stillOpen(ids)).toEqual([ids[1]]);
  });

  it.each([
    ['answered 500, which Stripe repeats for a day', 'server_error', 1, 0],
    ['never arrived, and the session would run out too soon by now', 'cut_before', 3, 1.75 * hour],
    ['never arrived, and the session would have run out by now', 'cut_before', 3, 3 * hour],
  ] as const)('is not shut out by a request to Stripe that %s', async (_name, kind, times, later) => {
    const { verifierHash } = newVerifier();
    till.sandbox.faults.add({ kind, route: create, times });
    expect((await open({ selection: company, verifierHash })).status).toBe(502);
    till.sandbox.faults.clear();
    await till.advance(later);
    expect((await open({ selection: company, verifierHash })).status).toBe(201);
  });

  it('is not shut out by a first customer that Stripe answered with 500, and becomes one customer', async () => {
    const token = await till.signIn('ada');
    till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/customers', times: 1 });
    const answers = await Promise.all(
      wishes.map((selection) => shopper(till).open({ selection, token, verifierHash: newVerifier().verifierHash })),
    );
    expect(answers.map(({ status }) => status)).toEqual(wishes.map(() => 201));
    const client = await till.stripe();
    expect((await client.customers.list()).data).toHaveLength(1);
  });

  it('is not shut out by a request that died with a clock that was put back since', async () => {
    const key = { owner: 'browser:x', planGroup: 'base' };
    expect(await till.store.checkoutSlots.hold(key, 'dead', till.now() + 9000)).toBe(true);
    expect(await till.store.checkoutSlots.hold(key, 'next', till.now())).toBe(true);
    expect(await till.store.checkoutSlots.hold(key, 'third', till.now() + 30)).toBe(false);
    expect(await till.store.checkoutSlots.hold(key, 'third', till.now() + 40)).toBe(true);
    await till.store.checkoutSlots.forget(till.now() + 3 * 86_400);
    expect(await till.store.checkoutSlots.find(key)).toBeUndefined();
  });
});

describe.each(databases)('a request that Stripe keeps waiting longer than its slot is held, on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterEach(() => till.close());

  const { verifierHash } = newVerifier();
  /** The server, as another process of it sees the same person. */
  const openAs = (wanted: Pick<WantedCheckout, 'intentId' | 'open'>): Promise<OpenCheckout> =>
    openOneCheckout(till as unknown as Till, new Queues(), { owner: { verifierHash }, group: 'base', ...wanted });
  const order = (intentId: string, attempt: number) => ({
    mode: 'payment' as const,
    uiMode: 'hosted_page' as const,
    lines: [],
    currency: 'usd',
    cardOptional: false,
    automaticTax: false,
    successUrl: shop,
    cancelUrl: shop,
    locale: undefined,
    note: { intentId },
    idempotencyKey: `checkout:${intentId}:${attempt}`,
  });
  const opening = async (intentId: string, attempt: number): Promise<OpenCheckout> => {
    const client = await till.stripe();
    const { data: prices } = await client.prices.list({ lookup_keys: ['onboarding_once'] });
    return createCheckoutSession(till.stripe, { ...order(intentId, attempt), lines: [{ priceId: prices[0]!.id, quantity: 1 }] });
  };
  /** Opens `first`, and `second` from another process while Stripe is still busy with it. */
  async function overtaken(first: string, second: string) {
    let other: OpenCheckout | undefined;
    const slow = openAs({
      intentId: first,
      async open({ attempt }) {
        const session = await opening(first, attempt);
        await till.sandbox.clock.advance(41);
        other = await openAs({ intentId: second, open: (turn) => opening(second, turn.attempt) });
        return session;
      },
    });
    const answered = await slow.then(
      ({ id }) => id,
      (error: { code?: string }) => error.code,
    );
    const client = await till.stripe();
    const { data } = await client.checkout.sessions.list({ status: 'open' });
    return { answered, other: other!.id, open: data.map(({ id }) => id) };
  }

  it('closes what it opened when another wish was opened meanwhile', async () => {
    const { answered, other, open } = await overtaken('one', 'two');
    expect([answered, open]).toEqual(['not_possible_now', [other]]);
  });

  it('has the same session when the same wish was opened meanwhile', async () => {
    const { answered, other, open } = await overtaken('one', 'one');
    expect([answered, open]).toEqual([other, [other]]);
  });
});

describe('a browser in which somebody signs in', () => {
  it('leaves one checkout, even when the one before the sign-in is only just being opened', async () => {
    const till = await startTill();
    const { verifierHash } = newVerifier();
    const token = await till.signIn('late');
    const { open, stillOpen } = shopper(till);
    till.sandbox.faults.add({ kind: 'slow', route: create, times: 1, milliseconds: 300 });
    const anonymous = open({ selection: company, verifierHash });
    await expect.poll(() => till.stripeCalls.filter((call) => call === create).length).toBe(1);
    const signedIn = await open({ selection: company, verifierHash, token });
    const ids = [(await anonymous).body.checkoutSessionId, signedIn.body.checkoutSessionId];
    expect(await stillOpen(ids)).toEqual([ids[1]]);
    await till.close();
  });
});

describe('what is sold alone', () => {
  const catalog = {
    locales: ['en'],
    defaultCurrency: 'usd',
    currencies: ['usd'],
    plans: [],
    products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } }, quantity: { min: 1, max: 5 } }],
  };
  const selection = { productId: 'handbook', quantity: 1, currency: 'usd' };

  it('is one checkout for a double click, and another once it was paid, however often, whether or not the buyer came back', async () => {
    const till = await startTill({ catalog });
    const { verifierHash } = newVerifier();
    const { open } = shopper(till);
    const paid = new Set<string>();
    for (let time = 1; time <= 3; time += 1) {
      const [first, again] = [await open({ selection, verifierHash }), await open({ selection, verifierHash })];
      expect(again.body.checkoutSessionId).toBe(first.body.checkoutSessionId);
      await till.pay(first.body.checkoutSessionId);
      paid.add(first.body.checkoutSessionId);
      expect(paid.size).toBe(time);
    }
    await till.close();
  });

  it('is not shut off for a day by one answer of 500', async () => {
    const till = await startTill({ catalog });
    const { verifierHash } = newVerifier();
    const { open } = shopper(till);
    till.sandbox.faults.add({ kind: 'server_error', route: create, times: 1 });
    expect((await open({ selection, verifierHash })).status).toBe(201);
    await till.close();
  });
});
