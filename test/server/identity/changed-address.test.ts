/** A proved address that has changed reaches Stripe's customer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { databases } from '../../support/databases.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe.each(databases)('an address that has changed on %s', (_, openDatabase) => {
  let till: TestTill;
  let customer: string;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
    const token = await signIn('old@example.com');
    customer = (await till.buy(team, { token })).checkout.customerId!;
    await till.settle();
  });
  afterEach(() => till.close());

  const signIn = (email: string, verified = true) => till.signIn('ada', { email, email_verified: verified });
  const atStripe = async () => {
    const found = await (await till.stripe()).customers.retrieve(customer);
    return found.deleted ? undefined : found.email;
  };
  const writes = () => till.stripeCalls.filter((call) => call === `POST /v1/customers/${customer}`).length;

  it('is told to Stripe with the sign-in that proves it, once', async () => {
    await signIn('New@example.com');
    expect(await atStripe()).toBe('new@example.com');
    const before = writes();
    await signIn('new@example.com');
    expect(writes()).toBe(before);
  });

  it('is not told when nobody vouches for it', async () => {
    await signIn('new@example.com', false);
    expect(await atStripe()).toBe('old@example.com');
  });

  it('comes back within a day', async () => {
    for (const email of ['new@example.com', 'old@example.com', 'new@example.com']) {
      await signIn(email);
      expect(await atStripe()).toBe(email);
    }
  });

  it('leaves alone what the customer wrote at Stripe while the proved one is the same', async () => {
    await (await till.stripe()).customers.update(customer, { email: 'invoices@example.com' });
    await signIn('old@example.com');
    expect(await atStripe()).toBe('invoices@example.com');
  });

  it('leaves alone the address of a customer that the owner names for somebody who is new here', async () => {
    await till.signIn('bob', { email: 'bob@example.com', email_verified: true, customer });
    expect(await atStripe()).toBe('old@example.com');
  });

  it('keeps nobody from signing in while Stripe is out of reach, and is told later', async () => {
    const fault = till.sandbox.faults.add({ kind: 'unavailable', route: `POST /v1/customers/${customer}`, probability: 1 });
    expect(await signIn('new@example.com')).toMatch(/^till_/u);
    expect(await atStripe()).toBe('old@example.com');
    till.sandbox.faults.remove(fault);
    await till.advance(61);
    await till.app.runJobs();
    expect(await atStripe()).toBe('new@example.com');
    expect(await till.store.identities.withEmailDue()).toEqual([]);
  });

  it('is not waited for longer than a moment', async () => {
    const order: string[] = [];
    till.sandbox.faults.add({ kind: 'slow', route: `POST /v1/customers/${customer}`, milliseconds: 4000, times: 1 });
    const told = expect.poll(atStripe, { timeout: 30_000 }).toBe('new@example.com');
    await Promise.all([signIn('new@example.com').then(() => order.push('signed in')), told.then(() => order.push('told'))]);
    expect(order).toEqual(['signed in', 'told']);
  });

  it('is not told of a customer who was erased before Stripe took it', async () => {
    const fault = till.sandbox.faults.add({ kind: 'unavailable', route: `POST /v1/customers/${customer}`, probability: 1 });
    await signIn('new@example.com');
    till.sandbox.faults.remove(fault);
    await till.store.transaction((tables) => tables.erased.add(customer, till.now()));
    await till.advance(61);
    await till.app.runJobs();
    expect(await atStripe()).toBe('old@example.com');
    expect(await till.store.identities.withEmailDue()).toEqual([]);
  });

  it('is the last one, however many come at the same time', async () => {
    const all = Array.from({ length: 5 }, (_, n) => `new${n}@example.com`);
    await Promise.all(all.map((email) => signIn(email)));
    await till.advance(61);
    await till.app.runJobs();
    expect(await atStripe()).toBe((await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!.email);
  });
});

describe.each(databases)('a first customer on %s', (_, openDatabase) => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase(), catalog: 'redis-hosting' });
  });
  afterEach(() => till.close());

  const free = { planId: 'free', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
  const signIn = (email?: string) => till.signIn('ada', { ...(email !== undefined && { email, email_verified: true }) });
  const start = (token: string) =>
    till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body: { selection: free } });
  const customers = async () => (await (await till.stripe()).customers.list()).data.map(({ email }) => email);

  it.each([
    ['none', undefined, 'ada@example.com'],
    ['one', 'ada@example.com', 'lovelace@example.com'],
    ['one', 'ada@example.com', undefined],
  ])('whose answer was lost is had at the next try, when there was %s and the address is another by now', async (_had, before, after) => {
    till.sandbox.faults.add({ kind: 'cut_after', route: 'POST /v1/customers', times: 3 });
    expect((await start(await signIn(before))).body.code).toBe('stripe_unavailable');
    till.sandbox.faults.clear();
    expect((await start(await signIn(after))).status).toBe(201);
    expect(await customers()).toEqual([after ?? before]);
  });

  it('has the address that was proved while it was made', async () => {
    const token = await signIn('old@example.com');
    till.sandbox.faults.add({ kind: 'slow', route: 'POST /v1/customers', milliseconds: 300 });
    const started = start(token);
    await expect.poll(() => till.stripeCalls.includes('POST /v1/customers')).toBe(true);
    await signIn('new@example.com');
    await started;
    expect(await customers()).toEqual(['new@example.com']);
  });

  it('has the address that was proved at the very moment, whoever was to tell it saw no customer yet', async () => {
    const token = await signIn('old@example.com');
    const { identities } = till.store;
    const { find, emailTold } = identities;
    const [seen, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const isMade = () => till.stripeCalls.includes('POST /v1/customers');
    let started: ReturnType<typeof start> | undefined;
    vi.spyOn(identities, 'find').mockImplementation(async (identity) => {
      if (isMade()) {
        // the purchase has its customer: before it tells Stripe, the sign-in ends what it began
        seen.resolve();
        await told.promise;
        return find(identity);
      }
      const found = await find(identity);
      if (found?.emailDue === undefined || started) return found;
      started = start(token);
      await seen.promise;
      return found;
    });
    vi.spyOn(identities, 'emailTold').mockImplementation(async (...which) => {
      const answer = await emailTold(...which);
      told.resolve();
      return answer;
    });
    await signIn('new@example.com');
    expect((await started!).status).toBe(201);
    vi.restoreAllMocks();
    expect(await customers()).toEqual(['new@example.com']);
  });

  it('is another one, with their address, for who comes again after an erasure', async () => {
    const { customerId } = (await start(await signIn('old@example.com'))).body.subscription;
    await till.store.transaction(async (tables) => {
      await tables.erased.add(customerId, till.now());
      await tables.identities.remove({ issuer: 'owner', subject: 'ada' });
    });
    const again = (await start(await signIn('new@example.com'))).body.subscription;
    expect(again.customerId).not.toBe(customerId);
    expect(await customers()).toEqual(['new@example.com', 'old@example.com']);
  });

  it('keeps nobody from buying while Stripe does not take the address, which it is told later', async () => {
    till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/customers/*', times: 3 });
    expect((await start(await signIn('ada@example.com'))).status).toBe(201);
    till.sandbox.faults.clear();
    await till.advance(61);
    await till.app.runJobs();
    expect(await customers()).toEqual(['ada@example.com']);
  });
});

it('waits for nothing where there is no customer yet', async () => {
  const till = await startTill();
  for (const email of ['old@example.com', 'new@example.com']) await till.signIn('ada', { email, email_verified: true });
  expect(await till.store.identities.withEmailDue()).toEqual([]);
  expect(till.stripeCalls.filter((call) => call.includes('/v1/customers'))).toEqual([]);
  await till.close();
});

it('that Stripe does not take is told to the owner’s log', async () => {
  const till = await startTill();
  const signIn = (email: string) => till.signIn('ada', { email, email_verified: true });
  await till.buy(team, { token: await signIn('old@example.com') });
  till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/customers/*', probability: 1 });
  await signIn('new@example.com');
  expect(till.logged('customer.address_put_off')).toMatchObject([{ level: 'warn', error: expect.any(String) }]);
  await till.close();
});
