/** What a copied token is worth, what an honest one costs, and the one customer of who asks twice before there is one. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Problem, SubscriptionList } from '@tillkit/core/contract/contract';
import { ensureCustomer } from '@tillkit/server/identity/principal';
import { recordedLog } from '../../support/recorded-log.ts';
import { startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const use = (token: string) => till.call<SubscriptionList & Problem>('GET', '/v1/subscriptions', { token });
const wait = (seconds: number) => till.sandbox.clock.advance(seconds);
/** A token that was followed by another, and the other, which is in use. */
const followed = async () => {
  const old = await till.signIn('ada');
  await wait(600);
  const fresh = (await use(old)).headers.get('till-session')!;
  await use(fresh);
  return { old, fresh };
};

it('ends all that came of the sign-in when it comes after it was replaced, and nobody else’s', async () => {
  const eve = await till.signIn('eve');
  const { old, fresh } = await followed();
  await wait(31);
  expect((await use(old)).body.code).toBe('signed_out');
  expect((await use(fresh)).body.code).toBe('signed_out');
  expect((await use(eve)).status).toBe(200);
});

it('is good for half a minute after it was replaced, and brings no further one', async () => {
  const { old, fresh } = await followed();
  await wait(30);
  const { status, headers } = await use(old);
  expect([status, headers.get('till-session')]).toEqual([200, null]);
  expect((await use(fresh)).status).toBe(200);
});

it('keeps no other request waiting at the database while it is in use', async () => {
  const { fresh } = await followed();
  const transactions = vi.spyOn(till.store, 'transaction');
  expect((await use(fresh)).status).toBe(200);
  expect(transactions).not.toHaveBeenCalled();
});

it('has one customer for two requests that both saw none, and leaves the address that was chosen at Stripe meanwhile', async () => {
  await till.signIn('ada', { email: 'ada@example.com', email_verified: true });
  const ensure = () =>
    ensureCustomer({ stripe: till.stripe, store: till.store, now: till.now, log: recordedLog().log }, { issuer: 'owner', subject: 'ada' });
  const customerId = await ensure();
  const { customers } = await till.stripe();
  expect(await customers.retrieve(customerId)).toMatchObject({ email: 'ada@example.com' });
  await customers.update(customerId, { email: 'invoices@example.com' });
  expect(await ensure()).toBe(customerId);
  expect(await customers.retrieve(customerId)).toMatchObject({ email: 'invoices@example.com' });
});
