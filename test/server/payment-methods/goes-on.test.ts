/** What goes on with a card that was entered: what the customer agreed to, once, whoever is told of it first, and nothing else. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  PaymentMethodList,
  PaymentMethodSetup,
  PreviewResponse,
  Problem,
  SubscriptionList,
  SubscriptionResponse,
} from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { cards, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const catalog = monthlyCatalog(
  monthlyPlan('plus', 1900, { trial: { days: 14, cardRequired: false, end: 'pause' }, seats: { min: 1, max: 9 } }),
  monthlyPlan('grand', 2900, { seats: { min: 1, max: 9 } }),
);
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
let customerId: string;
beforeEach(async () => {
  till = await startTill({ catalog, stripe: { afterRetries: 'unpaid' } });
  token = await till.signIn('ada');
});
afterEach(() => till.close());

const call = <Body>(method: string, path: string, body?: unknown) =>
  till.call<Body & Problem>(method, path, { token, ...(body !== undefined && { body }) });
const statusOf = async (id: string) =>
  (await call<SubscriptionList>('GET', '/v1/subscriptions')).body.subscriptions.find((one) => one.id === id)!.status;
const later = async (seconds: number) => {
  await till.advance(seconds);
  token = await till.signIn('ada');
};
/** Amounts that were taken, the newest first. */
const charged = async () => {
  const { data } = await (await till.stripe()).charges.list({ customer: customerId, limit: 100 });
  return data.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);
};
/** A trial that ended without a card. */
const paused = async () => {
  const { body } = await call<SubscriptionResponse>('POST', '/v1/subscriptions', { selection: select('plus') });
  customerId = body.subscription.customerId;
  await till.settle();
  await later(14 * day + 7200);
  expect(await statusOf(body.subscription.id)).toBe('paused');
  return body.subscription.id;
};
/** A paid plan whose renewals are declined since `days` days. */
const declined = async (days: number) => {
  const { subscription } = (await till.buy(select('grand'), { token })).checkout;
  customerId = subscription!.customerId;
  const client = await till.stripe();
  const bad = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId });
  await client.subscriptions.update(subscription!.id, { default_payment_method: bad.id });
  await later((31 + days) * day);
  return subscription!.id;
};
/** Another subscription of the same plan group, as the owner makes it at Stripe. */
const another = async () => {
  const client = await till.stripe();
  const { data } = await client.prices.list({ limit: 100 });
  const price = data.find(({ unit_amount: amount }) => amount === 2900)!;
  const { id } = await client.subscriptions.create({
    customer: customerId,
    items: [{ price: price.id }],
    collection_method: 'send_invoice',
    days_until_due: 30,
  });
  await till.settle();
  return id;
};
const resumption = async (subscriptionId: string) =>
  (await call<PreviewResponse>('POST', '/v1/previews', { subscriptionId, action: 'resume' })).body.preview;
/** A page on which a card was entered, of which nobody has heard. */
const entered = async (more: object, card: string = cards.works) => {
  const { body, status } = await call<PaymentMethodSetup>('POST', '/v1/payment-methods', { returnUrl: shop, ...more });
  expect(status).toBe(201);
  till.sandbox.deliveries.hold();
  const next = await till.pay(body.checkoutSessionId, card);
  // the bank asks while it is entered, and again at each payment
  if (next.includes('/_3ds/'))
    await till.sandbox.fetch(
      new Request(new URL(next, 'http://sandbox.localhost'), { method: 'POST', body: new URLSearchParams({ result: 'passed' }) }),
    );
  return body.checkoutSessionId;
};
const added = (checkoutSessionId: string) => call<PaymentMethodList>('POST', '/v1/payment-methods/added', { checkoutSessionId });
const settle = async () => {
  till.sandbox.deliveries.release();
  await till.settle();
};
/** Tells of the page; answers the code of a refusal where a page would see one. */
const told = async (way: Way, checkoutSessionId: string): Promise<string | undefined> => {
  if (way !== 'page') await settle();
  const code = way === 'event' ? undefined : (await added(checkoutSessionId)).body.code;
  await settle();
  expect([await till.store.inbox.count('pending'), await till.store.inbox.count('dead')]).toEqual([0, 0]);
  return code;
};
type Way = 'page' | 'event' | 'page after the event';
const ways: readonly Way[] = ['page', 'event', 'page after the event'];
const refused = (way: Way, code: string) => (way === 'event' ? undefined : code);

describe.each(ways)('a card that was entered, told by the %s,', (way) => {
  it.each([
    [1, 'past_due'],
    [40, 'unpaid'],
  ])('pays what is owed %i days after a declined renewal, when it is %s', async (days, status) => {
    const id = await declined(days);
    expect(await statusOf(id)).toBe(status);
    expect(await told(way, await entered({ subscriptionId: id }))).toBeUndefined();
    expect([await statusOf(id), new Set(await charged())]).toEqual(['active', new Set([2900])]);
  });

  it('pays what the owner began and nobody has paid yet', async () => {
    customerId = (await till.buy(select('grand'), { token })).checkout.customerId!;
    const client = await till.stripe();
    const product = await client.products.create({ name: 'Special' });
    const price = await client.prices.create({ product: product.id, currency: 'usd', unit_amount: 700, recurring: { interval: 'month' } });
    const { id } = await client.subscriptions.create({
      customer: customerId,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
    });
    await till.settle();
    expect(await statusOf(id)).toBe('incomplete');
    expect(await told(way, await entered({ subscriptionId: id }))).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['active', [700, 2900]]);
  });

  it('pays what is owed also beside another one of the plan group', async () => {
    const id = await declined(1);
    await another();
    expect(await told(way, await entered({ subscriptionId: id }))).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['active', [2900, 2900]]);
  });

  it('resumes what was paused at the price that was shown, once', async () => {
    const id = await paused();
    expect(await told(way, await entered({ subscriptionId: id, preview: await resumption(id) }))).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['active', [1900]]);
  });

  it('leaves paused what nobody asked to resume', async () => {
    const id = await paused();
    expect(await told(way, await entered({ subscriptionId: id }))).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['paused', []]);
  });

  it('leaves paused what nobody asked to resume also beside another one of the plan group, which is no fault', async () => {
    const id = await paused();
    const page = await entered({ subscriptionId: id });
    await another();
    expect(await told(way, page)).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['paused', []]);
  });

  it('pays what an ended one still owes', async () => {
    const id = await declined(1);
    await (await till.stripe()).subscriptions.cancel(id);
    await till.settle();
    expect(await told(way, await entered({ subscriptionId: id }))).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['canceled', [2900, 2900]]);
  });

  it('is kept when its bank asks the customer, and what is owed waits', async () => {
    const id = await declined(1);
    const page = await entered({ subscriptionId: id }, cards.authentication);
    expect(await told(way, page)).toBe(refused(way, 'authentication_required'));
    expect([await statusOf(id), await charged(), (await till.store.paymentSetups.find(page))?.done]).toEqual(['past_due', [2900], true]);
  });

  it('resumes nothing at another price than was shown, and is kept', async () => {
    const id = await paused();
    const page = await entered({ subscriptionId: id, preview: await resumption(id) });
    const client = await till.stripe();
    const { id: coupon } = await client.coupons.create({ percent_off: 10, duration: 'forever' });
    await client.subscriptions.update(id, { discounts: [{ coupon }] });
    expect(await told(way, page)).toBe(refused(way, 'preview_changed'));
    expect([await statusOf(id), await charged(), (await till.store.paymentSetups.find(page))?.done]).toEqual(['paused', [], true]);
    expect((await call<PaymentMethodList>('GET', '/v1/payment-methods')).body.paymentMethods).toHaveLength(1);
  });

  it('resumes nothing beside another one of the plan group', async () => {
    const id = await paused();
    const page = await entered({ subscriptionId: id, preview: await resumption(id) });
    await another();
    expect(await told(way, page)).toBe(refused(way, 'already_subscribed'));
    expect([await statusOf(id), await charged()]).toEqual(['paused', []]);
  });

  it('pays no open invoice of what was paused, which would resume it, beside another one of the plan group', async () => {
    const id = await paused();
    await told('page', await entered({ subscriptionId: id, preview: await resumption(id) }, cards.declinedLater));
    expect(await statusOf(id)).toBe('paused');
    const page = await entered({ subscriptionId: id });
    await another();
    expect(await told(way, page)).toBe(refused(way, 'already_subscribed'));
    expect([await statusOf(id), await charged()]).toEqual(['paused', []]);
  });

  it('resumes by the open invoice of an earlier try, once', async () => {
    const id = await paused();
    await told('page', await entered({ subscriptionId: id, preview: await resumption(id) }, cards.declinedLater));
    expect(await told(way, await entered({ subscriptionId: id, preview: await resumption(id) }))).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['active', [1900]]);
  });

  it.each(['server_error', 'server_error_after', 'cut_after'] as const)('resumes once when Stripe’s answer to that is %s', async (kind) => {
    const id = await paused();
    const page = await entered({ subscriptionId: id, preview: await resumption(id) });
    till.sandbox.faults.add({ kind, route: 'POST /v1/subscriptions/*/resume', times: 1 });
    expect(await told(way, page)).toBeUndefined();
    expect([await statusOf(id), await charged()]).toEqual(['active', [1900]]);
  });

  it.each(['server_error_after', 'cut_after'] as const)(
    'asks once to resume when the card is declined and the answer to that is %s',
    async (kind) => {
      const id = await paused();
      const page = await entered({ subscriptionId: id, preview: await resumption(id) }, cards.declinedLater);
      till.sandbox.faults.add({ kind, route: 'POST /v1/subscriptions/*/resume', times: 1 });
      expect(await told(way, page)).toBe(refused(way, 'payment_failed'));
      const { data } = await (await till.stripe()).invoices.list({ subscription: id, status: 'open' });
      expect([await statusOf(id), await charged(), data.map(({ amount_due: due }) => due)]).toEqual(['paused', [], [1900]]);
    },
  );
});

it('goes on once when the page comes back several times beside the event', async () => {
  const id = await paused();
  const page = await entered({ subscriptionId: id, preview: await resumption(id) });
  const [, ...answers] = await Promise.all([settle(), ...[1, 2, 3].map(() => added(page))]);
  expect(answers.map((answer) => (answer as { status: number }).status)).toEqual([200, 200, 200]);
  await till.settle();
  expect([await statusOf(id), await charged()]).toEqual(['active', [1900]]);
  const before = till.stripeCalls.length;
  expect((await added(page)).status).toBe(200);
  expect(till.stripeCalls.slice(before).filter((made) => made.startsWith('POST') || made.includes('/checkout/'))).toEqual([]);
});

describe('a page', () => {
  const setUp = async () => {
    customerId = (await till.buy(select('grand'), { token })).checkout.customerId!;
    await till.settle();
    return entered({}, '5555 5555 5555 4444');
  };
  const brand = async () =>
    (await call<PaymentMethodList>('GET', '/v1/payment-methods')).body.paymentMethods.find(({ isDefault }) => isDefault)!.brand;

  it('that was forgotten here makes its card the default all the same', async () => {
    const page = await setUp();
    await till.store.paymentSetups.forget(till.now() + 1);
    expect(await till.store.paymentSetups.find(page)).toBeUndefined();
    await settle();
    expect([await brand(), await till.store.inbox.count('pending')]).toEqual(['mastercard', 0]);
  });

  it('that was written down for another customer changes nothing', async () => {
    const page = await setUp();
    await till.store.paymentSetups.forget(till.now() + 1);
    await till.store.transaction((tables) =>
      tables.paymentSetups.add(
        { checkoutSessionId: page, customerId: 'cus_another', subscriptionId: undefined, invoiceIds: [] },
        till.now(),
      ),
    );
    await settle();
    expect(await brand()).toBe('visa');
  });

  it('is opened for nobody who was erased', async () => {
    customerId = (await till.buy(select('grand'), { token })).checkout.customerId!;
    await till.store.transaction((tables) => tables.erased.add(customerId, till.now()));
    const { status, body } = await call<PaymentMethodSetup>('POST', '/v1/payment-methods', { returnUrl: shop });
    expect([status, body.code]).toEqual([401, 'signed_out']);
  });
});

describe('while another tab has the turn', () => {
  /** Begins a request that has to wait, does something meanwhile, and lets it go on. */
  const meanwhile = async <Answer>(id: string, request: () => Promise<Answer>, work: () => Promise<unknown>): Promise<Answer> => {
    await till.store.pendingChanges.hold(id, customerId, 'another tab', till.now());
    const { hold } = till.store.pendingChanges;
    const waits = new Promise<void>((resolve) => {
      till.store.pendingChanges.hold = async (...row) => {
        const held = await hold(...row);
        if (!held) resolve();
        return held;
      };
    });
    const answer = request();
    await waits;
    await work();
    till.store.pendingChanges.hold = hold;
    await till.store.pendingChanges.release(id, 'another tab');
    return answer;
  };

  it('what is owed is paid there: the card is kept, and the page is told that all is well', async () => {
    const id = await declined(1);
    const page = await entered({ subscriptionId: id });
    const client = await till.stripe();
    const { latest_invoice: invoice } = await client.subscriptions.retrieve(id);
    const { hold } = till.store.pendingChanges;
    let turns = 0;
    till.store.pendingChanges.hold = async (...row) => {
      turns += 1;
      // the first turn makes the card the default, the second one pays with it
      if (turns === 2) await client.invoices.pay(String(invoice), { paid_out_of_band: true });
      return hold(...row);
    };
    const { status } = await added(page);
    expect([status, turns, await statusOf(id), await charged()]).toEqual([200, 2, 'active', [2900]]);
  });

  it('the subscription ends: the card is the customer’s default all the same', async () => {
    const { id, customerId: customer } = (await till.buy(select('grand'), { token })).checkout.subscription!;
    customerId = customer;
    await till.settle();
    const client = await till.stripe();
    const { id: fresh } = await client.paymentMethods.attach('pm_card_mastercard', { customer: customerId });
    const choose = () => call<PaymentMethodList>('POST', `/v1/payment-methods/${fresh}/default`);
    const { status, body } = await meanwhile(id, choose, () => client.subscriptions.cancel(id));
    expect([status, body.paymentMethods.find(({ isDefault }) => isDefault)?.id]).toEqual([200, fresh]);
  });
});
