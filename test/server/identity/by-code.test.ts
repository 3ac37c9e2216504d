/** Whose customer a person of the site reaches by an address that was proved by a code: theirs alone, and nobody's by a typed one. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSession } from '@tillkit/server/identity/start-session';
import { endWeakerWays, isProved } from '@tillkit/server/identity/take-over';
import type { KnownIdentity } from '@tillkit/server/store/identities';
import type { Store, Tables } from '@tillkit/server/store/store';
import { recordedLog } from '../../support/recorded-log.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const email = 'ada@example.com';
const customerId = 'cus_ada';
const byCode = { issuer: 'email', subject: email, email, customerId };
const bob = { issuer: 'owner', subject: 'bob', email };

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
  await comeIn(byCode, 'email_code');
});
afterEach(() => till.close());

const comeIn = (identity: KnownIdentity, method = 'owner', store: Store = till.store) =>
  startSession({ stripe: till.stripe, store, now: till.now, log: recordedLog().log }, identity, shop, method);
const reached = async (identity: KnownIdentity) => (await till.store.identities.find(identity))?.customerId;

/** The store of a process in which something happens right after the address was looked up, before its customer is locked. */
const overtakenBy = (work: (tables: Tables) => Promise<unknown>): Store => ({
  ...till.store,
  transaction: (inside) =>
    till.store.transaction((tables) => {
      const find: Tables['identities']['find'] = async (identity) => {
        const found = await tables.identities.find(identity);
        if (identity.subject === email) await work(tables);
        return found;
      };
      return inside({ ...tables, identities: { ...tables.identities, find } });
    }),
});

it('is that of whoever the site’s owner vouches for with the address', async () => {
  await comeIn(bob);
  expect(await reached(bob)).toBe(customerId);
});

it('is nobody’s where the address is not told, or was proved by nobody', async () => {
  const carl = { issuer: 'owner', subject: 'carl' };
  await comeIn(carl);
  const dora = { issuer: 'owner', subject: 'dora', email: 'dora@example.com' };
  await comeIn(dora);
  expect([await reached(carl), await reached(dora)]).toEqual([undefined, undefined]);
});

it('is not reached by a checkout, whatever address was typed in it', async () => {
  const eve = { issuer: 'checkout', subject: 'cs_test_eve', email };
  await comeIn(eve, 'checkout');
  expect(await reached(eve)).toBeUndefined();
});

it.each([
  ['by any name', { issuer: 'owner', subject: 'carl', customerId }],
  ['by the address as its name', { issuer: 'owner', subject: email, customerId }],
])('is not reached by a second person of the site, where another has it already %s', async (__, other) => {
  await comeIn(other);
  await comeIn(bob);
  expect([await reached(other), await reached(bob)]).toEqual([customerId, undefined]);
});

it('is not reached where another address takes it over at this very moment', async () => {
  const other = { issuer: 'email', subject: 'new@example.com', email: 'new@example.com', customerId };
  const takeOver = async (tables: Tables) => {
    await tables.identities.save(other, till.now());
    await endWeakerWays(tables, other);
  };
  await comeIn(bob, 'owner', overtakenBy(takeOver));
  expect([await reached(other), await reached(bob)]).toEqual([customerId, undefined]);
});

it('is not reached where the owner deletes the customer at this very moment', async () => {
  await comeIn(
    bob,
    'owner',
    overtakenBy((tables) => tables.identities.unlink(customerId)),
  );
  expect(await reached(bob)).toBeUndefined();
});

it.each([
  [{ issuer: 'owner', subject: 'ada' }, true],
  [{ issuer: 'email', subject: 'ada@example.com' }, true],
  [{ issuer: 'checkout', subject: 'cs_test_1' }, false],
  [{ issuer: 'erasure', subject: 'ada' }, false],
])('%o has proved who they are: %s', (identity, proved) => {
  expect(isProved(identity)).toBe(proved);
});
