/** The unmodified Stripe SDK against the sandbox: keeping payment methods for later. */
import type Stripe from 'stripe';
import { expect, it } from 'vitest';
import { stand } from './stand.ts';

const noRedirects = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const;
const failure = async (work: Promise<unknown>): Promise<Stripe.errors.StripeError> =>
  work.then(
    () => expect.unreachable('it was taken'),
    (error: Stripe.errors.StripeError) => error,
  );

it('keeps a card for its customer', async () => {
  const { sandbox, stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  const intent = await stripe.setupIntents.create({ ...noRedirects, customer, usage: 'off_session' });
  expect(intent.status).toBe('requires_payment_method');
  const kept = await stripe.setupIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
  expect(kept).toMatchObject({ status: 'succeeded', last_setup_error: null });
  expect((await stripe.paymentMethods.list({ customer, type: 'card' })).data.map(({ id }) => id)).toEqual([kept.payment_method]);
  expect(sandbox.events().map(({ type }) => type)).toEqual([
    'customer.created',
    'setup_intent.created',
    'payment_method.attached',
    'setup_intent.succeeded',
  ]);
});

it('keeps the refusal and takes another card', async () => {
  const { stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  const { id } = await stripe.setupIntents.create({ ...noRedirects, customer });
  const error = await failure(stripe.setupIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }));
  expect(error).toMatchObject({
    statusCode: 402,
    decline_code: 'generic_decline',
    setup_intent: { id, status: 'requires_payment_method' },
  });
  expect((await stripe.paymentMethods.list({ customer })).data).toEqual([]);
  expect((await stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded');
});

it.each(['passed', 'failed'] as const)('waits for 3D Secure that is %s', async (result) => {
  const { sandbox, stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  const waiting = await stripe.setupIntents.create({
    customer,
    payment_method: 'pm_card_threeDSecure2Required',
    confirm: true,
    return_url: 'https://shop.example/kept',
  });
  expect(waiting).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
  const url = waiting.next_action?.redirect_to_url?.url ?? '';
  await sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams({ result }) }));
  const after = await stripe.setupIntents.retrieve(waiting.id);
  expect(after.status).toBe(result === 'passed' ? 'succeeded' : 'requires_payment_method');
  expect(after.last_setup_error?.code).toBe(result === 'passed' ? undefined : 'setup_intent_authentication_failure');
});

it('sends Stripe.js to the bank without a return URL', async () => {
  const { stripe } = stand();
  const waiting = await stripe.setupIntents.create({
    payment_method: 'pm_card_threeDSecure2Required',
    confirm: true,
    use_stripe_sdk: true,
  });
  expect(waiting.next_action?.type).toBe('use_stripe_sdk');
});

it('is canceled once and refuses to go on', async () => {
  const { stripe } = stand();
  const { id } = await stripe.setupIntents.create({});
  expect(await stripe.setupIntents.cancel(id, { cancellation_reason: 'abandoned' })).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'abandoned',
  });
  expect(await failure(stripe.setupIntents.cancel(id))).toMatchObject({ code: 'setup_intent_unexpected_state' });
  expect(await failure(stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' }))).toMatchObject({
    code: 'setup_intent_unexpected_state',
  });
});

it('refuses the removed parameter', async () => {
  const { stripe } = stand();
  const removed = { payment_method_types: ['card'] } as Stripe.SetupIntentCreateParams;
  expect(await failure(stripe.setupIntents.create(removed))).toMatchObject({ code: 'payment_method_types_no_longer_supported' });
});

it('changes and lists', async () => {
  const { stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  const first = await stripe.setupIntents.create({ customer });
  const second = await stripe.setupIntents.create({});
  await stripe.setupIntents.update(second.id, { description: 'Later', metadata: { a: '1' }, payment_method: 'pm_card_visa' });
  expect(await stripe.setupIntents.retrieve(second.id)).toMatchObject({
    description: 'Later',
    metadata: { a: '1' },
    status: 'requires_confirmation',
  });
  expect((await stripe.setupIntents.list({ customer })).data.map(({ id }) => id)).toEqual([first.id]);
});

it('keeps what came of each try', async () => {
  const { sandbox, stripe } = stand();
  const { id: customer } = await stripe.customers.create({});
  const intent = await stripe.setupIntents.create({ customer });
  const confirm = (payment_method: string) =>
    stripe.setupIntents.confirm(intent.id, { payment_method, return_url: 'https://shop.example/kept' });
  await failure(confirm('pm_card_chargeDeclined'));
  const waiting = await confirm('pm_card_threeDSecure2Required');
  const url = waiting.next_action?.redirect_to_url?.url ?? '';
  await sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams({ result: 'passed' }) }));
  const attempts = (await stripe.setupAttempts.list({ setup_intent: intent.id })).data;
  expect(attempts).toMatchObject([
    { status: 'succeeded', setup_error: null, payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } },
    { status: 'failed', setup_error: { decline_code: 'generic_decline' } },
  ]);
  expect((await stripe.setupIntents.retrieve(intent.id)).latest_attempt).toBe(attempts[0]?.id);
});
