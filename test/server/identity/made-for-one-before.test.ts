/** A customer that Stripe made for somebody earlier the same day, and that is another's by now, is not given to them again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, SubscriptionList } from '@tillkit/core/contract/contract';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { databases } from '../../support/databases.ts';
import { grantingCatalog } from '../../support/granting.ts';
import { proveAddress } from '../../support/prove-address.ts';
import { mailbox } from '../../support/smtp.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const [old, right] = ['eve@example.com', 'ada@example.com'];
const team = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

describe.each(databases)('who has lost the customer that was made for them, on %s', (_, openDatabase) => {
  let till: TestTill;
  let box: ReturnType<typeof mailbox>;
  beforeEach(async () => {
    box = mailbox();
    const modules = [mailer({ transport: box, from: { name: 'Halyard', address: 'billing@halyard.example' } })];
    till = await startTill({ catalog: grantingCatalog(), database: await openDatabase(), modules });
  });
  afterEach(() => till.close());

  const prove = (email: string): Promise<string> => proveAddress(till, box, email);
  const owned = async (token: string) => {
    const { status, body } = await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token });
    return status === 200 ? body.subscriptions.map(({ id }) => id) : status;
  };
  const open = (token: string) =>
    till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      token,
      body: { selection: team, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
  /** It was made for the old address; the owner puts the address right, and the right one takes it over. */
  const lost = async () => {
    const { checkout } = await till.buy(team, { token: await prove(old) });
    await till.settle();
    await (await till.stripe()).customers.update(checkout.customerId!, { email: right });
    const token = await prove(right);
    expect(await owned(token)).toEqual([checkout.subscription!.id]);
    return { token, customerId: checkout.customerId!, subscriptionId: checkout.subscription!.id };
  };

  it('gets another with the next purchase, and sees nothing of whoever has it now', async () => {
    const { token, subscriptionId } = await lost();
    const again = await prove(old);
    expect((await open(again)).status).toBe(201);
    expect(await owned(again)).toEqual([]);
    expect(await owned(token)).toEqual([subscriptionId]);
    expect(await owned(await prove(right))).toEqual([subscriptionId]);
  });

  it('gets one and the same however often it is asked for', async () => {
    const { customerId } = await lost();
    const again = await prove(old);
    const made = async () => {
      await open(again);
      return (await till.store.identities.find({ issuer: 'email', subject: old }))?.customerId;
    };
    const first = await made();
    expect([undefined, customerId]).not.toContain(first);
    expect(await made()).toBe(first);
  });
});
