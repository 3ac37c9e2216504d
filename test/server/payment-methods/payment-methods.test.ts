import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodList, PaymentMethodSetup, Problem, SubscriptionList } from '@tillkit/core/contract/contract';
import { databases } from '../../support/databases.ts';
import { cards, shop, startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const mastercard = '5555 5555 5555 4444';
const day = 86_400;

/** What a page of the shop does about payment methods, for one person. */
function payer(till: TestTill, token: string) {
  const call = <Body = PaymentMethodList & Problem>(method: string, path = '', body?: unknown) =>
    till.call<Body>(method, `/v1/payment-methods${path}`, { token, ...(body !== undefined && { body }) });
  const start = (more: object = {}) => call<PaymentMethodSetup & Problem>('POST', '', { returnUrl: `${shop}/account`, ...more });
  const added = (checkoutSessionId: string) => call('POST', '/added', { checkoutSessionId });
  return {
    call,
    start,
    added,
    list: async () => (await call('GET')).body.paymentMethods,
    async add(card: string = cards.works, more: object = {}) {
      const { checkoutSessionId } = (await start(more)).body;
      await till.pay(checkoutSessionId, card);
      return added(checkoutSessionId);
    },
  };
}

describe.each(databases)('payment methods on %s', (_, openDatabase) => {
  let till: TestTill;
  let token: string;
  let customerId: string;
  let subscriptionId: string;
  let ada: ReturnType<typeof payer>;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
    token = await till.signIn('ada');
    ({ customerId, id: subscriptionId } = (await till.buy(company, { token })).checkout.subscription!);
    await till.settle();
    ada = payer(till, token);
  });
  afterEach(() => till.close());

  const stripe = () => till.stripe();
  const defaults = async () => {
    const client = await stripe();
    const customer = await client.customers.retrieve(customerId);
    if (customer.deleted) throw new Error('The customer is gone.');
    const subscription = await client.subscriptions.retrieve(subscriptionId);
    return [customer.invoice_settings.default_payment_method, subscription.default_payment_method];
  };

  it('are shown as Stripe has them, with the one that renewals are taken from', async () => {
    expect(await ada.list()).toEqual([
      {
        id: expect.stringMatching(/^pm_/u) as string,
        type: 'card',
        brand: 'visa',
        last4: '4242',
        expiryMonth: 12,
        expiryYear: 2040,
        isDefault: true,
      },
    ]);
  });

  it('are entered on Stripe’s page, become the default of the customer and of what runs, and the page is answered at once', async () => {
    const { status, body } = await ada.start({ locale: 'he' });
    expect(status).toBe(201);
    expect(body).toEqual({
      checkoutSessionId: expect.stringMatching(/^cs_/u) as string,
      url: expect.stringContaining('/c/pay/') as string,
      expiresAt: expect.any(Number) as number,
    });
    expect((await ada.added(body.checkoutSessionId)).body.code).toBe('checkout_not_complete');
    expect(await till.pay(body.checkoutSessionId, mastercard)).toBe(`${shop}/account?till_card=${body.checkoutSessionId}`);
    const { paymentMethods } = (await ada.added(body.checkoutSessionId)).body;
    expect(paymentMethods.map(({ brand, isDefault }) => [brand, isDefault])).toEqual([
      ['mastercard', true],
      ['visa', false],
    ]);
    expect(await defaults()).toEqual([paymentMethods[0]!.id, paymentMethods[0]!.id]);
  });

  it('are taken over by the event alone when the page never comes back', async () => {
    const { body } = await ada.start();
    await till.pay(body.checkoutSessionId, mastercard);
    await till.settle();
    const [newest] = await ada.list();
    expect(newest).toMatchObject({ brand: 'mastercard', isDefault: true });
    expect(await defaults()).toEqual([newest!.id, newest!.id]);
  });

  it('stay as the customer set them afterwards when the event comes late, or twice', async () => {
    const { body } = await ada.start();
    till.sandbox.deliveries.hold();
    await till.pay(body.checkoutSessionId, mastercard);
    const { paymentMethods } = (await ada.added(body.checkoutSessionId)).body;
    const visa = paymentMethods.find(({ brand }) => brand === 'visa')!;
    await ada.call('POST', `/${visa.id}/default`);
    await till.sandbox.clock.advance(day + 60); // Stripe has forgotten the keys
    till.sandbox.deliveries.release();
    await till.settle();
    await payer(till, await till.signIn('ada')).added(body.checkoutSessionId);
    expect(await defaults()).toEqual([visa.id, visa.id]);
  });

  it('of a page that is none of ours change nothing', async () => {
    const client = await stripe();
    const before = await defaults();
    const theirs = await client.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer: customerId, success_url: shop });
    await till.pay(theirs.id, mastercard);
    await till.settle();
    expect(await defaults()).toEqual(before);
  });

  it('are made the default by hand', async () => {
    await ada.add(mastercard);
    const visa = (await ada.list()).find(({ brand }) => brand === 'visa')!;
    const { body } = await ada.call('POST', `/${visa.id}/default`);
    expect(body.paymentMethods.find(({ isDefault }) => isDefault)?.id).toBe(visa.id);
    expect(await defaults()).toEqual([visa.id, visa.id]);
  });

  it('are removed, and the next one takes the place of the default', async () => {
    await ada.add(mastercard);
    const [newest, visa] = await ada.list();
    const { status, body } = await ada.call('DELETE', `/${newest!.id}`);
    expect([status, body.paymentMethods.map(({ id, isDefault }) => [id, isDefault])]).toEqual([200, [[visa!.id, true]]]);
    expect(await defaults()).toEqual([visa!.id, visa!.id]);
  });

  it('keep the last one of a running paid subscription, and let it go when that is about to end', async () => {
    const [only] = await ada.list();
    expect(await ada.call('DELETE', `/${only!.id}`)).toMatchObject({ status: 409, body: { code: 'last_payment_method' } });
    expect(await ada.list()).toHaveLength(1);
    await till.call('POST', `/v1/subscriptions/${subscriptionId}/cancel`, { token });
    expect((await ada.call('DELETE', `/${only!.id}`)).body).toEqual({ paymentMethods: [] });
  });

  it('keep one when both are removed at the same moment', async () => {
    await ada.add(mastercard);
    const both = await ada.list();
    const answers = await Promise.all(both.map(({ id }) => ada.call('DELETE', `/${id}`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await ada.list()).toHaveLength(1);
  });

  it('keep one that renewals are taken from when both are removed at the same moment, whichever goes first', async () => {
    await ada.add(mastercard);
    const [newest, visa] = await ada.list();
    till.sandbox.faults.add({ kind: 'slow', route: `POST /v1/payment_methods/${newest!.id}/detach`, milliseconds: 400, times: 1 });
    const first = ada.call('DELETE', `/${newest!.id}`);
    await expect.poll(() => till.stripeCalls).toContain(`POST /v1/payment_methods/${newest!.id}/detach`);
    await ada.call('DELETE', `/${visa!.id}`);
    await first;
    const left = await ada.list();
    expect(left.map(({ isDefault }) => isDefault)).toEqual([true]);
    expect(await defaults()).toEqual([left[0]!.id, left[0]!.id]);
  });

  it('of somebody else are not found, and Stripe is not asked about them', async () => {
    const { body: page } = await ada.start();
    await till.pay(page.checkoutSessionId, mastercard);
    await till.settle();
    const [method] = await ada.list();
    const eve = payer(till, await till.signIn('eve'));
    const bob = payer(till, await till.signIn('bob'));
    await bob.add();
    till.stripeCalls.length = 0;
    for (const thief of [eve, bob]) {
      for (const answer of [
        await thief.added(page.checkoutSessionId),
        await thief.call('POST', `/${method!.id}/default`),
        await thief.call('DELETE', `/${method!.id}`),
        await thief.start({ subscriptionId }),
      ])
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    const foreign = [page.checkoutSessionId, method!.id, customerId, subscriptionId];
    expect(till.stripeCalls.filter((call) => !call.startsWith('GET ') || foreign.some((id) => call.includes(id)))).toEqual([]);
    expect(await ada.list()).toHaveLength(2);
  });

  it.each(['https://evil.example/', `${shop}.evil.example/`, 'javascript:alert(1)', '/account'])(
    'are not entered by way of %s',
    async (returnUrl) => {
      till.stripeCalls.length = 0;
      expect((await ada.start({ returnUrl })).body.code).toBe('return_url_not_allowed');
      expect(till.stripeCalls).toEqual([]);
    },
  );

  it('need somebody who is signed in', async () => {
    for (const [method, path, body] of [
      ['GET', ''],
      ['POST', '', { returnUrl: shop }],
      ['POST', '/added', { checkoutSessionId: 'cs_1' }],
      ['POST', '/pm_1/default'],
      ['DELETE', '/pm_1'],
    ] as const)
      expect((await till.call<Problem>(method, `/v1/payment-methods${path}`, body ? { body } : {})).body.code).toBe('signed_out');
  });

  describe('after a renewal that was declined', () => {
    const owed = async () => (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions[0]!;
    beforeEach(async () => {
      await ada.add(cards.declinedLater);
      await till.advance(31 * day + 7200);
      token = await till.signIn('ada');
      ada = payer(till, token);
    });

    it('a new one pays what is owed, and the answer already knows', async () => {
      expect(await owed()).toMatchObject({ status: 'past_due', openInvoices: [{ amountDue: 7900 }] });
      expect((await ada.add(mastercard, { subscriptionId })).status).toBe(200);
      const after = await owed();
      expect(after.status).toBe('active');
      expect(after).not.toHaveProperty('openInvoices');
    });

    it('a new one pays once, however many pages and events come back at the same moment', async () => {
      const { body } = await ada.start({ subscriptionId });
      till.sandbox.deliveries.hold();
      await till.pay(body.checkoutSessionId, mastercard);
      const succeeded = async () =>
        (await (await stripe()).charges.list({ limit: 100 })).data.filter(({ status }) => status === 'succeeded').length;
      const before = await succeeded();
      await Promise.all([till.sandbox.deliveries.release(), ...[1, 2, 3, 4].map(() => ada.added(body.checkoutSessionId))]);
      await till.settle();
      expect(await succeeded()).toBe(before + 1);
      expect((await owed()).status).toBe('active');
    });

    it('a new one that is declined too is kept, and the refusal is told whoever tried first', async () => {
      const { body } = await ada.start({ subscriptionId });
      await till.pay(body.checkoutSessionId, cards.declinedLater);
      await till.settle();
      for (let times = 0; times < 2; times += 1)
        expect(await ada.added(body.checkoutSessionId)).toMatchObject({ status: 402, body: { code: 'payment_failed' } });
      expect(await owed()).toMatchObject({ status: 'past_due', hasPaymentMethod: true });
    });

    it('a new one does not pay another invoice than the customer agreed to', async () => {
      const { body } = await ada.start({ subscriptionId });
      const client = await stripe();
      const openInvoice = (await owed()).openInvoices?.[0];
      const [declined] = (await client.paymentMethods.list({ customer: customerId })).data;
      await client.invoices.pay(openInvoice!.id, { paid_out_of_band: true });
      const [item] = (await client.subscriptions.retrieve(subscriptionId)).items.data;
      await client.subscriptions.update(subscriptionId, {
        items: [{ id: item!.id, quantity: 40 }],
        proration_behavior: 'always_invoice',
        default_payment_method: declined!.id,
      });
      await till.settle();
      await till.pay(body.checkoutSessionId, mastercard);
      expect((await ada.added(body.checkoutSessionId)).status).toBe(200);
      const after = await owed();
      expect(after).toMatchObject({ status: 'past_due', openInvoices: [{ id: expect.not.stringContaining(openInvoice!.id) as string }] });
    });

    it('a new one pays nothing that the customer did not ask for', async () => {
      await ada.add(mastercard);
      expect(await owed()).toMatchObject({ status: 'past_due', openInvoices: [{ amountDue: 7900 }] });
    });
  });
});
