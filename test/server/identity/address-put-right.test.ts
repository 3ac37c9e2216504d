/** A stranger's purchase leads somebody to another customer, and the owner puts the address right at Stripe: each has what is theirs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entitlements } from '@tillkit/core/contract/contract';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { privacy } from '@tillkit/server/modules/privacy/privacy';
import { databases } from '../../support/databases.ts';
import { grantingCatalog } from '../../support/granting.ts';
import { proveAddress } from '../../support/prove-address.ts';
import { mailbox } from '../../support/smtp.ts';
import { everythingIn } from '../../support/tables.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const ownerToken = 'the token of the owner, 32 characters';
/** Stripe's page is given it by everybody. */
const ada = 'buyer@example.com';
const bob = 'bob@example.com';
const guide = { productId: 'guide', quantity: 1, currency: 'usd' };
const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe.each(databases)('an address that is put right, on %s', (_, openDatabase) => {
  let till: TestTill;
  let box: ReturnType<typeof mailbox>;
  beforeEach(async () => {
    box = mailbox();
    const modules = [mailer({ transport: box, from: { name: 'Halyard', address: 'billing@halyard.example' } }), privacy(ownerToken)];
    till = await startTill({ catalog: grantingCatalog(), database: await openDatabase(), modules });
  });
  afterEach(() => till.close());

  const prove = (email: string): Promise<string> => proveAddress(till, box, email);
  const features = async (token: string) => (await till.call<Entitlements>('GET', '/v1/entitlements', { token })).body.features.toSorted();
  const buy = async (selection: object): Promise<string> => {
    const { checkout } = await till.buy(selection);
    await till.settle();
    return checkout.customerId!;
  };
  const putRight = async (customer: string, email: string) => (await till.stripe()).customers.update(customer, { email });
  /** Ada has come to what she paid for once, and then to what Bob bought with her address. */
  const misled = async () => {
    const ofAda = await buy(guide);
    await prove(ada);
    await till.advance(60);
    const ofBob = await buy(team);
    const token = await prove(ada);
    expect(await features(token)).toEqual(['use-guide', 'use-team']);
    return { ofAda, ofBob, token };
  };

  it('gives whoever comes to their own customer nothing that somebody else had paid for before', async () => {
    const { ofBob, token } = await misled();
    await putRight(ofBob, bob);
    expect(await features(await prove(bob))).toEqual(['use-team']);
    expect((await till.call('GET', '/v1/entitlements', { token })).status).toBe(401);
    expect(await features(await prove(ada))).toEqual(['use-guide']);
  });

  it('leaves nothing with an address that a customer had before it was put right', async () => {
    const { ofAda, token } = await misled();
    await putRight(ofAda, bob);
    expect(await features(await prove(bob))).toEqual(['use-guide']);
    expect(await features(token)).toEqual(['use-team']);
  });

  it('leaves nothing of whoever had to go that an erasure would not find', async () => {
    const { ofBob } = await misled();
    await putRight(ofBob, bob);
    await prove(bob);
    const headers = { authorization: `Bearer ${ownerToken}` };
    const body = { person: { email: ada }, dryRun: false };
    expect((await till.call('POST', '/admin/v1/privacy/erase', { origin: null, headers, body })).status).toBe(200);
    expect(await everythingIn(till.store)).not.toContain(ada);
    expect(await features(await prove(bob))).toEqual(['use-team']);
  });
});
