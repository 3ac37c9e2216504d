/** What a customer owes: every open invoice, whatever is newest at Stripe. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodSetup, Problem, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { cards, shop, startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const day = 86_400;
const price = 7900;

describe('the debt of a subscription', () => {
  let till: TestTill;
  let token: string;
  let id: string;
  let customer: string;
  afterEach(() => till.close());

  /** A subscription whose card is declined from now on. */
  const begin = async (afterRetries: 'unpaid' | 'past_due') => {
    till = await startTill({ stripe: { afterRetries } });
    token = await till.signIn('ada');
    const { subscription } = (await till.buy(company, { token })).checkout;
    ({ id, customerId: customer } = subscription!);
    await useCard('pm_card_chargeCustomerFail');
  };
  const useCard = async (card: string) => {
    const stripe = await till.stripe();
    const method = await stripe.paymentMethods.attach(card, { customer });
    await stripe.subscriptions.update(id, { default_payment_method: method.id });
  };
  const later = async (seconds: number) => {
    await till.advance(seconds);
    token = await till.signIn('ada');
  };
  const current = async () => (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions[0]!;
  const debts = async () => ((await current()).openInvoices ?? []).map(({ amountDue }) => amountDue);
  const pay = () => till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/pay`, { token });
  const charged = async () => {
    const { data } = await (await till.stripe()).paymentIntents.list({ customer, limit: 100 });
    return data.filter(({ status }) => status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0);
  };
  const addCard = async (card: string) => {
    const body = { returnUrl: shop, subscriptionId: id };
    const setup = await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body });
    await till.pay(setup.body.checkoutSessionId, card);
    const added = { checkoutSessionId: setup.body.checkoutSessionId };
    return till.call<Problem>('POST', '/v1/payment-methods/added', { token, body: added });
  };

  it('is known and payable in unpaid, beside the draft that Stripe made since', async () => {
    await begin('unpaid');
    await later(65 * day);
    const { status } = await current();
    expect([status, await debts()]).toEqual(['unpaid', [price]]);
    const { data } = await (await till.stripe()).invoices.list({ subscription: id });
    expect(data[0]!.status).toBe('draft');
    await useCard('pm_card_visa');
    const before = await charged();
    expect((await pay()).body.subscription.status).toBe('active');
    expect((await charged()) - before).toBe(price);
  });

  it('stays in past_due while a newer invoice is still a draft', async () => {
    await begin('past_due');
    await later(31 * day + 7200);
    expect(await debts()).toEqual([price]);
    const stripe = await till.stripe();
    const renewal = (await stripe.subscriptions.retrieve(id)).items.data[0]!.current_period_end;
    await later(renewal + 600 - till.now());
    const { data } = await stripe.invoices.list({ subscription: id });
    expect(data[0]!.status).toBe('draft');
    expect(await debts()).toEqual([price]);
  });

  describe('of two invoices', () => {
    beforeEach(async () => {
      await begin('past_due');
      await later(64 * day);
    });

    it('is their sum, oldest first', async () => {
      const { status, openInvoices = [] } = await current();
      expect(status).toBe('past_due');
      expect(openInvoices.map(({ amountDue }) => amountDue)).toEqual([price, price]);
      expect(openInvoices[0]!.created).toBeLessThan(openInvoices[1]!.created);
    });

    it('is paid with one wish, each once', async () => {
      await useCard('pm_card_visa');
      const before = await charged();
      const { body } = await pay();
      expect(body.subscription).toMatchObject({ status: 'active' });
      expect(body.subscription).not.toHaveProperty('openInvoices');
      expect((await charged()) - before).toBe(2 * price);
      expect((await pay()).body.code).toBe('nothing_to_pay');
    });

    it('is left whole when the first payment is refused, and nothing is said to be paid', async () => {
      const { status, body } = await pay();
      expect([status, body.code, body.detail]).toEqual([402, 'payment_failed', undefined]);
      expect(await debts()).toEqual([price, price]);
    });

    it('is paid in part when the second payment is refused, and the answer says how much', async () => {
      await useCard('pm_card_visa');
      const stripe = await till.stripe();
      const [, second] = (await current()).openInvoices!;
      const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
      await stripe.invoices.update(second!.id, { default_payment_method: bad.id });
      const { status, body } = await pay();
      expect([status, body.code, body.detail]).toEqual([402, 'payment_failed', '1 of 2 invoices were paid.']);
      expect((await current()).openInvoices).toMatchObject([{ id: second!.id, amountDue: price }]);
    });

    it('is paid with a new card, which the customer agreed to for both', async () => {
      const before = await charged();
      expect((await addCard(cards.works)).status).toBe(200);
      await till.settle();
      expect(await current()).toMatchObject({ status: 'active' });
      expect((await charged()) - before).toBe(2 * price);
    });

    it('is refused with a new card that is declined, and nothing is said to be paid', async () => {
      expect((await addCard(cards.declinedLater)).body.code).toBe('payment_failed');
      expect(await debts()).toEqual([price, price]);
    });

    it('is left of an ended subscription, and can still be paid', async () => {
      const before = await charged();
      await (await till.stripe()).subscriptions.cancel(id);
      await till.settle();
      const { status } = await current();
      expect([status, await debts()]).toEqual(['canceled', [price, price]]);
      expect((await pay()).body.code).toBe('payment_failed');
      expect([await debts(), (await charged()) - before]).toEqual([[price, price], 0]);
      const stripe = await till.stripe();
      for (const { id: invoice } of (await current()).openInvoices!) {
        const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
        await stripe.invoices.update(invoice, { default_payment_method: card });
      }
      const { status: answered, body } = await pay();
      expect([answered, body.subscription.status]).toEqual([200, 'canceled']);
      expect(body.subscription).not.toHaveProperty('openInvoices');
      expect((await charged()) - before).toBe(2 * price);
      const { data } = await stripe.invoices.list({ subscription: id, status: 'open' });
      expect(data).toEqual([]);
      expect((await pay()).body.code).toBe('nothing_to_pay');
    });

    it('is left of an ended subscription, and paid with a new card', async () => {
      await (await till.stripe()).subscriptions.cancel(id);
      await till.settle();
      const before = await charged();
      expect((await addCard(cards.works)).status).toBe(200);
      await till.settle();
      expect([(await charged()) - before, await debts()]).toEqual([2 * price, []]);
    });

    it('is left of an ended subscription, and paid with the card that became the default since', async () => {
      const stripe = await till.stripe();
      await stripe.subscriptions.cancel(id);
      await till.settle();
      const before = await charged();
      const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
      expect((await till.call('POST', `/v1/payment-methods/${card}/default`, { token })).status).toBe(200);
      expect((await pay()).status).toBe(200);
      expect([(await charged()) - before, await debts()]).toEqual([2 * price, []]);
    });
  });

  it('costs Stripe no call more while everything is paid', async () => {
    await begin('past_due');
    await useCard('pm_card_visa');
    await till.settle();
    till.stripeCalls.length = 0;
    await till.call('GET', `/v1/subscriptions/${id}`, { token });
    expect(till.stripeCalls.filter((call) => call === 'GET /v1/invoices')).toEqual([]);
  });
});
