/** What somebody keeps of a customer that was theirs before is the same person's afterwards, and no address's that is another's by now. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSession } from '@tillkit/server/identity/start-session';
import type { Identity, KnownIdentity } from '@tillkit/server/store/identities';
import type { Store, Tables } from '@tillkit/server/store/store';
import { recordedLog } from '../../support/recorded-log.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const email = 'ada@example.com';
const moved = 'ada@example.org';
const byCode = (subject: string, customerId: string) => ({ issuer: 'email', subject, email: subject, customerId });
const ada = { issuer: 'owner', subject: 'ada', customerId: 'cus_later' };

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const comeIn = (identity: KnownIdentity, store: Store = till.store) =>
  startSession({ ...till, store, log: recordedLog().log }, identity, shop, identity.issuer === 'email' ? 'email_code' : 'owner');
const keptBy = ({ issuer, subject }: Identity) => till.store.identities.formerCustomersOf({ issuer, subject });
/** A code leads whoever has an address from one customer to another. */
const led = async (address: string, from: string, to: string) => {
  await comeIn(byCode(address, from));
  await comeIn(byCode(address, to));
};

it('goes with a person of the site whose address is another by now', async () => {
  await led(email, 'cus_first', ada.customerId);
  await comeIn({ ...ada, email });
  await comeIn({ ...ada, email: moved });
  expect(await keptBy(ada)).toEqual(['cus_first']);
  expect(await till.store.identities.find({ issuer: 'email', subject: email })).toBeUndefined();
});

it('stays with an address that was never theirs', async () => {
  const carl = 'carl@example.com';
  await led(carl, 'cus_carl', ada.customerId);
  await comeIn({ ...ada, email });
  await comeIn({ ...ada, email: moved });
  expect(await keptBy(ada)).toEqual([]);
  expect(await keptBy(byCode(carl, ada.customerId))).toEqual(['cus_carl']);
  expect((await till.store.identities.find({ issuer: 'email', subject: carl }))?.customerId).toBeUndefined();
});

it('is nothing of theirs where the owner says that the address is another by now', async () => {
  await led(email, ada.customerId, 'cus_stranger');
  await comeIn({ ...ada, email });
  expect(await keptBy(byCode(email, 'cus_stranger'))).toEqual([ada.customerId]);
  await comeIn({ ...ada, email: moved });
  expect(await keptBy(byCode(email, 'cus_stranger'))).toEqual([]);
});

it('is also that of whoever the owner vouches for with the address, who comes to the same customer', async () => {
  await led(email, 'cus_first', ada.customerId);
  const known = { issuer: 'owner', subject: 'ada', email };
  await comeIn(known);
  expect((await till.store.identities.find(known))?.customerId).toBe(ada.customerId);
  expect([await keptBy(known), await keptBy(byCode(email, ada.customerId))]).toEqual([['cus_first'], ['cus_first']]);
});

it('is nobody’s whom the owner brings to the same customer by its name, with another address', async () => {
  await led(email, 'cus_first', ada.customerId);
  await comeIn({ ...ada, email: moved });
  expect(await keptBy(ada)).toEqual([]);
});

it('is nothing of a customer that another address takes over at this very moment', async () => {
  await comeIn(byCode(email, 'cus_first'));
  // another process ends what was found a moment ago
  const overtaken: Store = {
    ...till.store,
    transaction: (inside) =>
      till.store.transaction((tables) => {
        const find: Tables['identities']['find'] = async (identity) => {
          const found = await tables.identities.find(identity);
          await tables.identities.remove(identity);
          return found;
        };
        return inside({ ...tables, identities: { ...tables.identities, find } });
      }),
  };
  await comeIn(byCode(email, 'cus_later'), overtaken);
  expect(await keptBy(byCode(email, 'cus_later'))).toEqual([]);
});
