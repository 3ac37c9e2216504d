/** The unmodified Stripe SDK against the sandbox: payment methods of every kind, and how each pays. */
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { customerWith, day, priced, stand } from './stand.ts';

const failure = async (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => expect.unreachable('it was taken'),
    (error: Stripe.errors.StripeError) => error,
  );
const billing_details = { name: 'Ada', email: 'ada@example.com' } as const;
const return_url = 'https://shop.example/done';

describe('a card', () => {
  it('is attached, changed and taken away, which is told', async () => {
    const { sandbox, stripe } = stand();
    const { id: customer } = await stripe.customers.create({});
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } });
    const changed = await stripe.paymentMethods.update(card.id, {
      allow_redisplay: 'always',
      billing_details: { address: { city: 'Oslo', country: 'NO' } },
      card: { exp_month: 11, exp_year: 2031 },
      metadata: { first: 'yes' },
    });
    expect(changed).toMatchObject({
      allow_redisplay: 'always',
      billing_details: { address: { city: 'Oslo', country: 'NO', line1: null } },
      card: { exp_month: 11, exp_year: 2031, last4: '4242' },
    });
    await stripe.paymentMethods.detach(card.id);
    expect((await stripe.paymentMethods.list({ customer })).data).toEqual([]);
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ invoice_settings: { default_payment_method: null } });
    expect(await failure(stripe.paymentMethods.detach(card.id))).toMatchObject({ code: 'payment_method_unexpected_state' });
    const told = sandbox.events().map(({ type }) => type);
    expect(told).toEqual([
      'customer.created',
      'payment_method.attached',
      'customer.updated',
      'payment_method.updated',
      'customer.updated',
      'payment_method.detached',
    ]);
  });

  it('is not attached when its bank refuses, and not to two customers', async () => {
    const { stripe } = stand();
    const [a, b] = [await stripe.customers.create({}), await stripe.customers.create({})];
    expect(await failure(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: a.id }))).toMatchObject({
      statusCode: 402,
      decline_code: 'generic_decline',
    });
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: a.id });
    expect(await failure(stripe.paymentMethods.attach(id, { customer: b.id }))).toMatchObject({ code: 'payment_method_unexpected_state' });
  });

  it.each([
    ['tok_visa', 'visa', 'US', 'credit'],
    ['tok_mastercard_debit', 'mastercard', 'US', 'debit'],
    ['tok_de', 'visa', 'DE', 'credit'],
    ['tok_amex', 'amex', 'US', 'credit'],
  ])('is made of %s', async (token, brand, country, funding) => {
    const { stripe } = stand();
    const made = await stripe.paymentMethods.create({ type: 'card', card: { token } });
    expect(made.card).toMatchObject({ brand, country, funding, wallet: null });
  });

  it('has the same fingerprint under each of its numbers', async () => {
    const { stripe } = stand();
    const make = async (token: string) => (await stripe.paymentMethods.create({ type: 'card', card: { token } })).card?.fingerprint;
    expect(await make('tok_visa')).toBe(await make('tok_visa'));
    expect(await make('tok_visa')).not.toBe(await make('tok_mastercard'));
  });

  it('of a wallet says which', async () => {
    const { stripe } = stand();
    const made = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_applePay' } });
    expect(made.card?.wallet).toEqual({ type: 'apple_pay', dynamic_last4: '4242', apple_pay: {} });
  });

  it('number is refused from a server', async () => {
    const { stripe } = stand();
    const card = { number: '4242424242424242', exp_month: 1, exp_year: 2030 };
    expect(await failure(stripe.paymentMethods.create({ type: 'card', card }))).toMatchObject({ statusCode: 402 });
  });
});

it('lists by customer and kind', async () => {
  const { stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const bank = await stripe.paymentMethods.attach('pm_usBankAccount_success', { customer });
  const ids = async (type?: Stripe.PaymentMethodListParams.Type) =>
    (await stripe.paymentMethods.list({ customer, ...(type && { type }) })).data.map(({ id }) => id);
  expect(await ids()).toEqual([bank.id, card.id]);
  expect(await ids('us_bank_account')).toEqual([bank.id]);
  expect(await ids('sepa_debit')).toEqual([]);
});

describe('a bank debit', () => {
  async function debit(account_number: string) {
    const { sandbox, stripe } = stand();
    const { id: customer } = await stripe.customers.create({});
    const account = await stripe.paymentMethods.create({
      type: 'us_bank_account',
      us_bank_account: { account_number, routing_number: '110000000', account_holder_type: 'individual' },
      billing_details,
    });
    const intent = await stripe.paymentIntents.create({
      amount: 10_000,
      currency: 'usd',
      customer,
      payment_method: account.id,
      confirm: true,
      return_url,
      setup_future_usage: 'off_session',
    });
    const types = () => sandbox.events().map(({ type }) => type);
    return { sandbox, stripe, intent, customer, types };
  }

  it('is on its way for days and then succeeds', async () => {
    const { sandbox, stripe, intent, customer, types } = await debit('000123456789');
    expect(intent.status).toBe('processing');
    await sandbox.clock.advance(4 * day);
    const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge.balance_transaction'] });
    // 0.8 % of 10,000
    expect(paid).toMatchObject({ status: 'succeeded', latest_charge: { paid: true, balance_transaction: { fee: 80, type: 'payment' } } });
    expect((await stripe.paymentMethods.list({ customer })).data).toHaveLength(1);
    expect(types().slice(1)).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'charge.succeeded',
      'payment_intent.succeeded',
      'payment_method.attached',
    ]);
  });

  it.each([
    ['000111111113', 'account_closed'],
    ['000111111116', 'no_account'],
    ['000222222227', 'insufficient_funds'],
    ['000333333335', 'debit_not_authorized'],
  ])('of %s fails days later: %s', async (number, code) => {
    const { sandbox, stripe, intent, types } = await debit(number);
    expect(intent.status).toBe('processing');
    await sandbox.clock.advance(4 * day);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code },
    });
    expect(types().slice(-2)).toEqual(['charge.failed', 'payment_intent.payment_failed']);
  });

  it('starts a subscription, which is past due when the money does not come', async () => {
    const { sandbox, stripe } = stand();
    const price = await priced(stripe);
    const pay = async (token: string) => {
      const { id: customer } = await stripe.customers.create({});
      const { id } = await stripe.paymentMethods.attach(token, { customer });
      return stripe.subscriptions.create({
        customer,
        items: [{ price: price.id }],
        default_payment_method: id,
        expand: ['latest_invoice'],
      });
    };
    const [good, bad] = [await pay('pm_usBankAccount_success'), await pay('pm_usBankAccount_insufficientFunds')];
    expect(good).toMatchObject({ status: 'active', latest_invoice: { status: 'open', attempted: true } });
    await sandbox.clock.advance(4 * day);
    expect((await stripe.invoices.list({ subscription: good.id })).data[0]?.status).toBe('paid');
    expect((await stripe.subscriptions.retrieve(good.id)).status).toBe('active');
    expect((await stripe.subscriptions.retrieve(bad.id)).status).toBe('past_due');
  });
});

it('is tried again by the schedule when the debit of a renewal fails days later', async () => {
  const { sandbox, stripe } = stand();
  const { id: customer } = await customerWith(stripe);
  const price = await priced(stripe);
  const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
  const bank = await stripe.paymentMethods.attach('pm_usBankAccount_insufficientFunds', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: bank.id } });
  await sandbox.clock.advance(31 * day + 3600);
  const latest = async () => (await stripe.invoices.list({ subscription: id, limit: 1 })).data[0];
  expect(await latest()).toMatchObject({ status: 'open', attempt_count: 1, next_payment_attempt: null });
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  await sandbox.clock.advance(4 * day);
  expect(await latest()).toMatchObject({ attempt_count: 1, next_payment_attempt: sandbox.clock.now() + day });
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
  await sandbox.clock.advance(day);
  expect(await latest()).toMatchObject({ attempt_count: 2, next_payment_attempt: null });
  expect((await stripe.charges.list({ customer })).data.map(({ status }) => status)).toEqual(['pending', 'failed', 'succeeded']);
});

it('debits a European account', async () => {
  const { sandbox, stripe } = stand();
  const account = await stripe.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban: 'DE89 3704 0044 0532 0130 00' },
    billing_details,
  });
  expect(account.sepa_debit).toMatchObject({ country: 'DE', last4: '3000', bank_code: '37040044' });
  const pay = { amount: 1000, currency: 'eur', payment_method: account.id, confirm: true, return_url } as const;
  const { id, status } = await stripe.paymentIntents.create(pay);
  expect(status).toBe('processing');
  await sandbox.clock.advance(4 * day);
  expect((await stripe.paymentIntents.retrieve(id)).status).toBe('succeeded');
});

describe('a kind of payment with a page of its own', () => {
  it.each([
    ['ideal', 'passed', 'succeeded'],
    ['bancontact', 'passed', 'succeeded'],
    ['paypal', 'passed', 'succeeded'],
    ['ideal', 'failed', 'requires_payment_method'],
  ] as const)('%s, %s there, ends as %s', async (type, result, status) => {
    const { sandbox, stripe } = stand();
    const method = await stripe.paymentMethods.create({ type, billing_details });
    const intent = await stripe.paymentIntents.create({
      amount: 1500,
      currency: 'eur',
      payment_method: method.id,
      confirm: true,
      return_url,
    });
    const url = intent.next_action?.redirect_to_url?.url ?? '';
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    expect(await (await sandbox.fetch(new Request(url))).text()).toContain('€15.00');
    const gone = await sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams({ result }) }));
    expect(await gone.text()).toContain(`redirect_status=${result === 'passed' ? 'succeeded' : 'failed'}`);
    const after = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(after.status).toBe(status);
    if (result === 'passed') expect(after.latest_charge).toMatchObject({ payment_method_details: { type } });
  });

  it('is not taken where nobody may be sent away', async () => {
    const { stripe } = stand();
    const method = await stripe.paymentMethods.create({ type: 'ideal', billing_details });
    const automatic_payment_methods = { enabled: true, allow_redirects: 'never' } as const;
    const pay = stripe.paymentIntents.create({
      amount: 1500,
      currency: 'eur',
      payment_method: method.id,
      confirm: true,
      automatic_payment_methods,
    });
    expect(await failure(pay)).toMatchObject({ code: 'payment_intent_incompatible_payment_method' });
  });
});

it('pays with Link at once', async () => {
  const { stripe } = stand();
  const method = await stripe.paymentMethods.create({ type: 'link', billing_details });
  const paid = await stripe.paymentIntents.create({
    amount: 1500,
    currency: 'usd',
    payment_method: method.id,
    confirm: true,
    return_url,
    expand: ['latest_charge'],
  });
  expect(paid).toMatchObject({ status: 'succeeded', latest_charge: { payment_method_details: { type: 'link' } } });
});
