/** What was found out before somebody comes in, and may be another's by then: whose account they reach all the same. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSession } from '@tillkit/server/identity/start-session';
import type { KnownIdentity } from '@tillkit/server/store/identities';
import { recordedLog } from '../../support/recorded-log.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const ada = { issuer: 'owner', subject: 'ada', email: 'new@example.com', customerId: 'cus_ada' };

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const comeIn = (identity: KnownIdentity, method: string) =>
  startSession({ stripe: till.stripe, store: till.store, now: till.now, log: recordedLog().log }, identity, shop, method);
const reached = async (identity: KnownIdentity) => (await till.store.identities.find(identity))?.customerId;

it('is not the one of a proved address which the owner said meanwhile is not theirs any more', async () => {
  await comeIn(ada, 'owner');
  const former = { issuer: 'email', subject: 'old@example.com', email: 'old@example.com', customerId: 'cus_ada' };
  await comeIn(former, 'email_code');
  expect([await reached(former), await reached(ada)]).toEqual([undefined, 'cus_ada']);
});

it('is the one of the address that the owner vouches for', async () => {
  await comeIn(ada, 'owner');
  const same = { issuer: 'email', subject: 'new@example.com', email: 'new@example.com', customerId: 'cus_ada' };
  await comeIn(same, 'email_code');
  expect([await reached(same), await reached(ada)]).toEqual(['cus_ada', 'cus_ada']);
});

it('is the one that the owner names, also where somebody else of the site has it', async () => {
  await comeIn(ada, 'owner');
  const bob = { issuer: 'owner', subject: 'bob', customerId: 'cus_ada' };
  await comeIn(bob, 'owner');
  expect([await reached(bob), await reached(ada)]).toEqual(['cus_ada', 'cus_ada']);
  await comeIn({ ...bob, customerId: 'cus_bob' }, 'owner');
  expect(await reached(bob)).toBe('cus_bob');
});

it('is none where there is none, also when the address changes', async () => {
  for (const email of ['old@example.com', 'new@example.com']) await comeIn({ issuer: 'owner', subject: 'bob', email }, 'owner');
  expect(await till.store.identities.find({ issuer: 'owner', subject: 'bob' })).toMatchObject({ email: 'new@example.com' });
  expect(await reached({ issuer: 'owner', subject: 'bob' })).toBeUndefined();
});

it('is the one of the checkout for who is known by nothing else, also when the answer got lost and is asked for again', async () => {
  const guest = { issuer: 'checkout', subject: 'cs_test_guest', customerId: 'cus_guest' };
  for (const turn of ['first', 'again']) {
    await comeIn(guest, 'checkout');
    expect([turn, await reached(guest)]).toEqual([turn, 'cus_guest']);
  }
});

it('is the one that the owner has named since the checkout began, and the one of the checkout for who had none', async () => {
  await comeIn(ada, 'owner');
  await comeIn({ ...ada, customerId: 'cus_of_checkout' }, 'checkout');
  const bob = { issuer: 'owner', subject: 'bob' };
  await comeIn(bob, 'owner');
  await comeIn({ ...bob, customerId: 'cus_bob' }, 'checkout');
  expect([await reached(ada), await reached(bob)]).toEqual(['cus_ada', 'cus_bob']);
});

it('is refused to who comes from a checkout and has only the name of whoever has proved it', async () => {
  await comeIn(ada, 'owner');
  await comeIn(ada, 'checkout');
  const namesakes = [
    { issuer: 'https://elsewhere.example', subject: 'ada', customerId: 'cus_ada' },
    { issuer: 'owner', subject: 'eve', customerId: 'cus_ada' },
  ];
  for (const namesake of namesakes) {
    await expect(comeIn(namesake, 'checkout')).rejects.toMatchObject({ code: 'checkout_not_yours' });
    expect(await reached(namesake)).toBeUndefined();
  }
});

it('asks nothing of Stripe where nothing has changed, also while an address is put off', async () => {
  const { id: customer } = await (await till.stripe()).customers.create({});
  const signIn = (email: string) => till.signIn('ada', { customer, email, email_verified: true });
  await signIn('old@example.com');
  till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/customers/*', probability: 1 });
  await signIn('new@example.com');
  till.sandbox.faults.clear();
  const before = till.stripeCalls.length;
  await signIn('new@example.com');
  expect(till.stripeCalls.slice(before)).toEqual([]);
});
