/** What a trial gives, and what it does not: one for each plan group, of no more than it began with, and never a dearer plan for nothing. */
import { afterEach, describe, expect, it } from 'vitest';
import type {
  CheckoutSessionResponse,
  PreviewResponse,
  Problem,
  SubscriptionList,
  SubscriptionResponse,
} from '@tillkit/core/contract/contract';
import { databases } from '../../support/databases.ts';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const trial = { days: 14, cardRequired: false, end: 'cancel' };
const plan = (id: string, amount: number, more: object = {}) => monthlyPlan(id, amount, { seats: { min: 1, max: 50 }, ...more });
const catalogWith = (more: object = {}) => ({
  ...monthlyCatalog(
    plan('starter', 900, { trial: { ...trial, ...more } }),
    plan('plus', 1900, { trial }),
    plan('grand', 2900),
    plan('vault', 500, { group: 'vault', trial }),
  ),
  addOns: [{ id: 'storage', name: 'Storage', prices: [{ interval: 'month', amounts: { usd: 300 } }], quantity: { min: 0, max: 50 } }],
});
const select = (planId: string, seats = 1, addOns: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats, addOns });

let till: TestTill;
let token: string;
afterEach(() => till.close());

const begin = async (selection: unknown = select('starter'), options: object = {}) => {
  till = await startTill({ catalog: catalogWith(), ...options });
  token = await till.signIn('ada');
  return start(selection);
};
const start = async (selection: unknown): Promise<string> => {
  const { status, body } = await subscribe(selection);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.subscription.id;
};
const subscribe = (selection: unknown) =>
  till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body: { selection } });
const preview = (subscriptionId: string, target: object) =>
  till.call<PreviewResponse & Problem>('POST', '/v1/previews', { token, body: { subscriptionId, target } });
const confirm = (id: string, shown: string) =>
  till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: shown } });
const live = async () => {
  const { subscriptions } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
  return subscriptions.filter(({ status }) => status !== 'canceled' && status !== 'incomplete_expired');
};
const addCard = async (id: string, card = 'pm_card_visa') => {
  const stripe = await till.stripe();
  const { customer } = await stripe.subscriptions.retrieve(id);
  const method = await stripe.paymentMethods.attach(card, { customer: String(customer) });
  await stripe.subscriptions.update(id, { default_payment_method: method.id });
  return String(customer);
};

describe('a change in a trial', () => {
  it('to a plan without one ends it, charges what was shown and begins the first period', async () => {
    const id = await begin();
    const customer = await addCard(id);
    const shown = (await preview(id, { planId: 'grand', seats: 5 })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 5 * 2900, credit: 0, effective: 'now' });
    const { trialEnd, effectiveAt, renewsAt, nextPayment } = shown.invoice;
    expect([trialEnd, nextPayment]).toEqual([effectiveAt, { at: renewsAt, amount: 5 * 2900 }]);
    const { status, body } = await confirm(id, shown.preview);
    expect(status).toBe(200);
    expect(body.subscription).toMatchObject({ status: 'active', planId: 'grand', seats: 5 });
    const { data } = await (await till.stripe()).paymentIntents.list({ customer });
    expect(data.map(({ amount, status: paid }) => [amount, paid])).toEqual([[5 * 2900, 'succeeded']]);
    expect(body.subscription.currentPeriodEnd).toBe(renewsAt);
    expect(body.subscription.nextPayment).toMatchObject({ at: renewsAt, amount: 5 * 2900 });
  });

  it('to a plan without one takes a card, and leaves everything as it was without', async () => {
    const id = await begin();
    const shown = (await preview(id, { planId: 'grand', seats: 50 })).body;
    expect(shown.invoice.dueNow).toBe(50 * 2900);
    const { status, body } = await confirm(id, shown.preview);
    expect([status, body.code]).toEqual([409, 'needs_checkout']);
    expect(await live()).toMatchObject([{ id, status: 'trialing', planId: 'starter', seats: 1 }]);
  });

  it('to a plan without one takes a card also where credit pays it: Stripe would end the subscription with the trial', async () => {
    const id = await begin();
    const client = await till.stripe();
    const { customer } = await client.subscriptions.retrieve(id);
    await client.customers.createBalanceTransaction(String(customer), { amount: -5000, currency: 'usd' });
    const shown = (await preview(id, { planId: 'grand' })).body;
    expect(shown.invoice.dueNow).toBe(0);
    expect((await confirm(id, shown.preview)).body.code).toBe('needs_checkout');
    await addCard(id);
    const { body } = await confirm(id, (await preview(id, { planId: 'grand' })).body.preview);
    expect(body.subscription).toMatchObject({ status: 'active', planId: 'grand' });
  });

  it('to a plan without one leaves the trial when the card is declined', async () => {
    const id = await begin();
    await addCard(id, 'pm_card_chargeCustomerFail');
    const shown = (await preview(id, { planId: 'grand' })).body;
    const { status, body } = await confirm(id, shown.preview);
    expect([status, body.code]).toEqual([402, 'payment_failed']);
    expect(await live()).toMatchObject([{ id, status: 'trialing', planId: 'starter' }]);
  });

  it('to another plan with one goes on for nothing', async () => {
    const id = await begin();
    const shown = (await preview(id, { planId: 'plus' })).body;
    expect(shown.invoice.dueNow).toBe(0);
    const { subscription } = (await confirm(id, shown.preview)).body;
    expect(subscription).toMatchObject({ status: 'trialing', planId: 'plus' });
    // no card: at its end nothing is taken
    expect([shown.invoice.trialEnd, shown.invoice.nextPayment]).toEqual([subscription.trialEnd, undefined]);
  });

  it('with a card says what is paid at its end, and that is paid then', async () => {
    const id = await begin();
    const customer = await addCard(id);
    const shown = (await preview(id, { planId: 'plus' })).body;
    expect(shown.invoice.nextPayment).toEqual({ at: shown.invoice.trialEnd, amount: 1900 });
    await confirm(id, shown.preview);
    await till.advance(shown.invoice.trialEnd! - till.now() + 7200);
    const { data } = await (await till.stripe()).paymentIntents.list({ customer });
    expect(data.map(({ amount, status: paid }) => [amount, paid])).toEqual([[1900, 'succeeded']]);
  });

  it('stays within what was chosen at its start, also after less was chosen since', async () => {
    const id = await begin(select('starter', 3, { storage: 2 }));
    const refused = [{ seats: 4 }, { planId: 'plus', seats: 4 }, { addOns: { storage: 3 } }];
    for (const target of refused) {
      const { status, body } = await preview(id, target);
      expect([status, body.code]).toEqual([422, 'quantity_above_max']);
    }
    await confirm(id, (await preview(id, { seats: 1, addOns: {} })).body.preview);
    expect((await preview(id, { seats: 4 })).body.code).toBe('quantity_above_max');
    const back = await confirm(id, (await preview(id, { seats: 3, addOns: { storage: 2 } })).body.preview);
    expect(back.body.subscription).toMatchObject({ status: 'trialing', seats: 3, addOns: { storage: 2 } });
  });

  it('does not take along what the minimum of another plan forced up', async () => {
    const plans = [plan('starter', 900, { trial }), plan('crew', 500, { trial, seats: { min: 10, max: 50 } })];
    const id = await begin(select('starter', 2), { catalog: { ...catalogWith(), plans } });
    await confirm(id, (await preview(id, { planId: 'crew', seats: 10 })).body.preview);
    expect(await live()).toMatchObject([{ id, status: 'trialing', planId: 'crew', seats: 10 }]);
    expect((await preview(id, { addOns: { storage: 1 } })).status).toBe(201);
    for (const target of [{ planId: 'starter' }, { planId: 'starter', seats: 10 }, { seats: 11 }])
      expect((await preview(id, target)).body.code).toBe('quantity_above_max');
    const { body } = await confirm(id, (await preview(id, { planId: 'starter', seats: 2 })).body.preview);
    expect(body.subscription).toMatchObject({ status: 'trialing', planId: 'starter', seats: 2 });
  });

  it('stays within what the catalog says, which holds at its start too', async () => {
    const id = await begin(select('starter'), { catalog: catalogWith({ maxQuantity: 5 }) });
    expect((await preview(id, { seats: 5, addOns: { storage: 5 } })).status).toBe(201);
    expect((await preview(id, { seats: 6 })).body.code).toBe('quantity_above_max');
    token = await till.signIn('bob');
    expect((await subscribe(select('starter', 6))).body.code).toBe('quantity_above_max');
    for (const [path, more] of [
      ['/v1/previews', {}],
      ['/v1/checkout-sessions', { returnUrl: shop, verifierHash: newVerifier().verifierHash }],
    ] as const) {
      const answer = await till.call<Problem>('POST', path, { body: { selection: select('starter', 6), ...more } });
      expect([answer.status, answer.body.code]).toEqual([422, 'quantity_above_max']);
    }
  });

  it.each(['trialing', 'active'])('stays within its plan group while it is %s', async (status) => {
    const id = await begin();
    if (status === 'active') {
      await addCard(id);
      await till.advance(15 * day);
      token = await till.signIn('ada');
    }
    expect(await live()).toMatchObject([{ id, status }]);
    const { status: answered, body } = await preview(id, { planId: 'vault' });
    expect([answered, body.code]).toEqual([409, 'not_possible_now']);
  });
});

describe.each(databases)('a trial without a card on %s', (_, openDatabase) => {
  it('closes the checkout that is open for the same, so that there is one', async () => {
    till = await startTill({ catalog: catalogWith(), database: await openDatabase() });
    token = await till.signIn('ada');
    const { verifier, verifierHash } = newVerifier();
    const body = { selection: select('starter'), returnUrl: shop, verifierHash };
    const { checkoutSessionId } = (await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', { token, body })).body;
    await start(select('starter'));
    const session = await (await till.stripe()).checkout.sessions.retrieve(checkoutSessionId);
    expect(session.status).toBe('expired');
    await till.pay(checkoutSessionId).catch(() => undefined);
    await till.settle();
    expect(await live()).toHaveLength(1);
    expect((await till.call<Problem>('POST', '/v1/sessions', { body: { checkoutSessionId, verifier } })).status).toBe(409);
  });

  it('is refused beside a checkout that was paid a moment ago', async () => {
    till = await startTill({ catalog: catalogWith(), database: await openDatabase() });
    token = await till.signIn('ada');
    await till.buy(select('starter'), { token });
    const { status, body } = await subscribe(select('starter'));
    expect([status, body.code]).toEqual([409, 'already_subscribed']);
  });

  it('is one, whichever plans of a group are asked for at the same time', async () => {
    till = await startTill({ catalog: catalogWith(), database: await openDatabase() });
    token = await till.signIn('ada');
    const answers = await Promise.all(['starter', 'plus', 'starter', 'plus'].map((id) => subscribe(select(id))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'already_subscribed')).toHaveLength(3);
    expect(await live()).toHaveLength(1);
  });
});
