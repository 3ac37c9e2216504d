/** The unmodified Stripe SDK against the sandbox: payments that a cardholder's bank takes back. */
import type Stripe from 'stripe';
import { expect, it } from 'vitest';
import { day, stand, start } from './stand.ts';

async function disputed(payment_method = 'pm_card_createDispute') {
  const { sandbox, stripe } = stand();
  const intent = await stripe.paymentIntents.create({
    amount: 5000,
    currency: 'usd',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    payment_method,
    confirm: true,
  });
  const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
  const net = async () => {
    const { available, pending } = await stripe.balance.retrieve();
    return (available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0);
  };
  const told = () =>
    sandbox
      .events()
      .map(({ type }) => type)
      .filter((type) => type.startsWith('charge.dispute'));
  return { sandbox, stripe, charge: String(intent.latest_charge), id: dispute?.id ?? '', dispute, net, told };
}

it('takes the money and a fee as soon as it begins', async () => {
  const { stripe, dispute, charge, net, told } = await disputed();
  expect(dispute).toMatchObject({ amount: 5000, reason: 'fraudulent', status: 'needs_response', charge, is_charge_refundable: false });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true });
  // 5000 − (145 + 30) − 5000 − 1500
  expect(await net()).toBe(-1675);
  expect(told()).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
});

it('comes back when it is won', async () => {
  const { stripe, id, net, told } = await disputed('pm_card_createDisputeProductNotReceived');
  const won = await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } });
  expect(won).toMatchObject({ status: 'won', evidence_details: { has_evidence: true, submission_count: 1 } });
  expect(await net()).toBe(5000 - 175 - 1500);
  expect(told().slice(2)).toEqual(['charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_reinstated']);
});

it('is lost with the wrong evidence, by giving up, or by silence', async () => {
  const lost = await disputed();
  expect((await lost.stripe.disputes.update(lost.id, { evidence: { uncategorized_text: 'losing_evidence' } })).status).toBe('lost');
  const given = await disputed();
  expect((await given.stripe.disputes.close(given.id)).status).toBe('lost');
  await expect(given.stripe.disputes.close(given.id)).rejects.toMatchObject({ statusCode: 400 });
  const silent = await disputed();
  await silent.sandbox.clock.advance(7 * day);
  expect((await silent.stripe.disputes.retrieve(silent.id)).status).toBe('lost');
  expect(await silent.net()).toBe(-1675);
});

it('waits for the bank once evidence is sent, and keeps evidence that is only staged', async () => {
  const { sandbox, stripe, id } = await disputed();
  const staged = await stripe.disputes.update(id, { evidence: { customer_name: 'Ada' }, submit: false, metadata: { team: 'a' } });
  expect(staged).toMatchObject({ status: 'needs_response', evidence: { customer_name: 'Ada' }, metadata: { team: 'a' } });
  const sent = await stripe.disputes.update(id, { evidence: { product_description: 'A plan' }, submit: true });
  expect(sent).toMatchObject({ status: 'under_review', evidence: { customer_name: 'Ada', product_description: 'A plan' } });
  await sandbox.clock.advance(60 * day);
  expect((await stripe.disputes.retrieve(id)).status).toBe('lost');
});

it('moves no money when the bank only asks', async () => {
  const { stripe, id, dispute, net, told } = await disputed('pm_card_createDisputeInquiry');
  expect(dispute).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true, balance_transactions: [] });
  expect(await net()).toBe(5000 - 175);
  expect((await stripe.disputes.close(id)).status).toBe('warning_closed');
  expect(told()).toEqual(['charge.dispute.created', 'charge.dispute.closed']);
});

it('stands in the way of a refund', async () => {
  const { stripe, charge } = await disputed();
  await expect(stripe.refunds.create({ charge })).rejects.toMatchObject({ code: 'charge_disputed' });
});

it('is told of subscriptions too, whose invoice stays paid', async () => {
  const { stripe } = stand();
  const product = await stripe.products.create({ name: 'Pro' });
  const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 2900, recurring: { interval: 'month' } });
  const payment_method = 'pm_card_createDispute';
  const customer = await stripe.customers.create({ payment_method, invoice_settings: { default_payment_method: payment_method } });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    expand: ['latest_invoice'],
  });
  expect(subscription).toMatchObject({ status: 'active', latest_invoice: { status: 'paid' } });
  const [dispute]: Stripe.Dispute[] = (await stripe.disputes.list()).data;
  expect(dispute).toMatchObject({ amount: 2900, status: 'needs_response' });
});

it('runs by the test clock of its customer', async () => {
  const { sandbox, stripe } = stand();
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: start + 100 * day });
  const { id: customer } = await stripe.customers.create({ test_clock: clock.id });
  const pay = (payment_method: string) =>
    stripe.paymentIntents.create({
      amount: 5000,
      currency: 'usd',
      customer,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      payment_method,
      confirm: true,
    });
  const [charged, debited] = [await pay('pm_card_createDispute'), await pay('pm_usBankAccount_success')];
  const dispute = async () => (await stripe.disputes.list({ payment_intent: charged.id })).data[0];
  expect((await dispute())?.evidence_details.due_by).toBe(start + 107 * day);
  await sandbox.clock.advance(200 * day);
  expect([(await dispute())?.status, (await stripe.paymentIntents.retrieve(debited.id)).status]).toEqual(['needs_response', 'processing']);
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: start + 107 * day });
  await sandbox.clock.advance(60);
  expect([(await dispute())?.status, (await stripe.paymentIntents.retrieve(debited.id)).status]).toEqual(['lost', 'succeeded']);
});
