/** The unmodified Stripe SDK against the sandbox: one-off payments through every state of an intent. */
import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { day, sdk, stand } from './stand.ts';

const usd = { amount: 2000, currency: 'usd' } as const;
const noRedirects = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const;
const confirmed = (payment_method: string) => ({ ...usd, ...noRedirects, payment_method, confirm: true }) as const;

const failure = async (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => expect.unreachable('it was taken'),
    (error: Stripe.errors.StripeError) => error,
  );

describe('a payment intent', () => {
  it('goes from its creation to success, and tells of it in that order', async () => {
    const { sandbox, stripe } = stand();
    const { id } = await stripe.paymentIntents.create(usd);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
    await stripe.paymentIntents.update(id, { payment_method: 'pm_card_visa', metadata: { order: '7' } });
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_confirmation');
    const paid = await stripe.paymentIntents.confirm(id, { return_url: 'https://shop.example/done', expand: ['latest_charge'] });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 2000, metadata: { order: '7' } });
    expect(paid.latest_charge).toMatchObject({ paid: true, captured: true, outcome: { type: 'authorized' } });
    expect(sandbox.events().map(({ type }) => type)).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline', 'try_again_later'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds', 'try_again_later'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card', 'do_not_try_again'],
    ['pm_card_chargeDeclinedStolenCard', 'card_declined', 'stolen_card', 'do_not_try_again'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card', 'confirm_card_data'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc', 'confirm_card_data'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error', 'try_again_later'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded', 'try_again_later'],
  ])('keeps the refusal of %s: %s, %s', async (token, code, decline_code, advice_code) => {
    const { stripe } = stand();
    const error = await failure(stripe.paymentIntents.create(confirmed(token)));
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code, decline_code });
    const intent = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '', { expand: ['latest_charge'] });
    expect(intent).toMatchObject({ status: 'requires_payment_method', payment_method: null, last_payment_error: { code, decline_code } });
    expect(intent.latest_charge).toMatchObject({
      status: 'failed',
      failure_code: code,
      outcome: { network_status: 'declined_by_network', reason: decline_code, advice_code, type: 'issuer_declined' },
    });
  });

  it('is blocked before any bank sees it when the risk is highest', async () => {
    const { stripe } = stand();
    await failure(stripe.paymentIntents.create(confirmed('pm_card_radarBlock')));
    const [charge] = (await stripe.charges.list()).data;
    expect(charge?.outcome).toMatchObject({ network_status: 'not_sent_to_network', type: 'blocked', risk_level: 'highest' });
  });

  it('keeps a charge for each attempt, and can be paid after a refusal', async () => {
    const { stripe } = stand();
    const { id } = await stripe.paymentIntents.create({ ...usd, ...noRedirects });
    await failure(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }));
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    const charges = (await stripe.charges.list({ payment_intent: id })).data;
    expect(charges.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('refuses what its state does not allow', async () => {
    const { stripe } = stand();
    const { id } = await stripe.paymentIntents.create(confirmed('pm_card_visa'));
    const code = 'payment_intent_unexpected_state';
    expect(await failure(stripe.paymentIntents.confirm(id))).toMatchObject({ code });
    expect(await failure(stripe.paymentIntents.cancel(id))).toMatchObject({ code });
    expect(await failure(stripe.paymentIntents.capture(id))).toMatchObject({ code });
    expect(await failure(stripe.paymentIntents.update(id, { amount: 5 }))).toMatchObject({ code });
    expect((await stripe.paymentIntents.update(id, { description: 'Late' })).description).toBe('Late');
  });

  it('is canceled with its reason, once', async () => {
    const { stripe } = stand();
    const { id } = await stripe.paymentIntents.create(usd);
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect(await failure(stripe.paymentIntents.cancel(id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
  });

  it('refuses missing return URLs, small amounts and other people’s cards', async () => {
    const { stripe } = stand();
    const withoutUrl = stripe.paymentIntents.create({ ...usd, confirm: true, payment_method: 'pm_card_visa' });
    expect(await failure(withoutUrl)).toMatchObject({ statusCode: 400, param: 'return_url' });
    const owner = await stripe.customers.create({});
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: owner.id });
    expect(await failure(stripe.paymentIntents.create(confirmed(card.id)))).toMatchObject({ param: 'payment_method' });
    expect(await failure(stripe.paymentIntents.create({ ...usd, amount: 49 }))).toMatchObject({ code: 'amount_too_small' });
  });

  it('refuses the parameter that this version has removed', async () => {
    const { stripe } = stand();
    const removed = { ...usd, payment_method_types: ['card'] } as Stripe.PaymentIntentCreateParams;
    const code = 'payment_method_types_no_longer_supported';
    expect(await failure(stripe.paymentIntents.create(removed))).toMatchObject({ statusCode: 400, code });
  });

  it('takes only the kinds of payment that are allowed', async () => {
    const { stripe } = stand();
    const cardsOnly = await stripe.paymentIntents.create({ ...usd, ...noRedirects, allowed_payment_method_types: ['card'] });
    expect(cardsOnly.payment_method_types).toEqual(['card']);
    expect(await failure(stripe.paymentIntents.confirm(cardsOnly.id, { payment_method: 'pm_usBankAccount_success' }))).toMatchObject({
      code: 'payment_intent_incompatible_payment_method',
    });
  });
});

describe('capturing by hand', () => {
  const held = { ...confirmed('pm_card_visa'), capture_method: 'manual' } as const;

  it('takes a part and gives the rest back', async () => {
    const { sandbox, stripe } = stand();
    const intent = await stripe.paymentIntents.create(held);
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 2000, amount_received: 0 });
    const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1500, expand: ['latest_charge'] });
    expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 1500 });
    expect(captured.latest_charge).toMatchObject({ captured: true, amount_captured: 1500, amount_refunded: 500 });
    const types = sandbox.events().map(({ type }) => type);
    expect(types).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'charge.captured',
      'payment_intent.succeeded',
    ]);
  });

  it('refuses more than was held, and ends by itself after seven days', async () => {
    const { sandbox, stripe } = stand();
    const { id } = await stripe.paymentIntents.create(held);
    expect(await failure(stripe.paymentIntents.capture(id, { amount_to_capture: 2001 }))).toMatchObject({ code: 'amount_too_large' });
    await sandbox.clock.advance(7 * day);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'canceled', cancellation_reason: 'automatic' });
    expect(sandbox.events().map(({ type }) => type)).toContain('charge.expired');
  });
});

describe('3D Secure', () => {
  const answer = async (sandbox: { fetch(request: Request): Promise<Response> }, url: string, result: 'passed' | 'failed') =>
    sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams({ result }) }));
  const ask = { ...confirmed('pm_card_authenticationRequired'), return_url: 'https://shop.example/done' } as const;

  it('sends the buyer to the bank and is paid when it is passed', async () => {
    const { sandbox, stripe } = stand();
    const { id, status, next_action } = await stripe.paymentIntents.create(ask);
    expect(status).toBe('requires_action');
    expect(next_action).toMatchObject({ type: 'redirect_to_url', redirect_to_url: { return_url: 'https://shop.example/done' } });
    const page = await (await answer(sandbox, next_action?.redirect_to_url?.url ?? '', 'passed')).text();
    expect(page).toContain('redirect_status=succeeded');
    const paid = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
    expect(paid.latest_charge).toMatchObject({ payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } });
  });

  it('asks for another card when it is failed, without a charge', async () => {
    const { sandbox, stripe } = stand();
    const { id, next_action } = await stripe.paymentIntents.create(ask);
    await answer(sandbox, next_action?.redirect_to_url?.url ?? '', 'failed');
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
      latest_charge: null,
    });
  });

  it.each([
    ['pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_threeDSecureRequiredChargeDeclined', 'generic_decline'],
  ])('can be passed and the charge of %s be refused all the same', async (token, decline_code) => {
    const { sandbox, stripe } = stand();
    const { id, next_action } = await stripe.paymentIntents.create({ ...ask, payment_method: token });
    await answer(sandbox, next_action?.redirect_to_url?.url ?? '', 'passed');
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code },
    });
  });

  it('is refused without the cardholder, unless the card was set up before', async () => {
    const { sandbox, stripe } = stand();
    const { id: customer } = await stripe.customers.create({});
    const pay = (payment_method: string) => stripe.paymentIntents.create({ ...confirmed(payment_method), customer, off_session: true });
    expect(await failure(pay('pm_card_authenticationRequiredOnSetup'))).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_required',
    });
    const setup = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      return_url: 'https://shop.example/done',
    });
    await answer(sandbox, setup.next_action?.redirect_to_url?.url ?? '', 'passed');
    expect((await pay(String(setup.payment_method))).status).toBe('succeeded');
  });

  it('is an error at once when the server wants no action', async () => {
    const { stripe } = stand();
    expect(await failure(stripe.paymentIntents.create({ ...ask, error_on_requires_action: true }))).toMatchObject({
      code: 'authentication_required',
    });
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });
});

it('shows a browser the intent whose secret it knows, without the customer', async () => {
  const { sandbox, stripe } = stand();
  const customer = await stripe.customers.create({});
  const { id, client_secret } = await stripe.paymentIntents.create({ ...usd, customer: customer.id, metadata: { inner: 'yes' } });
  const read = async (secret: string) =>
    (
      await sandbox.fetch(
        new Request(`http://sandbox.localhost/v1/payment_intents/${id}?client_secret=${secret}`, {
          headers: { authorization: 'Bearer pk_test_browser' },
        }),
      )
    ).json();
  expect(await read(client_secret ?? '')).toMatchObject({ id, amount: 2000, customer: null, metadata: {} });
  expect(await read('wrong')).toMatchObject({ error: { code: 'resource_missing' } });
});

it('confirms with what a page has collected', async () => {
  const { stripe } = stand();
  const token = await stripe.testHelpers.confirmationTokens.create({ payment_method: 'pm_card_mastercard' });
  expect((await stripe.confirmationTokens.retrieve(token.id)).payment_method_preview).toMatchObject({ card: { brand: 'mastercard' } });
  const paid = await stripe.paymentIntents.create({ ...usd, ...noRedirects, confirm: true, confirmation_token: token.id });
  expect(paid.status).toBe('succeeded');
});

it('keeps the card for later when that was asked for', async () => {
  const { stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  await stripe.paymentIntents.create({ ...confirmed('pm_card_visa'), customer, setup_future_usage: 'off_session' });
  expect((await stripe.paymentMethods.list({ customer })).data).toHaveLength(1);
});

it('lists intents newest first, by customer and time', async () => {
  const { sandbox, stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  const first = await stripe.paymentIntents.create({ ...usd, customer });
  await sandbox.clock.advance(60);
  const second = await stripe.paymentIntents.create(usd);
  expect((await sdk(sandbox).paymentIntents.list()).data.map(({ id }) => id)).toEqual([second.id, first.id]);
  expect((await stripe.paymentIntents.list({ customer })).data.map(({ id }) => id)).toEqual([first.id]);
  expect((await stripe.paymentIntents.list({ created: { gt: first.created } })).data.map(({ id }) => id)).toEqual([second.id]);
});
