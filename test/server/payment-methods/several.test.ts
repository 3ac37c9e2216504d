/** Removing one method of several, while Stripe fails in the middle of it or another one is removed beside it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodList, Problem } from '@tillkit/core/contract/contract';
import { startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
beforeEach(async () => void (till = await startTill()));
afterEach(() => till.close());

const inBrand = { visa: 'pm_card_visa', mastercard: 'pm_card_mastercard', amex: 'pm_card_amex' };
type Brand = keyof typeof inBrand;

/** Somebody with a subscription, paid with a Visa, and further cards. */
async function customerWith(subject: string, ...brands: readonly Brand[]) {
  const token = await till.signIn(subject);
  const { customerId, id: subscriptionId } = (await till.buy(company, { token })).checkout.subscription!;
  const stripe = await till.stripe();
  for (const brand of brands) await stripe.paymentMethods.attach(inBrand[brand], { customer: customerId });
  await till.settle();
  const call = (method: string, path = '') => till.call<PaymentMethodList & Problem>(method, `/v1/payment-methods${path}`, { token });
  const list = async () => (await call('GET')).body.paymentMethods;
  const idOf = async (brand: Brand) => (await list()).find((one) => one.brand === brand)!.id;
  const remove = async (brand: Brand) => {
    const { status, body } = await call('DELETE', `/${await idOf(brand)}`);
    return status === 200 ? 'removed' : body.code;
  };
  /** What renewals are taken from: the customer’s default, and the subscription’s. */
  const pays = async () => {
    const customer = await stripe.customers.retrieve(customerId);
    if (customer.deleted) throw new Error('The customer is gone.');
    const byId = new Map((await list()).map(({ id, brand }) => [id, brand]));
    const { default_payment_method: own } = await stripe.subscriptions.retrieve(subscriptionId);
    return [customer.invoice_settings.default_payment_method, own].map((id) => byId.get(String(id)));
  };
  const makeDefault = async (brand: Brand) => expect((await call('POST', `/${await idOf(brand)}/default`)).status).toBe(200);
  const kept = async () => (await list()).map(({ brand }) => brand).toSorted();
  return { stripe, customerId, remove, pays, makeDefault, brands: kept };
}

describe('of several methods', () => {
  it('two are removed one after the other, and others’ beside them', async () => {
    const ada = await customerWith('ada', 'mastercard');
    const bob = await customerWith('bob', 'mastercard');
    expect([await ada.remove('mastercard'), await bob.remove('mastercard')]).toEqual(['removed', 'removed']);
    // as many as there were before
    await ada.stripe.paymentMethods.attach(inBrand.amex, { customer: ada.customerId });
    expect(await ada.remove('amex')).toBe('removed');
    expect([await ada.brands(), await bob.brands()]).toEqual([['visa'], ['visa']]);
  });

  it.each(['visa', 'mastercard', 'amex'] as const)('the default stays when another one is removed (%s)', async (chosen) => {
    const ada = await customerWith('ada', 'mastercard', 'amex');
    await ada.makeDefault(chosen);
    for (const other of (['visa', 'mastercard', 'amex'] as const).filter((one) => one !== chosen)) {
      expect(await ada.remove(other)).toBe('removed');
      expect(await ada.pays()).toEqual([chosen, chosen]);
    }
    expect(await ada.brands()).toEqual([chosen]);
  });

  it.each(['POST /v1/customers/*', 'POST /v1/subscriptions/*'])(
    'none is removed while Stripe fails to take another one instead: %s',
    async (route) => {
      const ada = await customerWith('ada', 'mastercard');
      await ada.makeDefault('visa');
      till.sandbox.faults.add({ kind: 'server_error', route, times: 1000 });
      expect(await ada.remove('visa')).toBe('stripe_unavailable');
      till.sandbox.faults.clear();
      expect(await ada.brands()).toEqual(['mastercard', 'visa']);
      expect(await ada.remove('visa')).toBe('removed');
      expect([await ada.brands(), await ada.pays()]).toEqual([['mastercard'], ['mastercard', 'mastercard']]);
    },
  );

  it('one is removed whole that was removed half: the customer had another default by then, the subscription had not', async () => {
    const ada = await customerWith('ada', 'mastercard');
    await ada.makeDefault('visa');
    const { data } = await ada.stripe.paymentMethods.list({ customer: ada.customerId });
    const other = data.find(({ card }) => card?.brand === 'mastercard')!.id;
    await ada.stripe.customers.update(ada.customerId, { invoice_settings: { default_payment_method: other } });
    expect(await ada.remove('visa')).toBe('removed');
    expect(await ada.pays()).toEqual(['mastercard', 'mastercard']);
  });
});
