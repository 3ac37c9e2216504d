/** An open checkout beside another way to the same plan: whoever comes first closes or refuses the other, and nobody pays twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  CheckoutSessionResponse,
  PaymentMethodList,
  PaymentMethodSetup,
  PreviewResponse,
  Problem,
  SubscriptionList,
  SubscriptionResponse,
} from '@tillkit/core/contract/contract';
import { openOneCheckout } from '@tillkit/server/checkout/one-open-checkout';
import { Queues } from '@tillkit/server/ops/queues';
import type { Till } from '@tillkit/server/till';
import { databases } from '../../support/databases.ts';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const catalog = monthlyCatalog(
  { ...monthlyPlan('free', 0), kind: 'free' },
  monthlyPlan('plus', 1900, { trial: { days: 14, cardRequired: false, end: 'pause' } }),
  monthlyPlan('grand', 2900),
);
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

describe.each(databases)('an open checkout on %s', (_, openDatabase) => {
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill({ catalog, database: await openDatabase() });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  const post = <Body>(path: string, body?: unknown, as = token) =>
    till.call<Body & Problem>('POST', path, { token: as, ...(body !== undefined && { body }) });
  const open = async (planId: string, as = token) => {
    const body = { selection: select(planId), returnUrl: shop, verifierHash: newVerifier().verifierHash };
    const { status, body: opened } = await post<CheckoutSessionResponse>('/v1/checkout-sessions', body, as);
    return status === 201 ? opened.checkoutSessionId : opened.code;
  };
  const stateOf = async (checkoutSessionId: string) => (await (await till.stripe()).checkout.sessions.retrieve(checkoutSessionId)).status;
  const start = async (planId: string) =>
    (await post<SubscriptionResponse>('/v1/subscriptions', { selection: select(planId) })).body.subscription;
  const live = async (as = token) => {
    const { subscriptions } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token: as })).body;
    return subscriptions.filter(({ status }) => status !== 'canceled').map(({ planId, status }) => [planId, status]);
  };
  const addCard = async (customer: string) => {
    const stripe = await till.stripe();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  };
  const charged = async (customer: string) => {
    const { data } = await (await till.stripe()).paymentIntents.list({ customer });
    return data.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);
  };
  const upgrade = async (id: string) => {
    const shown = await post<PreviewResponse>('/v1/previews', { subscriptionId: id, target: { planId: 'grand' } });
    return () => post<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview: shown.body.preview });
  };
  /** A trial that ended without a card, and stands still. */
  const stoodStill = async () => {
    const { id, customerId } = await start('plus');
    await till.advance(14 * day + 60);
    token = await till.signIn('ada');
    expect(await live()).toEqual([['plus', 'paused']]);
    return { id, customerId };
  };
  const resumption = async (subscriptionId: string) =>
    (await post<PreviewResponse>('/v1/previews', { subscriptionId, action: 'resume' })).body.preview;
  const startCard = async (id: string) =>
    (await post<PaymentMethodSetup>('/v1/payment-methods', { returnUrl: shop, subscriptionId: id, preview: await resumption(id) })).body
      .checkoutSessionId;

  it('is closed by the change of a free plan to a paid one', async () => {
    const { id, customerId } = await start('free');
    await addCard(customerId);
    const checkout = await open('grand');
    expect((await (await upgrade(id))()).body.subscription).toMatchObject({ planId: 'grand', status: 'active' });
    expect(await stateOf(checkout)).toBe('expired');
    expect(await charged(customerId)).toEqual([2900]);
    expect(await open('plus')).toBe('already_subscribed');
  });

  it('that was paid a moment ago keeps a free plan from a change that charges again', async () => {
    const { id, customerId } = await start('free');
    await addCard(customerId);
    const checkout = await open('grand');
    const confirm = await upgrade(id);
    till.sandbox.deliveries.hold();
    await till.pay(checkout);
    const { status, body } = await confirm();
    expect([status, body.code]).toEqual([409, 'already_subscribed']);
    till.sandbox.deliveries.release();
    await till.settle();
    expect(await live()).toEqual([['grand', 'active']]);
    expect(await charged(customerId)).toEqual([2900]);
  });

  it('that was opened because Stripe was slow keeps a free plan from a change that charges as well', async () => {
    await till.close();
    const meanwhile: { work?: () => Promise<unknown> } = {};
    const stripeFetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const { work } = meanwhile;
      if (work && new URL(request.url).pathname === '/v1/subscriptions') {
        delete meanwhile.work;
        await work();
      }
      return till.sandbox.fetch(request);
    };
    till = await startTill({ catalog, database: await openDatabase(), app: { stripeFetch } });
    token = await till.signIn('ada');
    const { id, customerId } = await start('free');
    await addCard(customerId);
    const confirm = await upgrade(id);
    let checkout = '';
    meanwhile.work = async () => {
      await till.advance(45);
      checkout = await open('grand');
    };
    const { status, body } = await confirm();
    expect([status, body.code]).toEqual([409, 'not_possible_now']);
    expect(await charged(customerId)).toEqual([]);
    await till.pay(checkout);
    await till.settle();
    expect(await live()).toEqual([['grand', 'active']]);
    expect(await charged(customerId)).toEqual([2900]);
  });

  it('never stays beside a change that is confirmed at the same moment', async () => {
    const { id, customerId } = await start('free');
    await addCard(customerId);
    const confirm = await upgrade(id);
    const [first, , second] = await Promise.all([open('grand'), confirm(), open('plus')]);
    const states = await Promise.all([first, second].map((one) => (one.startsWith('cs_') ? stateOf(one) : one)));
    expect(states).not.toContain('open');
    expect(await charged(customerId)).toEqual([2900]);
  });

  it('is closed by resuming what stood still', async () => {
    const { id, customerId } = await stoodStill();
    const checkout = await open('grand');
    await addCard(customerId);
    const { status } = await post(`/v1/subscriptions/${id}/resume`, { preview: await resumption(id) });
    expect(status).toBe(200);
    expect(await stateOf(checkout)).toBe('expired');
    expect(await charged(customerId)).toEqual([1900]);
  });

  it('that was paid a moment ago keeps what stood still from being resumed', async () => {
    const { id, customerId } = await stoodStill();
    const checkout = await open('grand');
    await addCard(customerId);
    const preview = await resumption(id);
    till.sandbox.deliveries.hold();
    await till.pay(checkout);
    const { status, body } = await post(`/v1/subscriptions/${id}/resume`, { preview });
    expect([status, body.code]).toEqual([409, 'already_subscribed']);
    expect(await charged(customerId)).toEqual([2900]);
    till.sandbox.deliveries.release();
  });

  it.each(['the page', 'the event'])('is closed by a new card with which what stood still goes on, told by %s', async (who) => {
    const { id, customerId } = await stoodStill();
    const checkout = await open('grand');
    const setup = await startCard(id);
    await till.pay(setup);
    if (who === 'the event') await till.settle();
    else expect((await post<PaymentMethodList>('/v1/payment-methods/added', { checkoutSessionId: setup })).status).toBe(200);
    expect(await live()).toEqual([['plus', 'active']]);
    expect(await stateOf(checkout)).toBe('expired');
    expect(await charged(customerId)).toEqual([1900]);
  });

  it('that was paid a moment ago lets a new card be added, and nothing go on with it', async () => {
    const { id, customerId } = await stoodStill();
    const checkout = await open('grand');
    const setup = await startCard(id);
    till.sandbox.deliveries.hold();
    await till.pay(checkout);
    await till.pay(setup);
    const added = () => post<PaymentMethodList>('/v1/payment-methods/added', { checkoutSessionId: setup });
    expect((await added()).body.code).toBe('already_subscribed');
    till.sandbox.deliveries.release();
    await till.settle();
    expect(await charged(customerId)).toEqual([2900]);
    expect((await live()).filter(([, status]) => status === 'active')).toEqual([['grand', 'active']]);
  });

  it('is one for all who reach the customer', async () => {
    const stripe = await till.stripe();
    const { id: customer } = await stripe.customers.create({ email: 'team@example.com' });
    const ada = await till.signIn('ada', { customer });
    const bob = await till.signIn('bob', { customer });
    const first = await open('plus', ada);
    const second = await open('plus', bob);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['expired', 'open']);
    const opened = new Set(await Promise.all([open('grand', ada), open('plus', bob), open('plus', ada), open('grand', bob)]));
    const states = await Promise.all([...opened].map(async (one) => [one, await stateOf(one)] as const));
    const still = states.flatMap(([one, state]) => (state === 'open' ? [one] : []));
    expect(still).toHaveLength(1);
    await till.pay(still[0]!);
    await till.settle();
    expect(await open('grand', ada)).toBe('already_subscribed');
    expect(await live(bob)).toHaveLength(1);
  });

  it('of a trial that ended in a pause is no reason to refuse another one, or to resume it', async () => {
    const { checkout } = await till.buy(select('plus'), { token });
    const { id, customerId } = checkout.subscription!;
    const stripe = await till.stripe();
    for (const method of (await stripe.customers.listPaymentMethods(customerId)).data) await stripe.paymentMethods.detach(method.id);
    await till.advance(14 * day + 60);
    token = await till.signIn('ada');
    expect(await live()).toEqual([['plus', 'paused']]);
    await addCard(customerId);
    const preview = await resumption(id);
    expect((await post(`/v1/subscriptions/${id}/resume`, { preview })).status).toBe(200);
    expect(await charged(customerId)).toEqual([1900]);
  });

  it('takes the place of a trial that was begun by a checkout and ended in a pause', async () => {
    const { checkout } = await till.buy(select('plus'), { token });
    const stripe = await till.stripe();
    const { data } = await stripe.customers.listPaymentMethods(checkout.customerId!);
    for (const method of data) await stripe.paymentMethods.detach(method.id);
    await till.advance(14 * day + 60);
    token = await till.signIn('ada');
    expect(await open('grand')).toMatch(/^cs_/u);
  });
});

describe.each(databases)('servers whose clocks differ, on %s', (_, openDatabase) => {
  it.each([60, 1, 0])('open no checkout while a trial is being started, with a clock %i s behind', async (behind) => {
    const meanwhile: { work?: () => Promise<unknown> } = {};
    const stripeFetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const isStart = request.method === 'POST' && new URL(request.url).pathname === '/v1/subscriptions';
      const { work } = meanwhile;
      if (isStart) delete meanwhile.work;
      if (isStart) await work?.();
      return till.sandbox.fetch(request);
    };
    const till: TestTill = await startTill({ catalog, database: await openDatabase(), app: { stripeFetch } });
    const token = await till.signIn('ada');
    const start = (planId: string) =>
      till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: select(planId) } });
    const { customerId, group = '' } = (await start('free')).body.subscription;

    const order: string[] = [];
    let looks = 0;
    const other = {
      ...(till as unknown as Till),
      now: () => {
        looks += 1;
        return till.now() - behind;
      },
    };
    let opening: Promise<unknown> | undefined;
    meanwhile.work = async () => {
      opening = openOneCheckout(other, new Queues(), {
        owner: { customerId },
        group,
        intentId: 'another plan of the group',
        open: async () => {
          order.push('opened');
          throw new Error('nothing is to be sold any more');
        },
      });
      opening.catch(() => undefined);
      await expect.poll(() => looks).toBeGreaterThan(1);
      order.push('started');
    };
    expect((await start('plus')).status).toBe(201);
    await expect(opening).rejects.toThrow('nothing is to be sold any more');
    expect(order).toEqual(['started', 'opened']);
    await till.close();
  });
});

/** A trial of the second group can be had beside one of the first. */
const twoGroups = {
  ...catalog,
  plans: catalog.plans.flatMap((one) => [one, { ...one, id: `${one.id}-b`, name: `${one.id} b`, group: 'b' }]),
};

describe('a free plan that is changed to a paid one', () => {
  it('is kept from it neither by a plan of another group nor by a paid one that has ended', async () => {
    const till = await startTill({ catalog: twoGroups });
    const token = await till.signIn('ada');
    const post = <Body>(path: string, body: object) => till.call<Body>('POST', path, { token, body });
    const ended = (await till.buy(select('grand'), { token })).checkout.subscription!;
    const stripe = await till.stripe();
    await stripe.subscriptions.cancel(ended.id);
    const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer: ended.customerId });
    await stripe.customers.update(ended.customerId, { invoice_settings: { default_payment_method: card } });
    await till.settle();
    const { id } = (await post<SubscriptionResponse>('/v1/subscriptions', { selection: select('free') })).body.subscription;
    await till.buy(select('grand-b'), { token });
    const { preview } = (await post<PreviewResponse>('/v1/previews', { subscriptionId: id, target: { planId: 'grand' } })).body;
    const { status, body } = await post<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview });
    expect([status, body.subscription?.planId, body.subscription?.status]).toEqual([200, 'grand', 'active']);
    await till.close();
  });
});

describe.each(databases)('a 500 to the start of a trial, on %s', (_, openDatabase) => {
  let till: TestTill;
  let token: string;
  let meanwhile: { before?: () => Promise<unknown>; after?: () => Promise<unknown> };
  beforeEach(async () => {
    meanwhile = {};
    const stripeFetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      const { before, after } = meanwhile;
      if (request.method !== 'POST' || new URL(request.url).pathname !== '/v1/subscriptions') return till.sandbox.fetch(request);
      meanwhile = {};
      await before?.();
      const answer = await till.sandbox.fetch(request);
      await after?.();
      return answer;
    };
    till = await startTill({ catalog: twoGroups, database: await openDatabase(), app: { stripeFetch } });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  const start = (planId: string) =>
    till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body: { selection: select(planId) } });
  const fail = (kind: 'server_error' | 'server_error_after', times = 1) =>
    till.sandbox.faults.add({ kind, route: 'POST /v1/subscriptions', times });
  const plans = async () => {
    const { data } = await (await till.stripe()).subscriptions.list({ status: 'all' });
    return data.map(({ metadata }) => metadata['till_plan']).toSorted();
  };

  it('and to its second try, which was made all the same, leaves one', async () => {
    fail('server_error');
    fail('server_error_after');
    expect((await start('plus')).body.subscription.status).toBe('trialing');
    expect(await plans()).toEqual(['plus']);
  });

  it.each(['comes later', 'is here first'])('that was made all the same leaves one, when its event %s', async (event) => {
    fail('server_error_after');
    if (event === 'is here first') meanwhile = { after: () => till.settle() };
    const { status, body } = await start('plus');
    expect([status, body.subscription?.status]).toEqual([201, 'trialing']);
    expect(await plans()).toEqual(['plus']);
    expect((await start('plus')).body.code).toBe('already_subscribed');
  });

  it('leaves one when it was made all the same, also beside one of another plan group', async () => {
    await start('free-b');
    fail('server_error_after');
    meanwhile = { after: () => till.settle() };
    expect((await start('plus')).body.subscription.planId).toBe('plus');
    expect(await plans()).toEqual(['free-b', 'plus']);
  });

  it('takes for its own nothing that began meanwhile in another plan group', async () => {
    const { id } = (await start('free-b')).body.subscription;
    await (await till.stripe()).subscriptions.cancel(id);
    await till.settle();
    const before = async () => {
      await start('free-b');
      fail('server_error');
    };
    meanwhile = { before };
    expect((await start('plus')).body.subscription.planId).toBe('plus');
    expect(await plans()).toEqual(['free-b', 'free-b', 'plus']);
  });

  it('keeps nobody away when a price has changed since', async () => {
    fail('server_error', 2);
    expect((await start('plus')).status).toBe(502);
    const stripe = await till.stripe();
    const [price] = (await stripe.prices.list({ lookup_keys: ['plus_month'] })).data;
    await stripe.prices.create({
      product: String(price!.product),
      currency: 'usd',
      unit_amount: 2000,
      recurring: { interval: 'month' },
      lookup_key: 'plus_month',
      transfer_lookup_key: true,
      metadata: price!.metadata,
    });
    await till.settle();
    expect((await start('plus')).status).toBe(201);
  });
});

describe.each(databases)('what the owner has moved into another plan group at Stripe, on %s', (_, openDatabase) => {
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill({ catalog: twoGroups, database: await openDatabase() });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  const order = (planId: string) =>
    till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body: { selection: select(planId) } });
  const startAndMove = async (planId: string, to: string) => {
    const { id } = (await order(planId)).body.subscription;
    const stripe = await till.stripe();
    const { items } = await stripe.subscriptions.retrieve(id);
    const { data } = await stripe.prices.list({ lookup_keys: [`${to}_month`] });
    await stripe.subscriptions.update(id, { items: [{ id: items.data[0]!.id, price: data[0]!.id }] });
    await till.settle();
    return id;
  };
  const owned = async () =>
    (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions.map(({ planId, status }) => [
      planId,
      status,
    ]);

  it.each([0, 1])('is not the answer to the same order made again, of which Stripe answers %i with 500', async (times) => {
    const moved = await startAndMove('free', 'free-b');
    if (times > 0) till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/subscriptions', times });
    const { status, body } = await order('free');
    expect([status, body.subscription?.planId]).toEqual([201, 'free']);
    expect(body.subscription.id).not.toBe(moved);
    expect((await owned()).toSorted()).toEqual([
      ['free', 'active'],
      ['free-b', 'active'],
    ]);
  });

  it('and taken our notes off is not the answer to the same order made again, once it has ended', async () => {
    const { id } = (await order('free')).body.subscription;
    const stripe = await till.stripe();
    await stripe.subscriptions.update(id, { metadata: { till_plan: '', till_group: '' } });
    await stripe.subscriptions.cancel(id);
    await till.settle();
    expect((await order('free')).body.subscription.status).toBe('active');
    expect((await owned()).toSorted()).toEqual([
      ['free', 'active'],
      ['free', 'canceled'],
    ]);
  });

  it('has used the trial of the group in which it began, and of the one in which it runs', async () => {
    await startAndMove('plus', 'plus-b');
    const { trialUsed } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
    expect(trialUsed.toSorted()).toEqual(['b', 'main']);
    expect((await order('plus')).body.code).toBe('needs_checkout');
    expect((await order('plus-b')).body.code).toBe('already_subscribed');
    const body = { selection: select('plus') };
    const shown = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body });
    expect(shown.body.invoice.dueNow).toBe(1900);
    expect(await owned()).toEqual([['plus-b', 'trialing']]);
    const { checkout } = await till.buy(select('plus'), { token });
    expect(checkout.subscription).toMatchObject({ planId: 'plus', status: 'active' });
  });
});

/** Stripe keeps a 500 for a day under the key that met it. */
describe('an answer 500 that Stripe repeats for a day', () => {
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill({ catalog });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());
  const post = <Body>(path: string, body?: unknown) =>
    till.call<Body & Problem>('POST', path, { token, ...(body !== undefined && { body }) });
  const failOnce = (route: string) => till.sandbox.faults.add({ kind: 'server_error', route, times: 1 });
  const start = () => post<SubscriptionResponse>('/v1/subscriptions', { selection: select('plus') });

  it('keeps nobody from a trial, and makes one', async () => {
    await till.call('GET', '/v1/subscriptions', { token });
    failOnce('POST /v1/subscriptions');
    await start();
    const { body } = await start();
    expect(body.subscription?.status ?? body.code).toMatch(/^(?:trialing|already_subscribed)$/u);
    expect((await (await till.stripe()).subscriptions.list()).data).toHaveLength(1);
  });

  it.each(['POST /v1/subscriptions/*/resume', 'POST /v1/subscriptions/*', 'POST /v1/customers/*'])(
    'to %s keeps nobody from going on with a new card',
    async (route) => {
      const { id } = (await start()).body.subscription;
      await till.advance(14 * day + 60);
      token = await till.signIn('ada');
      const { preview } = (await post<PreviewResponse>('/v1/previews', { subscriptionId: id, action: 'resume' })).body;
      const setup = await post<PaymentMethodSetup>('/v1/payment-methods', { returnUrl: shop, subscriptionId: id, preview });
      const { checkoutSessionId } = setup.body;
      till.sandbox.deliveries.hold();
      await till.pay(checkoutSessionId);
      failOnce(route);
      await post('/v1/payment-methods/added', { checkoutSessionId });
      expect((await post('/v1/payment-methods/added', { checkoutSessionId })).status).toBe(200);
      expect((await (await till.stripe()).subscriptions.retrieve(id)).status).toBe('active');
      till.sandbox.deliveries.release();
    },
  );

  it('keeps nobody from removing a card', async () => {
    const { customerId } = (await start()).body.subscription;
    const stripe = await till.stripe();
    const cards: string[] = [];
    for (let count = 0; count < 2; count += 1)
      cards.push((await stripe.paymentMethods.attach('pm_card_visa', { customer: customerId })).id);
    failOnce('POST /v1/payment_methods/*/detach');
    const remove = () => till.call('DELETE', `/v1/payment-methods/${cards[0]}`, { token });
    await remove();
    expect([200, 404]).toContain((await remove()).status);
    expect((await stripe.customers.listPaymentMethods(customerId)).data.map(({ id }) => id)).toEqual([cards[1]]);
  });
});
