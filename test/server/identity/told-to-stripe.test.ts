/** What a sign-in tells Stripe of an address and a language: what is new, later where Stripe is out of reach, and nothing for nobody. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const newCustomer = async () => (await (await till.stripe()).customers.create({})).id;
const emailAt = async (customer: string) => {
  const found = await (await till.stripe()).customers.retrieve(customer);
  return found.deleted ? undefined : found.email;
};
const unavailable = () => till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/customers/*', probability: 1 });
const signIn = (customer: string, email: string) => till.signIn('ada', { customer, email, email_verified: true });

it('is an address that Stripe did not take, by the next minute', async () => {
  const customer = await newCustomer();
  await signIn(customer, 'old@example.com');
  unavailable();
  await signIn(customer, 'new@example.com');
  till.sandbox.faults.clear();
  expect(await emailAt(customer)).toBeNull();
  await till.advance(61);
  await till.app.runJobs();
  expect(await emailAt(customer)).toBe('new@example.com');
});

it('is told by name in the owner’s log while Stripe takes no address', async () => {
  const customer = await newCustomer();
  await signIn(customer, 'old@example.com');
  unavailable();
  await signIn(customer, 'new@example.com');
  await till.advance(61);
  await till.app.runJobs();
  expect(till.logged('job.failed')).toMatchObject([{ level: 'error', message: 'changed-addresses' }]);
  till.sandbox.faults.clear();
});

it('is no address for the customer of somebody who has none', async () => {
  const body = {
    selection: { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} },
    returnUrl: shop,
    verifierHash: newVerifier().verifierHash,
  };
  expect((await till.call('POST', '/v1/checkout-sessions', { token: await till.signIn('ada'), body })).status).toBe(201);
  expect(till.stripeCalls).toContain('POST /v1/customers');
  expect(till.stripeCalls.filter((call) => call.startsWith('POST /v1/customers/'))).toEqual([]);
  expect(till.logged('customer.address_put_off')).toEqual([]);
});

it.each(['', '?locale=he', '?locale=und'])(
  'is no language of who has no customer (%s), and none where the page says none',
  async (query) => {
    const customer = await newCustomer();
    const before = till.stripeCalls.length;
    const enter = async (claims: Record<string, unknown>, at: string) =>
      till.call('POST', `/v1/sessions${at}`, { body: { token: await till.ownerToken('ada', claims) } });
    expect((await enter({}, query)).status).toBe(201);
    expect((await enter({ customer }, query === '?locale=he' ? '' : query)).status).toBe(201);
    expect(till.stripeCalls.slice(before)).toEqual([]);
    expect(till.logged('customer.language')).toEqual([]);
  },
);
