/** In which order the sandbox tells of payments, by default as Stripe typically does. */
import { expect, it } from 'vitest';
import { customerWith, day, priced, stand } from './stand.ts';

async function subscribed(token = 'pm_card_visa') {
  const { sandbox, stripe } = stand();
  const { id: customer } = await customerWith(stripe, token);
  const price = await priced(stripe);
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    expand: ['latest_invoice.confirmation_secret'],
  });
  const types = () => sandbox.events().map(({ type }) => type);
  const since = async (work: () => Promise<unknown>) => {
    const before = types().length;
    await work();
    return types().slice(before);
  };
  const failLater = async () => {
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: bad.id } });
  };
  return { sandbox, stripe, customer, subscription, since, failLater };
}

const inOrder = (told: readonly string[], expected: readonly string[]): string[] => told.filter((type) => expected.includes(type));

it('tells of a failed renewal: charge, intent, invoice, its change, the subscription', async () => {
  const { sandbox, since, failLater } = await subscribed();
  await failLater();
  await sandbox.clock.advance(31 * day);
  const told = await since(() => sandbox.clock.advance(3600));
  const expected = [
    'invoice.finalized',
    'payment_intent.created',
    'charge.failed',
    'payment_intent.payment_failed',
    'invoice.payment_failed',
    'invoice.updated',
    'customer.subscription.updated',
  ];
  expect(inOrder(told, expected)).toEqual(expected);
});

it('repeats it with each retry, without a new intent', async () => {
  const { sandbox, since, failLater } = await subscribed();
  await failLater();
  await sandbox.clock.advance(31 * day + 3600);
  expect(await since(() => sandbox.clock.advance(day))).toEqual([
    'charge.failed',
    'payment_intent.payment_failed',
    'invoice.payment_failed',
    'invoice.updated',
  ]);
});

it('tells of a paid renewal: intent, charge, its success, the invoice', async () => {
  const { sandbox, since } = await subscribed();
  await sandbox.clock.advance(31 * day);
  const told = await since(() => sandbox.clock.advance(3600));
  const expected = [
    'invoice.finalized',
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'invoice.updated',
    'invoice_payment.paid',
    'invoice.paid',
    'invoice.payment_succeeded',
  ];
  expect(inOrder(told, expected)).toEqual(expected);
});

it('tells of 3D Secure: what is required, then what was paid, then the subscription', async () => {
  const { sandbox, stripe, subscription, since } = await subscribed('pm_card_authenticationRequired');
  expect(subscription.status).toBe('incomplete');
  const told = sandbox.events().map(({ type }) => type);
  const asked = ['payment_intent.requires_action', 'invoice.payment_action_required'];
  expect(inOrder(told, asked)).toEqual(asked);
  const [intent] = (await stripe.paymentIntents.list()).data;
  const { stripe_js } = (intent?.next_action?.use_stripe_sdk ?? {}) as { stripe_js: string };
  const after = await since(() =>
    sandbox.fetch(new Request(stripe_js, { method: 'POST', body: new URLSearchParams({ result: 'passed' }) })),
  );
  const expected = ['charge.succeeded', 'payment_intent.succeeded', 'invoice.paid', 'customer.subscription.updated'];
  expect(inOrder(after, expected)).toEqual(expected);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
});

it('tells of a refund with a credit note: refund, charge, note', async () => {
  const { stripe, subscription, since } = await subscribed();
  const invoice = typeof subscription.latest_invoice === 'object' ? (subscription.latest_invoice?.id ?? '') : '';
  const told = await since(() => stripe.creditNotes.create({ invoice, amount: 900, refund_amount: 900 }));
  expect(told).toEqual(['refund.created', 'charge.refunded', 'credit_note.created', 'invoice.updated']);
});

it('carries the id of the call that caused it, and none for what time does', async () => {
  const { sandbox } = await subscribed();
  const charged = () => sandbox.events().filter(({ type }) => type === 'charge.succeeded');
  expect(charged()[0]?.request).toMatchObject({ id: expect.stringMatching(/^req_/u) });
  await sandbox.clock.advance(31 * day + 3600);
  expect(charged()[1]?.request).toEqual({ id: null, idempotency_key: null });
});
