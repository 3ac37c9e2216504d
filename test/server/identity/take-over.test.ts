/** Who proves an address takes its customer over: whoever only typed it is out, whatever they began before. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  CheckoutSessionResponse,
  PaymentMethodSetup,
  Problem,
  SessionResponse,
  SubscriptionList,
} from '@tillkit/core/contract/contract';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { databases } from '../../support/databases.ts';
import { proveAddress } from '../../support/prove-address.ts';
import { mailbox } from '../../support/smtp.ts';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const victim = 'victim@example.com';
const trial = { planId: 'starter', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const catalog = monthlyCatalog(
  monthlyPlan('starter', 900, { trial: { days: 14, cardRequired: false, end: 'cancel' }, seats: { min: 1, max: 50 } }),
  monthlyPlan('grand', 2900, { seats: { min: 1, max: 50 } }),
  monthlyPlan('storage', 500, { group: 'storage' }),
);

describe.each(databases)('a proved address on %s', (_, openDatabase) => {
  let till: TestTill;
  let box: ReturnType<typeof mailbox>;
  beforeEach(async () => {
    box = mailbox();
    const from = { name: 'Halyard', address: 'billing@halyard.example' };
    till = await startTill({ catalog, database: await openDatabase(), modules: [mailer({ transport: box, from })] });
  });
  afterEach(() => till.close());

  const open = async (selection: unknown = trial, token?: string) => {
    const { verifier, verifierHash } = newVerifier();
    const body = { selection, returnUrl: shop, verifierHash };
    const { checkoutSessionId } = (await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token, body })).body;
    return { checkoutSessionId, verifier };
  };
  const exchange = (body: object) => till.call<SessionResponse & Problem>('POST', '/v1/sessions', { body });
  /** Eve, whom nobody knows, begins something with an address that is not hers. */
  const eveBuys = async (email = victim, token?: string) => {
    const opened = await open(trial, token);
    await till.pay(opened.checkoutSessionId, undefined, email);
    await till.settle();
    return opened;
  };
  const prove = (email: string): Promise<string> => proveAddress(till, box, email);
  const owned = async (token: string) => {
    const { status, body } = await till.call<SubscriptionList & Problem>('GET', '/v1/subscriptions', { token });
    return status === 200 ? body.subscriptions.map(({ id }) => id) : body.code;
  };

  it('ends every session of whoever bought with it unproved', async () => {
    const eve = (await exchange(await eveBuys())).body;
    const ada = await prove(victim);
    expect(await owned(ada)).toEqual([eve.checkout!.subscription!.id]);
    expect(await owned(eve.token)).toBe('signed_out');
    const { status } = await till.call('POST', '/v1/previews', {
      token: eve.token,
      body: { subscriptionId: eve.checkout!.subscription!.id, target: { planId: 'grand', seats: 50 } },
    });
    expect(status).toBe(401);
  });

  it('ends a session that is just being handed over to a fresh token', async () => {
    const eve = (await exchange(await eveBuys())).body;
    await till.sandbox.clock.advance(11 * 60);
    const answer = await till.call('GET', '/v1/subscriptions', { token: eve.token });
    const fresh = answer.headers.get('till-session')!;
    await prove(victim);
    expect([await owned(eve.token), await owned(fresh)]).toEqual(['signed_out', 'signed_out']);
  });

  it('makes a purchase that was not yet exchanged open nothing any more', async () => {
    const opened = await eveBuys();
    await prove(victim);
    const { status, body } = await exchange(opened);
    expect([status, body.code]).toEqual([401, 'checkout_not_yours']);
  });

  it('makes a purchase that was not yet exchanged open nothing also after it was led to another', async () => {
    const first = await eveBuys();
    const { data } = await (await till.stripe()).subscriptions.list();
    await (await till.stripe()).subscriptions.cancel(data[0]!.id);
    await prove(victim);
    await till.advance(60);
    await eveBuys();
    await prove(victim);
    expect((await exchange(first)).body.code).toBe('checkout_not_yours');
  });

  it('closes the pages that were opened at Stripe before', async () => {
    const eve = (await exchange(await eveBuys())).body;
    const checkout = await open({ ...trial, planId: 'storage' }, eve.token);
    const setup = await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', {
      token: eve.token,
      body: { returnUrl: shop, subscriptionId: eve.checkout!.subscription!.id },
    });
    await prove(victim);
    const { checkout: pages } = await till.stripe();
    const states = [checkout.checkoutSessionId, setup.body.checkoutSessionId].map(async (id) => (await pages.sessions.retrieve(id)).status);
    expect(await Promise.all(states)).toEqual(['expired', 'expired']);
    expect((await exchange(checkout)).body.code).toBe('checkout_not_complete');
  });

  it('opens nothing to whoever pays on a page that Stripe would not close', async () => {
    const eve = (await exchange(await eveBuys())).body;
    const second = await open({ ...trial, planId: 'storage' }, eve.token);
    await till.pay(second.checkoutSessionId);
    await prove(victim);
    await till.settle();
    expect((await exchange(second)).body.code).toBe('checkout_not_yours');
  });

  it('lets in whoever proved it, when Stripe closes no page', async () => {
    const eve = (await exchange(await eveBuys())).body;
    await open({ ...trial, planId: 'storage' }, eve.token);
    till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/checkout/sessions/*/expire', times: 20 });
    expect(await owned(await prove(victim))).toHaveLength(1);
    expect(await owned(eve.token)).toBe('signed_out');
    expect(till.logged('customer.pages_left_open')).toMatchObject([
      { level: 'warn', message: eve.checkout!.customerId, error: expect.any(String) },
    ]);
  });

  it('asks Stripe to close nothing that is closed already, and nothing where nobody is put out', async () => {
    await exchange(await eveBuys());
    const expired = () => till.stripeCalls.filter((call) => call.endsWith('/expire')).length;
    await prove(victim);
    expect(expired()).toBe(0);
    const readings = () => till.stripeCalls.filter((call) => call === 'GET /v1/checkout/sessions').length;
    const before = readings();
    await prove(victim);
    expect(readings()).toBe(before);
  });

  it('leaves alone whoever was signed in by the site’s owner, with an address that they only typed', async () => {
    const eve = await till.signIn('eve');
    const { checkoutSessionId } = await eveBuys(victim, eve);
    const ada = await prove(victim);
    expect(await owned(ada)).toEqual([]);
    expect(await owned(eve)).toHaveLength(1);
    expect(checkoutSessionId).toMatch(/^cs_/u);
  });

  it('reaches what was bought with the same address that the site’s owner vouches for', async () => {
    const site = await till.signIn('ada', { email: victim, email_verified: true });
    await eveBuys(victim, site);
    const code = await prove(victim);
    expect(await owned(code)).toEqual(await owned(site));
    expect(await owned(code)).toHaveLength(1);
  });

  it('reaches by the site’s word for it what was reached by a code, so that nothing is sold a second time', async () => {
    await exchange(await eveBuys());
    const code = await prove(victim);
    const site = await till.signIn('ada', { email: victim.toUpperCase(), email_verified: true });
    expect(await owned(site)).toEqual(await owned(code));
    expect(await owned(site)).toHaveLength(1);
    const { verifierHash } = newVerifier();
    const body = { selection: trial, returnUrl: shop, verifierHash };
    const again = await till.call<Problem>('POST', '/v1/checkout-sessions', { token: site, body });
    expect(again.body.code).toBe('already_subscribed');
  });

  const others: Record<string, () => Promise<string>> = {
    'is not said to be proved': () => till.signIn('bob', { email: victim }),
    'is another': () => till.signIn('bob', { email: 'bob@example.com', email_verified: true }),
    'has the same, as somebody of the site who came before': async () => {
      await till.signIn('ada', { email: victim, email_verified: true });
      return till.signIn('bob', { email: victim, email_verified: true });
    },
    'is of somebody whose customer the owner names': async () => {
      const { id: customer } = await (await till.stripe()).customers.create({});
      return till.signIn('bob', { email: victim, email_verified: true, customer });
    },
    'is of somebody who has bought already': async () => {
      const bob = await till.signIn('bob');
      await eveBuys('bob@example.com', bob);
      const before = await owned(bob);
      const later = await till.signIn('bob', { email: victim, email_verified: true });
      expect(await owned(later)).toEqual(before);
      return till.signIn('carl');
    },
    'was only typed, and proved by nobody': async () => {
      await exchange(await eveBuys('typed@example.com'));
      return till.signIn('bob', { email: 'typed@example.com', email_verified: true });
    },
  };
  it.each(Object.entries(others))('reaches nothing of it by the site’s word where the address %s', async (__, signIn) => {
    await exchange(await eveBuys());
    await prove(victim);
    expect(await owned(await signIn())).toEqual([]);
  });

  it('reaches nothing of it by the site’s word after it was erased', async () => {
    await exchange(await eveBuys());
    await prove(victim);
    const { customerId } = (await till.store.identities.find({ issuer: 'email', subject: victim }))!;
    await till.store.transaction((tables) => tables.erased.add(customerId!, till.now()));
    expect(await owned(await till.signIn('ada', { email: victim, email_verified: true }))).toEqual([]);
    expect((await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!.customerId).toBeUndefined();
  });

  it('takes a customer over from another address that it had before', async () => {
    await eveBuys('eve@example.com');
    const eve = await prove('eve@example.com');
    const { customerId } = (await till.store.identities.find({ issuer: 'email', subject: 'eve@example.com' }))!;
    await (await till.stripe()).customers.update(customerId!, { email: victim });
    expect(await owned(await prove(victim))).toHaveLength(1);
    expect(await owned(eve)).toBe('signed_out');
    expect(await owned(await prove('eve@example.com'))).toEqual([]);
  });

  it('is over when the site’s owner says that it is another by now: its session and its codes open nothing', async () => {
    const site = await till.signIn('ada', { email: victim, email_verified: true });
    await eveBuys(victim, site);
    const former = await prove(victim);
    expect(await owned(former)).toHaveLength(1);
    const [id] = await owned(former);
    await till.signIn('ada', { email: 'new@example.com', email_verified: true });
    expect(await owned(former)).toBe('signed_out');
    const canceled = await till.call<Problem>('POST', `/v1/subscriptions/${id}/cancel`, { token: former });
    expect(canceled.status).toBe(401);
    expect(await owned(await prove(victim))).toEqual([]);
    expect(await owned(await prove('new@example.com'))).toEqual([id]);
  });

  it('is over also while Stripe cannot be told of the new one', async () => {
    const site = await till.signIn('ada', { email: victim, email_verified: true });
    await eveBuys(victim, site);
    await prove(victim);
    till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/customers/*', probability: 1 });
    await till.signIn('ada', { email: 'new@example.com', email_verified: true });
    expect(await owned(await prove(victim))).toEqual([]);
    till.sandbox.faults.clear();
  });

  it('is over, whichever comes first, when it is proved at the moment of the change', async () => {
    const site = await till.signIn('ada', { email: victim, email_verified: true });
    await eveBuys(victim, site);
    const [former] = await Promise.all([prove(victim), till.signIn('ada', { email: 'new@example.com', email_verified: true })]);
    expect([[], 'signed_out']).toContainEqual(await owned(former));
  });

  it('goes on where the owner vouches for it as another person’s of the same customer', async () => {
    const site = await till.signIn('ada', { email: victim, email_verified: true });
    await eveBuys(victim, site);
    const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
    await till.signIn('bob', { email: victim, email_verified: true, customer: customerId });
    const code = await prove(victim);
    await till.signIn('ada', { email: 'new@example.com', email_verified: true });
    expect(await owned(code)).toHaveLength(1);
  });

  it('is the same in whatever letters its domain was written', async () => {
    await exchange(await eveBuys('ada@bücher.example'));
    expect(await owned(await prove('ada@xn--bcher-kva.example'))).toHaveLength(1);
    const site = await till.signIn('ada', { email: 'ADA@BÜCHER.example', email_verified: true });
    expect(await owned(site)).toHaveLength(1);
    expect((await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!.email).toBe('ada@xn--bcher-kva.example');
  });

  it('is not needed where the site’s owner says whose customer it is', async () => {
    const eve = (await exchange(await eveBuys())).body;
    const ada = await till.signIn('ada', { customer: eve.checkout!.customerId });
    expect(await owned(ada)).toHaveLength(1);
    expect(await owned(eve.token)).toBe('signed_out');
  });

  it('is refused by name to whoever was of the customer before, and not to one of several who are', async () => {
    const ada = await till.signIn('ada', { email: 'ada@example.com', email_verified: true });
    const mine = await eveBuys(victim, ada);
    const { customerId } = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!;
    const bob = await till.signIn('bob', { customer: customerId });
    const bobs = await open({ ...trial, planId: 'storage' }, bob);
    await till.pay(bobs.checkoutSessionId);
    await till.settle();
    expect((await exchange(mine)).status).toBe(201);
    const { id: another } = await (await till.stripe()).customers.create({});
    await till.signIn('bob', { customer: another });
    const { status, body } = await exchange(bobs);
    expect([status, body.code]).toEqual([401, 'checkout_not_yours']);
    expect(body.detail).toContain('sign in as they did');
    expect((await till.store.identities.find({ issuer: 'owner', subject: 'bob' }))!.customerId).toBe(another);
  });

  it('holds when both come in at once: never both', async () => {
    const opened = await eveBuys();
    const [eve, ada] = await Promise.all([exchange(opened), prove(victim)]);
    expect(await owned(ada)).toHaveLength(1);
    expect(eve.status === 401 || (await owned(eve.body.token)) === 'signed_out').toBe(true);
  });
});
