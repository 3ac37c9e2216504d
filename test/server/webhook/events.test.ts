/** What each family of events does with its subject, and what it leaves alone: one event at a time, and no other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, PaymentMethodSetup } from '@tillkit/core/contract/contract';
import { openShop } from '../../reliability/lives.ts';
import { deliverGenuine, eventBody } from '../../reliability/signed.ts';
import { cards, newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const handbook = { productId: 'handbook', quantity: 1, currency: 'usd' };
const books = {
  locales: ['en'],
  defaultCurrency: 'usd',
  currencies: ['usd'],
  plans: [],
  products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } }, quantity: { min: 1, max: 5 } }],
};

let till: TestTill;
let told: number;
beforeEach(async () => {
  told = 0;
  till = await startTill();
});
afterEach(() => till.close());

const startAgain = async (options: Parameters<typeof startTill>[0]): Promise<void> => {
  await till.close();
  till = await startTill(options);
};
/** From now on this server hears only what a test tells it. */
const drop = () => till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
/** Tells one event, by nothing but what it is about, and waits until it is applied; answers the calls to Stripe that this took. */
async function tell(type: string, kind: string, id: string): Promise<string[]> {
  const before = till.stripeCalls.length;
  const applied = await till.store.inbox.count('applied');
  told += 1;
  const thin = { object: 'v2.core.event', type: `v1.${type}`, data: undefined, related_object: { id, type: kind } };
  expect(await deliverGenuine(till, eventBody(`evt_told_${told}`, thin))).toBe(200);
  await till.app.drain();
  expect(await till.store.inbox.count('applied')).toBe(applied + 1);
  return till.stripeCalls.slice(before);
}
const outbox = async (type: string) => (await till.store.outbox.list()).filter((entry) => entry.type === type);

async function paid(selection: unknown, card?: string): Promise<string> {
  const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
    body: { selection, returnUrl: shop, verifierHash: newVerifier().verifierHash },
  });
  await till.pay(body.checkoutSessionId, card);
  return body.checkoutSessionId;
}
const sessionAt = async (id: string) => (await till.stripe()).checkout.sessions.retrieve(id);

describe('the end of a checkout', () => {
  it('brings the subscription and completes the intent', async () => {
    drop();
    const id = await paid(company);
    const { subscription } = await sessionAt(id);
    await tell('checkout.session.completed', 'checkout.session', id);
    expect(await till.store.subscriptions.find(String(subscription))).toMatchObject({ status: 'active' });
    expect(await till.store.purchases.ofCustomer(String((await sessionAt(id)).customer))).toEqual([]);
    expect(await till.store.checkoutIntents.find(id)).toMatchObject({ status: 'complete', completedAt: till.now() });
  });

  it('brings a purchase, and looks for no second subscription', async () => {
    await startAgain({ catalog: books });
    drop();
    const id = await paid(handbook);
    const calls = await tell('checkout.session.completed', 'checkout.session', id);
    expect(await till.store.purchases.ofCustomer(String((await sessionAt(id)).customer))).toMatchObject([{ productId: 'handbook' }]);
    expect(calls.filter((call) => /\/v1\/(?:subscriptions|customers)/u.test(call))).toEqual([]);
    expect(await till.store.checkoutIntents.find(id)).toMatchObject({ status: 'complete' });
  });

  it('changes nothing while Stripe says that it is open', async () => {
    const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      body: { selection: company, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
    const id = body.checkoutSessionId;
    expect(await tell('checkout.session.completed', 'checkout.session', id)).toEqual([`GET /v1/checkout/sessions/${id}`]);
    expect(await till.store.checkoutIntents.find(id)).toMatchObject({ status: 'open' });
  });

  it('that ran out closes the intent', async () => {
    const { body } = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
      body: { selection: company, returnUrl: shop, verifierHash: newVerifier().verifierHash },
    });
    const id = body.checkoutSessionId;
    drop();
    await (await till.stripe()).checkout.sessions.expire(id);
    await tell('checkout.session.expired', 'checkout.session', id);
    expect(await till.store.checkoutIntents.find(id)).toMatchObject({ status: 'expired' });
  });

  it('tells of somebody who pays in a second browser', async () => {
    drop();
    for (const count of [0, 1]) {
      const id = await paid(company);
      await tell('checkout.session.completed', 'checkout.session', id);
      expect(await outbox('subscription.duplicate')).toHaveLength(count);
    }
  });

  it('is forgotten when Stripe does not know it', async () => {
    expect(await tell('checkout.session.completed', 'checkout.session', 'cs_test_gone')).toHaveLength(1);
  });

  it('that was for a card makes it the one that renewals are taken from', async () => {
    const token = await till.signIn('ada');
    const { checkout } = await till.buy(company, { token });
    await till.settle();
    drop();
    const opened = await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body: { returnUrl: shop } });
    const id = opened.body.checkoutSessionId;
    await till.pay(id, '5555 5555 5555 4444');
    const before = await (await till.stripe()).customers.retrieve(checkout.customerId!);
    await tell('checkout.session.completed', 'checkout.session', id);
    const after = await (await till.stripe()).customers.retrieve(checkout.customerId!);
    const defaultOf = (customer: object): unknown =>
      Reflect.get(Reflect.get(customer, 'invoice_settings') as object, 'default_payment_method');
    expect(defaultOf(after)).not.toBe(defaultOf(before));
  });

  it('tells of a second subscription of the same person', async () => {
    const first = await openShop(till);
    await first.create();
    await till.settle();
    drop();
    await first.create();
    const { subscription, customer } = { subscription: (await first.current()).id, customer: first.customerId };
    await tell('customer.subscription.updated', 'subscription', subscription);
    expect(await outbox('subscription.duplicate')).toEqual([]);
    await tell('customer.subscription.created', 'subscription', subscription);
    expect((await outbox('subscription.duplicate')).map(({ payload }) => payload)).toMatchObject([{ customerId: customer }]);
  });
});

describe('a change of a customer or a card', () => {
  it('is followed by a reading of what still runs', async () => {
    const [running, other] = [await openShop(till), await openShop(till)];
    await running.create();
    await other.create();
    await till.settle();
    const { id } = await running.current();
    expect(await tell('customer.updated', 'customer', running.customerId)).toContain(`GET /v1/subscriptions/${id}`);
    await running.stripe.subscriptions.cancel(id);
    await till.settle();
    expect(await tell('customer.updated', 'customer', running.customerId)).toEqual([]);
  });

  it('is found by the card where the event names nothing else', async () => {
    const running = await openShop(till);
    await running.create();
    await till.settle();
    const [card] = (await running.stripe.customers.listPaymentMethods(running.customerId)).data;
    const { id } = await running.current();
    const calls = await tell('payment_method.updated', 'payment_method', card!.id);
    expect(calls).toContain(`GET /v1/subscriptions/${id}`);
    await running.stripe.paymentMethods.detach(card!.id);
    await till.settle();
    const without = await tell('payment_method.updated', 'payment_method', card!.id);
    expect(without.filter((call) => call.includes('/v1/subscriptions'))).toEqual([]);
    expect(await tell('payment_method.updated', 'payment_method', 'pm_gone')).toHaveLength(1);
  });
});

describe('a change of the catalog', () => {
  it('is read, once', async () => {
    await till.app.request('/v1/catalog');
    expect((await tell('price.updated', 'price', 'price_1')).filter((call) => call === 'GET /v1/prices').length).toBeGreaterThan(0);
  });
});

describe('money that went back', () => {
  async function charged(card?: string) {
    drop();
    await paid(company, card);
    const [charge] = (await (await till.stripe()).charges.list({ limit: 1 })).data;
    return charge!;
  }

  it('is told with each refund, its amount and the sums of the charge', async () => {
    const { id, customer } = await charged();
    const stripe = await till.stripe();
    const refund = await stripe.refunds.create({ charge: id, amount: 500 });
    await tell('charge.refunded', 'charge', id);
    expect((await outbox('charge.refunded')).map(({ payload }) => payload)).toMatchObject([
      { chargeId: id, customerId: customer, refundId: refund.id, amount: 500, amountCharged: 7900, amountRefunded: 500, currency: 'usd' },
    ]);
    await stripe.refunds.create({ charge: id, amount: 600 });
    await tell('charge.refunded', 'charge', id);
    const entries = await outbox('charge.refunded');
    expect(entries.map(({ payload }) => payload).map((payload) => Reflect.get(payload as object, 'amount'))).toEqual([500, 600]);
    expect(entries[0]!.payload).not.toHaveProperty('refunds');
  });

  it.each([
    [3 * day - 1, 1],
    [3 * day, 0],
  ])('%i s ago is news for %i', async (seconds, count) => {
    const { id } = await charged();
    await (await till.stripe()).refunds.create({ charge: id });
    await till.sandbox.clock.advance(seconds);
    await tell('charge.refunded', 'charge', id);
    expect(await outbox('charge.refunded')).toHaveLength(count);
  });

  it('changes what a purchase grants', async () => {
    await startAgain({ catalog: books });
    const { checkout } = await till.buy(handbook);
    await till.settle();
    drop();
    const stripe = await till.stripe();
    const [charge] = (await stripe.charges.list({ limit: 1 })).data;
    const state = async () => (await till.store.purchases.ofCustomer(checkout.customerId!)).map((purchase) => purchase.state);
    const before = await state();
    await stripe.refunds.create({ charge: charge!.id });
    await tell('charge.refunded', 'charge', charge!.id);
    expect(await state()).not.toEqual(before);
  });

  it('is nothing where Stripe knows no such charge or dispute', async () => {
    expect(await tell('charge.refunded', 'charge', 'ch_gone')).toHaveLength(1);
    expect(await tell('charge.dispute.created', 'dispute', 'du_gone')).toHaveLength(1);
    expect(await till.store.outbox.list()).toEqual([]);
  });

  it('is told when a bank asks for it, with the day until which one may answer, and when it has decided', async () => {
    const { id, customer } = await charged(cards.disputed);
    const stripe = await till.stripe();
    const [dispute] = (await stripe.disputes.list({ charge: id })).data;
    await tell('charge.dispute.created', 'dispute', dispute!.id);
    const [entry] = await outbox('dispute.created');
    const about = { chargeId: id, customerId: customer, disputeId: dispute!.id, amount: 7900, currency: 'usd' };
    expect(entry!.payload).toMatchObject({ ...about, status: dispute!.status, respondBy: dispute!.evidence_details.due_by });
    expect(entry!.payload).not.toHaveProperty('created');
    await stripe.disputes.close(dispute!.id);
    await tell('charge.dispute.closed', 'dispute', dispute!.id);
    const [closed] = await outbox('dispute.closed');
    expect(closed!.payload).toMatchObject({ ...about, status: 'lost' });
    expect(closed!.payload).not.toHaveProperty('respondBy');
    expect(await outbox('dispute.created')).toHaveLength(1);
  });
});

describe('a change of a subscription', () => {
  it('is found by its invoice or schedule where a thin event names nothing else', async () => {
    drop();
    const shopper = await openShop(till);
    await shopper.create();
    const { id, latest_invoice: invoice } = await shopper.current();
    const calls = await tell('invoice.updated', 'invoice', String(invoice));
    expect(calls).toContain(`GET /v1/subscriptions/${id}`);
    expect(calls).not.toContain('GET /v1/invoices');
    const schedule = await shopper.stripe.subscriptionSchedules.create({ from_subscription: id });
    expect(await tell('subscription_schedule.updated', 'subscription_schedule', schedule.id)).toContain(`GET /v1/subscriptions/${id}`);
  });

  it('that Stripe does not know is settled', async () => {
    await tell('customer.subscription.updated', 'subscription', 'sub_gone');
    expect(await till.store.outbox.list()).toEqual([]);
  });

  it('tells of an invoice that belongs to no subscription', async () => {
    drop();
    const stripe = await till.stripe();
    const { customerId } = await openShop(till);
    await stripe.invoiceItems.create({ customer: customerId, amount: 1200, currency: 'usd' });
    const draft = await stripe.invoices.create({ customer: customerId, pending_invoice_items_behavior: 'include' });
    const invoice = await stripe.invoices.finalizeInvoice(draft.id!);
    await stripe.invoices.pay(invoice.id!);
    await tell('invoice.updated', 'invoice', invoice.id!);
    expect(await outbox('invoice.ready')).toEqual([]);
    await tell('invoice.paid', 'invoice', invoice.id!);
    expect((await outbox('invoice.ready')).map(({ payload }) => payload)).toMatchObject([
      { invoiceId: invoice.id, customerId, total: 1200 },
    ]);
  });
});

describe('an invoice that was not paid', () => {
  it('is told as failed by the events that say so, and by no other', async () => {
    const shopper = await openShop(till);
    await shopper.create();
    await till.settle();
    drop();
    const { id } = await shopper.current();
    await shopper.card('pm_card_chargeCustomerFail');
    await till.sandbox.clock.advance(31 * day + 7200);
    await tell('invoice.finalized', 'subscription', id);
    expect(await outbox('payment.failed')).toEqual([]);
    await tell('invoice.payment_failed', 'subscription', id);
    expect((await outbox('payment.failed')).map(({ payload }) => payload)).toMatchObject([{ subscriptionId: id, attempt: 1 }]);
  });
});

describe('a reminder', () => {
  async function running(more = {}) {
    const shopper = await openShop(till);
    await shopper.create(more);
    await till.settle();
    drop();
    return { shopper, id: (await shopper.current()).id };
  }

  it('of a renewal is told in the second half of the period, with what it costs', async () => {
    const { shopper, id } = await running();
    await till.sandbox.clock.advance(14 * day);
    await tell('invoice.upcoming', 'subscription', id);
    expect(await outbox('renewal.upcoming')).toEqual([]);
    await till.sandbox.clock.advance(10 * day);
    await tell('invoice.upcoming', 'subscription', id);
    const { nextPayment } = (await till.store.subscriptions.find(id))!;
    expect(await outbox('renewal.upcoming')).toEqual([
      {
        type: 'renewal.upcoming',
        dedupeKey: `renewal.upcoming:${id}:${nextPayment!.at}`,
        payload: {
          subscriptionId: id,
          customerId: shopper.customerId,
          planId: 'starter',
          at: nextPayment!.at,
          amount: nextPayment!.amount,
          currency: 'usd',
        },
      },
    ]);
    await tell('customer.subscription.updated', 'subscription', id);
    expect(await outbox('renewal.upcoming')).toHaveLength(1);
  });

  it('of a renewal that will not be is not told', async () => {
    const { shopper, id } = await running();
    await till.sandbox.clock.advance(24 * day);
    await shopper.update({ cancel_at_period_end: true });
    await tell('invoice.upcoming', 'subscription', id);
    expect(await outbox('renewal.upcoming')).toEqual([]);
  });

  it('of a trial is told while it runs and goes on', async () => {
    const { shopper, id } = await running({ trial_period_days: 14 });
    await tell('customer.subscription.updated', 'subscription', id);
    expect(await outbox('subscription.trial_will_end')).toEqual([]);
    await shopper.update({ cancel_at_period_end: true });
    await tell('customer.subscription.trial_will_end', 'subscription', id);
    expect(await outbox('subscription.trial_will_end')).toEqual([]);
    await shopper.update({ cancel_at_period_end: false });
    await tell('customer.subscription.trial_will_end', 'subscription', id);
    await tell('invoice.upcoming', 'subscription', id);
    const { trialEnd } = (await till.store.subscriptions.find(id))!;
    expect(await outbox('subscription.trial_will_end')).toEqual([
      {
        type: 'subscription.trial_will_end',
        dedupeKey: `subscription.trial_will_end:${id}:${trialEnd}`,
        payload: { subscriptionId: id, customerId: shopper.customerId, planId: 'starter', trialEnd, hasPaymentMethod: true },
      },
    ]);
    expect(await outbox('renewal.upcoming')).toEqual([]);
  });

  it('of a trial that is over is not told', async () => {
    const { id } = await running({ trial_period_days: 14 });
    await till.sandbox.clock.advance(15 * day);
    await tell('customer.subscription.trial_will_end', 'subscription', id);
    expect(await outbox('subscription.trial_will_end')).toEqual([]);
  });
});
