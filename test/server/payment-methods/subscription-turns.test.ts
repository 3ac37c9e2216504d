/** Cards and changes: whatever writes to a subscription, or to its schedule or invoices, does so in the subscription's turn. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodSetup, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { databases } from '../../support/databases.ts';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { cards, shop, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const mastercard = '5555 5555 5555 4444';
const changes = { upgrade: 'prorate_now', downgrade: 'at_period_end' };
const more = { seats: { min: 1, max: 50 }, changes };
const catalog = monthlyCatalog(monthlyPlan('small', 1000, more), monthlyPlan('large', 4000, more));
const large = { planId: 'large', interval: 'month', currency: 'usd', seats: 2, addOns: {} };

describe.each(databases)('the turn of a subscription on %s', (_, openDatabase) => {
  let till: TestTill;
  let token: string;
  let id: string;
  let customerId: string;
  /** Writes at Stripe in which a spy could have had the turn. */
  let outside: string[];
  let watched = 0;
  let beforeSchedule: (() => Promise<unknown>) | undefined;
  let afterCustomer: (() => void) | undefined;

  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const writes = request.method === 'POST' && /^\/v1\/(subscriptions\/|subscription_schedules|invoices\/[^/]+\/pay)/u.test(pathname);
    if (writes && watched > 0) {
      watched += 1;
      const free = await till.store.pendingChanges.hold(id, customerId, 'spy', till.now());
      if (free) await till.store.pendingChanges.release(id, 'spy');
      if (free) outside.push(pathname);
    }
    if (writes && pathname.startsWith('/v1/subscription_schedules/') && beforeSchedule) {
      const work = beforeSchedule;
      beforeSchedule = undefined;
      await work();
    }
    const answer = await till.sandbox.fetch(request);
    if (request.method === 'POST' && pathname === `/v1/customers/${customerId}`) {
      afterCustomer?.();
      afterCustomer = undefined;
    }
    return answer;
  };

  beforeEach(async () => {
    [outside, watched, beforeSchedule, afterCustomer] = [[], 0, undefined, undefined];
    till = await startTill({ catalog, database: await openDatabase(), app: { stripeFetch } });
    token = await till.signIn('ada');
    ({ id, customerId } = (await till.buy(large, { token })).checkout.subscription!);
    await till.settle();
  });
  afterEach(() => till.close());

  const call = <Body = Problem>(method: string, path: string, body?: object) =>
    till.call<Body>(method, path, { token, ...(body && { body }) });
  const preview = async (target: object) =>
    (await call<PreviewResponse>('POST', '/v1/previews', { subscriptionId: id, target })).body.preview;
  const confirm = (signed: string) => call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/changes`, { preview: signed });
  const attach = async (card = 'pm_card_mastercard') =>
    (await (await till.stripe()).paymentMethods.attach(card, { customer: customerId })).id;
  /** A page on which a new card was entered, and which has not come back. */
  const entered = async (card: string, more: object = {}) => {
    const page = await call<PaymentMethodSetup>('POST', '/v1/payment-methods', { returnUrl: shop, ...more });
    till.sandbox.deliveries.hold();
    await till.pay(page.body.checkoutSessionId, card);
    return page.body.checkoutSessionId;
  };
  const schedule = async () => {
    const client = await till.stripe();
    const { schedule: current } = await client.subscriptions.retrieve(id);
    return current ? client.subscriptionSchedules.retrieve(String(current)) : undefined;
  };
  const planned = async () => (await schedule())?.phases.at(-1)?.items.map(({ quantity }) => quantity);

  it('is a card’s that is made the default, that takes the place of a removed one, and that was entered', async () => {
    await confirm(await preview({ planId: 'small' }));
    const visa = (await (await till.stripe()).subscriptions.retrieve(id)).default_payment_method;
    const fresh = await attach();
    watched = 1;
    expect((await call('POST', `/v1/payment-methods/${fresh}/default`)).status).toBe(200);
    expect((await call('DELETE', `/v1/payment-methods/${fresh}`)).status).toBe(200);
    expect((await schedule())?.phases.map(({ default_payment_method: method }) => method)).toEqual([visa, visa]);
    const page = await entered(mastercard);
    expect((await call('POST', '/v1/payment-methods/added', { checkoutSessionId: page })).status).toBe(200);
    expect([outside, watched > 3]).toEqual([[], true]);
  });

  it.each(['page', 'event'])('is a card’s that pays what is owed, by the %s', async (way) => {
    const bad = await attach('pm_card_chargeCustomerFail');
    await call('POST', `/v1/payment-methods/${bad}/default`);
    await till.advance(31 * day + 7200);
    token = await till.signIn('ada');
    const page = await entered(mastercard, { subscriptionId: id });
    watched = 1;
    if (way === 'page') await call('POST', '/v1/payment-methods/added', { checkoutSessionId: page });
    till.sandbox.deliveries.release();
    await till.settle();
    const { status } = (await call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`)).body.subscription;
    expect([status, outside, watched > 1]).toEqual(['active', [], true]);
  });

  it('is a card’s that goes on with what was paused', async () => {
    await call('POST', `/v1/subscriptions/${id}/pause`);
    const signed = (await call<PreviewResponse>('POST', '/v1/previews', { subscriptionId: id, action: 'resume' })).body.preview;
    const page = await entered(cards.works, { subscriptionId: id, preview: signed });
    watched = 1;
    expect((await call('POST', '/v1/payment-methods/added', { checkoutSessionId: page })).status).toBe(200);
    const { status } = (await call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`)).body.subscription;
    expect([status, outside, watched > 1]).toEqual(['active', [], true]);
  });

  it('is not given back by the event of a page to the card that was entered there, once the customer has taken another', async () => {
    await confirm(await preview({ planId: 'small' }));
    const visa = (await (await till.stripe()).subscriptions.retrieve(id)).default_payment_method as string;
    const page = await entered(mastercard);
    // the card is the default by then, and the answer fails
    afterCustomer = () => till.sandbox.faults.add({ kind: 'unavailable', route: `GET /v1/subscriptions/${id}`, probability: 1 });
    expect((await call('POST', '/v1/payment-methods/added', { checkoutSessionId: page })).body.code).toBe('stripe_unavailable');
    till.sandbox.faults.clear();
    expect((await call('POST', `/v1/payment-methods/${visa}/default`)).status).toBe(200);
    till.sandbox.deliveries.release();
    await till.settle();
    const { default_payment_method: method } = await (await till.stripe()).subscriptions.retrieve(id);
    expect([method, (await schedule())?.phases.map((phase) => phase.default_payment_method)]).toEqual([visa, [visa, visa]]);
  });

  it('keeps what was confirmed while another card became the default', async () => {
    await confirm(await preview({ planId: 'small' }));
    await till.sandbox.clock.advance(60);
    const signed = await preview({ planId: 'small', seats: 1 });
    const fresh = await attach();
    let answer: ReturnType<typeof confirm> | undefined;
    beforeSchedule = () =>
      new Promise<void>((go) => {
        // goes on as soon as the other tab has its answer, or waits for its turn
        const { hold } = till.store.pendingChanges;
        till.store.pendingChanges.hold = async (...row) => {
          const held = await hold(...row);
          if (!held) go();
          return held;
        };
        answer = confirm(signed);
        void answer.finally(go);
      });
    expect((await call('POST', `/v1/payment-methods/${fresh}/default`)).status).toBe(200);
    expect((await answer)?.status).toBe(200);
    expect(await planned()).toEqual([1]);
    expect((await schedule())?.phases.map(({ default_payment_method: method }) => method)).toEqual([fresh, fresh]);
  });
});
