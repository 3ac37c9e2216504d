/** Whom an address leads to is what holds when somebody comes in, and what was paid for once goes with the person, not with an address that was theirs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSession } from '@tillkit/server/identity/start-session';
import type { FoundIdentity } from '@tillkit/server/identity/sign-in';
import { identityOfAddress } from '@tillkit/server/modules/mailer/codes/customer-of-address';
import type { Identity } from '@tillkit/server/store/identities';
import type { Store } from '@tillkit/server/store/store';
import { recordedLog } from '../../support/recorded-log.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const [old, right] = ['ada@example.com', 'ada@example.org'];

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const comeIn = (identity: FoundIdentity) =>
  startSession({ ...till, log: recordedLog().log }, identity, shop, identity.issuer === 'email' ? 'email_code' : 'owner');
const byCode = (subject: string, customerId?: string) => ({
  issuer: 'email',
  subject,
  email: subject,
  ...(customerId !== undefined && { customerId }),
});
const reachedBy = async ({ issuer, subject }: Identity) => (await till.store.identities.find({ issuer, subject }))?.customerId;
const keptBy = ({ issuer, subject }: Identity) => till.store.identities.formerCustomersOf({ issuer, subject });

describe('a code that was entered while another address took the customer over', () => {
  const found = (address: string, store: Store = till.store) => identityOfAddress({ ...till, store }, address, true);
  const customerOf = async (email: string): Promise<string> => (await (await till.stripe()).customers.create({ email })).id;
  const putRight = async (id: string, email: string) => (await till.stripe()).customers.update(id, { email });

  it('leads nowhere where the address had reached it before, and leaves whoever has it now', async () => {
    const id = await customerOf(old);
    await comeIn(await found(old));
    await putRight(id, right);
    const late = await found(old);
    await comeIn(await found(right));
    await comeIn(late);
    expect([await reachedBy(byCode(old)), await reachedBy(byCode(right))]).toEqual([undefined, id]);
  });

  it('leads nowhere where Stripe had named it before the owner put the address right', async () => {
    const id = await customerOf(old);
    const late = await found(old);
    await putRight(id, right);
    await comeIn(await found(right));
    await comeIn(late);
    expect([await reachedBy(byCode(old)), await reachedBy(byCode(right))]).toEqual([undefined, id]);
  });

  it('leads nowhere where the other one came between what Stripe said and who is looked for', async () => {
    const id = await customerOf(old);
    let isFirst = true;
    const holdersOf: Store['identities']['holdersOf'] = async (customerId) => {
      if (isFirst) {
        isFirst = false;
        await putRight(id, right);
        await comeIn(await found(right));
      }
      return till.store.identities.holdersOf(customerId);
    };
    await comeIn(await found(old, { ...till.store, identities: { ...till.store.identities, holdersOf } }));
    expect([await reachedBy(byCode(old)), await reachedBy(byCode(right))]).toEqual([undefined, id]);
  });

  it('leads nowhere where the owner deleted the customer at that moment', async () => {
    const id = await customerOf(old);
    await comeIn(await found(old));
    await putRight(id, right); // Stripe lists it no more by the old one
    const late = await found(old);
    await till.store.transaction(({ identities }) => identities.unlink(id));
    await comeIn(late);
    expect([await reachedBy(byCode(old)), await keptBy(byCode(old))]).toEqual([undefined, [id]]);
  });

  it('takes it over all the same where Stripe says so when the other one has it already', async () => {
    const id = await customerOf(old);
    await comeIn(await found(old));
    await putRight(id, right);
    await comeIn(await found(right));
    expect([await reachedBy(byCode(old)), await reachedBy(byCode(right))]).toEqual([undefined, id]);
    await putRight(id, old);
    await comeIn(await found(old));
    expect([await reachedBy(byCode(old)), await reachedBy(byCode(right))]).toEqual([id, undefined]);
  });
});

describe('what was paid for once as a customer that the owner deleted', () => {
  const ada = { issuer: 'owner', subject: 'ada', customerId: 'cus_first' };
  const deleteCustomer = (id: string) => till.store.transaction(({ identities }) => identities.unlink(id));

  it.each([
    ['who has bought nothing since', undefined],
    ['who has bought again', 'cus_next'],
  ])('is no address’s any more that the owner has taken back from a person %s', async (_, next) => {
    await comeIn({ ...ada, email: old });
    await comeIn(byCode(old, ada.customerId));
    await deleteCustomer(ada.customerId);
    const known = { issuer: 'owner', subject: 'ada', ...(next !== undefined && { customerId: next }) };
    await comeIn({ ...known, email: old });
    expect([await keptBy(ada), await keptBy(byCode(old))]).toEqual([['cus_first'], ['cus_first']]);
    await comeIn({ ...known, email: right });
    expect([await keptBy(ada), await keptBy(byCode(old))]).toEqual([['cus_first'], []]);
  });

  it('is the address’s still for which the owner vouches as another person’s of the same customer', async () => {
    await comeIn({ ...ada, email: old });
    await comeIn({ issuer: 'owner', subject: 'bob', customerId: ada.customerId, email: old });
    await comeIn(byCode(old, ada.customerId));
    await deleteCustomer(ada.customerId);
    await comeIn({ issuer: 'owner', subject: 'ada', email: right });
    expect(await keptBy(byCode(old))).toEqual(['cus_first']);
  });

  it('is also that of whoever the owner vouches for with the address that a code proved', async () => {
    await comeIn(byCode(old, 'cus_first'));
    await deleteCustomer('cus_first');
    const known = { issuer: 'owner', subject: 'ada', email: old };
    await comeIn(known);
    await comeIn(known);
    expect([await keptBy(known), await reachedBy(known)]).toEqual([['cus_first'], undefined]);
  });

  it('is not that of one person of the site where it was another’s, with the same address', async () => {
    await comeIn({ issuer: 'owner', subject: 'bob', customerId: 'cus_first', email: old });
    await comeIn(byCode(old, 'cus_first'));
    await deleteCustomer('cus_first');
    const known = { issuer: 'owner', subject: 'ada', email: old };
    await comeIn(known);
    expect(await keptBy(known)).toEqual([]);
    // nor where a code has led that address to a customer of its own since
    await comeIn(byCode(old, 'cus_next'));
    await comeIn(known);
    expect([await keptBy(known), await reachedBy(known)]).toEqual([[], 'cus_next']);
  });

  it('is not that of one person of the site where another reaches that customer', async () => {
    await comeIn(byCode(old, 'cus_first'));
    await comeIn(byCode(old, 'cus_next'));
    await comeIn({ issuer: 'owner', subject: 'bob', customerId: 'cus_first' });
    const known = { issuer: 'owner', subject: 'ada', email: old };
    await comeIn(known);
    expect([await keptBy(known), await reachedBy(known)]).toEqual([[], 'cus_next']);
  });
});
