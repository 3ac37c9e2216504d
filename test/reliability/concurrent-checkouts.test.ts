/** Threat 19: however many tabs and clicks there are, nobody is led to pay twice; and who did is told of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { company, openTogether, payTwice, shopper, wishes } from './checkout-runs.ts';
import { databases } from '../support/databases.ts';
import { newVerifier, startTill, type TestTill } from '../support/till.ts';

describe.each(databases)('several checkouts at once, on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterAll(() => till.close());

  it('leave exactly one open session for each person, signed in or not', async () => {
    expect(await openTogether(till, 21)).toBe(0);
  });

  it('for the same wish are one, in every tab', async () => {
    const { open } = shopper(till);
    const { verifierHash } = newVerifier();
    const [first, second] = await Promise.all([open({ selection: company, verifierHash }), open({ selection: company, verifierHash })]);
    const third = await open({ selection: company, verifierHash });
    expect(new Set([first, second, third].map(({ body }) => body.url)).size).toBe(1);
  });

  it('for another wish close the earlier one first; one that was just paid is not sold again', async () => {
    const { open, stillOpen } = shopper(till);
    const { verifierHash } = newVerifier();
    const first = await open({ selection: company, verifierHash });
    const second = await open({ selection: wishes[1], verifierHash });
    expect(await stillOpen([first.body.checkoutSessionId])).toEqual([]);
    await till.pay(second.body.checkoutSessionId);
    const third = await open({ selection: company, verifierHash });
    expect([third.status, third.body.code]).toEqual([409, 'already_subscribed']);
  });

  it('begun before and after signing in on one browser leave one', async () => {
    const { open, stillOpen } = shopper(till);
    const { verifierHash } = newVerifier();
    const anonymous = await open({ selection: company, verifierHash });
    const token = await till.signIn('late');
    const signedIn = await open({ selection: company, verifierHash, token });
    expect(await stillOpen([anonymous.body.checkoutSessionId, signedIn.body.checkoutSessionId])).toEqual([signedIn.body.checkoutSessionId]);
  });

  it('on two devices of one person leave the later one', async () => {
    const { open, stillOpen } = shopper(till);
    const token = await till.signIn('two-devices');
    const phone = await open({ selection: company, verifierHash: newVerifier().verifierHash, token });
    const desk = await open({ selection: company, verifierHash: newVerifier().verifierHash, token });
    expect(await stillOpen([phone.body.checkoutSessionId, desk.body.checkoutSessionId])).toEqual([desk.body.checkoutSessionId]);
  });

  it('begin anew when the session has run out, and can buy again what has ended', async () => {
    const { open } = shopper(till);
    const { verifierHash } = newVerifier();
    const first = await open({ selection: company, verifierHash });
    await till.advance(2 * 3600 + 60);
    const second = await open({ selection: company, verifierHash });
    expect([second.status, second.body.checkoutSessionId === first.body.checkoutSessionId]).toEqual([201, false]);
    await till.pay(second.body.checkoutSessionId);
    const client = await till.stripe();
    const session = await client.checkout.sessions.retrieve(second.body.checkoutSessionId);
    await client.subscriptions.cancel(session.subscription as string);
    await till.settle();
    expect((await open({ selection: company, verifierHash })).status).toBe(201);
  });

  it('whose request died between Stripe’s answer and ours leave no second one', async () => {
    const { open, stillOpen } = shopper(till);
    const { verifierHash } = newVerifier();
    const before = till.sandbox.events().length;
    till.sandbox.faults.add({ kind: 'cut_after', route: 'POST /v1/checkout/sessions', times: 3 });
    const lost = await open({ selection: company, verifierHash });
    const again = await open({ selection: company, verifierHash });
    till.sandbox.faults.clear();
    expect([lost.status, again.status]).toEqual([502, 201]);
    expect(till.sandbox.events().length - before).toBeLessThan(2);
    expect(await stillOpen([again.body.checkoutSessionId])).toHaveLength(1);
  });
});

describe.each(databases)('two that were paid, on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeAll(async () => {
    till = await startTill({ database: await openDatabase() });
  });
  afterAll(() => till.close());

  it('are told of once each: two browsers, one address; nothing is merged or ended', async () => {
    expect(await payTwice(till, 6)).toEqual({ told: 6, live: 12 });
  });
});

describe('two of one customer', () => {
  it.each([
    ['flag', 2],
    ['cancel_newest', 1],
  ] as const)('with the policy %s leave %i', async (duplicates, left) => {
    const till = await startTill({ config: { duplicates } });
    const { checkout, token } = await till.buy(company, { token: await till.signIn('twice') });
    await till.advance(60);
    const client = await till.stripe();
    const price = checkout.subscription!.items[0]!.id;
    const item = await client.subscriptionItems.retrieve(price);
    // as somebody in the dashboard would
    const { data: methods } = await client.customers.listPaymentMethods(checkout.customerId!);
    const second = await client.subscriptions.create({
      customer: checkout.customerId!,
      items: [{ price: item.price.id }],
      default_payment_method: methods[0]!.id,
    });
    await till.settle();
    await till.call('GET', '/v1/subscriptions', { token });
    await till.settle();
    const told = (await till.store.outbox.list()).filter(({ type }) => type === 'subscription.duplicate');
    expect(told.map(({ payload }) => payload.subscriptionId)).toEqual([second.id]);
    const live = await client.subscriptions.list({ customer: checkout.customerId!, limit: 100 });
    expect(live.data).toHaveLength(left);
    await till.close();
  });
});
