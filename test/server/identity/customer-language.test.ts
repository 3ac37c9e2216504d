/** Whoever buys on a Hebrew page is written to in Hebrew. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, SessionResponse } from '@tillkit/core/contract/contract';
import { toStripeLanguage } from '@tillkit/server/identity/customer-language';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const selection = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const free = {
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [{ id: 'free', name: 'Free', kind: 'free', prices: [{ interval: 'month', amounts: { usd: 0 } }] }],
};

describe('the language of a page', () => {
  let till: TestTill;
  beforeEach(async () => {
    till = await startTill();
  });
  afterEach(() => till.close());

  const localesOf = async (customerId: string) => {
    const customer = await (await till.stripe()).customers.retrieve(customerId);
    return customer.deleted ? undefined : customer.preferred_locales;
  };
  const buy = async (locale: string, token?: string): Promise<string> => {
    const { verifier, verifierHash } = newVerifier();
    const body = { selection, returnUrl: shop, verifierHash };
    const opened = await till.call<CheckoutSessionResponse>('POST', `/v1/checkout-sessions?locale=${locale}`, { body, token });
    const { checkoutSessionId } = opened.body;
    await till.pay(checkoutSessionId);
    const back = await till.call<SessionResponse>('POST', `/v1/sessions?locale=${locale}`, { body: { checkoutSessionId, verifier } });
    expect(back.status).toBe(201);
    return back.body.checkout!.customerId!;
  };

  it('is the customer’s at Stripe once they have bought on it, whoever they were before', async () => {
    expect(await localesOf(await buy('he'))).toEqual(['he']);
  });

  it('comes before one that they had, which stays behind it', async () => {
    const token = await till.signIn('ada');
    const customerId = await buy('he', token);
    await (await till.stripe()).subscriptions.cancel((await till.store.subscriptions.ofCustomer(customerId))[0]!.id);
    await till.settle();
    await buy('fr', token);
    expect(await localesOf(customerId)).toEqual(['fr', 'he']);
  });

  it('leaves a region of the same language, and writes nothing twice', async () => {
    const customerId = await buy('he-IL');
    const writes = () => till.stripeCalls.filter((call) => call === `POST /v1/customers/${customerId}`).length;
    expect([await localesOf(customerId), writes()]).toEqual([['he-IL'], 1]);
    const token = await till.ownerToken('ada', { customer: customerId });
    await till.call('POST', '/v1/sessions?locale=he', { body: { token } });
    expect([await localesOf(customerId), writes()]).toEqual([['he-IL'], 1]);
  });

  it('of a sign-in is for who has none, and changes no choice', async () => {
    const [none, french] = await Promise.all(
      [[], ['fr']].map(async (preferred_locales) => (await (await till.stripe()).customers.create({ preferred_locales })).id),
    );
    for (const [subject, customer] of [
      ['ada', none],
      ['bob', french],
    ] as const)
      await till.call('POST', '/v1/sessions?locale=he', { body: { token: await till.ownerToken(subject, { customer }) } });
    expect([await localesOf(none!), await localesOf(french!)]).toEqual([['he'], ['fr']]);
  });

  it('is not written to a customer that whoever signs in does not reach (any more)', async () => {
    const { id: customer } = await (await till.stripe()).customers.create({});
    await till.store.transaction(({ erased }) => erased.add(customer, till.now()));
    const token = await till.ownerToken('ada', { customer });
    expect((await till.call('POST', '/v1/sessions?locale=he', { body: { token } })).status).toBe(201);
    expect(await localesOf(customer)).toEqual([]);
  });

  it('stands in nobody’s way while Stripe takes none, and is none where the page names nonsense', async () => {
    till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/customers/*', probability: 1 });
    expect(await localesOf(await buy('he'))).toEqual([]);
    expect(await localesOf(await buy('%00'))).toEqual([]);
  });
});

it('of a free plan that begins at once is written before the first mail about it can be', async () => {
  const till = await startTill({ catalog: free });
  const token = await till.signIn('ada');
  const body = { selection: { ...selection, planId: 'free' } };
  expect((await till.call('POST', '/v1/subscriptions?locale=he', { token, body })).status).toBe(201);
  const writes = till.stripeSent.filter((call) => call.includes('preferred_locales'));
  expect(writes).toHaveLength(1);
  const begins = till.stripeCalls.indexOf('POST /v1/subscriptions');
  expect(till.stripeSent.indexOf(writes[0]!)).toBeLessThan(begins);
  await till.close();
});

it('that Stripe does not take is told to the owner’s log', async () => {
  const till = await startTill();
  const { id: customer } = await (await till.stripe()).customers.create({});
  till.sandbox.faults.add({ kind: 'unavailable', route: 'POST /v1/customers/*', probability: 1 });
  const token = await till.ownerToken('ada', { customer });
  expect((await till.call('POST', '/v1/sessions?locale=he', { body: { token } })).status).toBe(201);
  expect(till.logged('customer.language')).toMatchObject([{ level: 'warn', error: expect.any(String) }]);
  await till.close();
});

it.each([
  ['he', 'he'],
  ['de-u-ca-gregory-co-phonebk-kf-upper', 'de'],
  ['de-u-ca-gregory-co-phonebk-kf-uppers', undefined],
  ['he-il', 'he-IL'],
  ['zh-Hant-TW-u-ca-roc', 'zh-TW'],
  ['es-419', 'es-419'],
  ['', undefined],
  ['und', undefined],
  ['../../x', undefined],
  ['a'.repeat(4000), undefined],
])('a page that says %s is in %s to Stripe', (said, language) => {
  expect(toStripeLanguage(said)).toBe(language);
});
