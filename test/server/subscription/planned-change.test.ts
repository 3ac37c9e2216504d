/** A change that waits for the end of the period: planned once and whole, whatever became of Stripe's answers and of the card meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeTarget, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import type { Stripe } from 'stripe';
import { casesOn, databases } from '../../support/databases.ts';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const [day, hour] = [86_400, 3600];
const now = { upgrade: 'prorate_now', downgrade: 'at_period_end' };
const charged = { upgrade: 'difference_now', downgrade: 'at_period_end' };
const catalogOf = (changes: object) => {
  const more = { seats: { min: 1, max: 50 }, changes };
  return monthlyCatalog(monthlyPlan('small', 1000, more), monthlyPlan('large', 4000, more), monthlyPlan('huge', 9000, more));
};
const large = { planId: 'large', interval: 'month', currency: 'usd', seats: 2, addOns: {} };

describe.each(databases)('a planned change on %s', (database, openDatabase) => {
  let till: TestTill;
  let token: string;
  let id: string;
  let customerId: string;
  /** Done while Stripe is slow to answer the first reading for a change that was written down. */
  let meanwhile: (() => Promise<unknown>) | undefined;
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const isReading = request.method === 'GET' && new URL(request.url).pathname === `/v1/subscriptions/${id}`;
    if (isReading && meanwhile && (await till.store.pendingChanges.find(id))) {
      const work = meanwhile;
      meanwhile = undefined;
      await work();
    }
    return till.sandbox.fetch(request);
  };
  const begin = async (changes: object = now) => {
    meanwhile = undefined;
    till = await startTill({ catalog: catalogOf(changes), database: await openDatabase(), app: { stripeFetch } });
    token = await till.signIn('ada');
    ({ id, customerId } = (await till.buy(large, { token })).checkout.subscription!);
    await till.advance(10 * day);
    token = await till.signIn('ada');
  };
  afterEach(() => till.close());

  const preview = async (target: ChangeTarget) =>
    (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } })).body.preview;
  const confirm = (signed: string) =>
    till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: signed } });
  const act = (method: string, action: string) =>
    till.call<SubscriptionResponse & Problem>(method, `/v1/subscriptions/${id}/${action}`, { token });
  const subscription = async (): Promise<Stripe.Subscription> => (await till.stripe()).subscriptions.retrieve(id);
  const schedule = async () => {
    const { schedule: current } = await subscription();
    return current ? (await till.stripe()).subscriptionSchedules.retrieve(String(current)) : undefined;
  };
  /** Amounts and quantities of each phase, the running one first. */
  const planned = async () => {
    const client = await till.stripe();
    const amountOf = async (price: unknown) => (await client.prices.retrieve(String(price))).unit_amount;
    const rows = (await schedule())?.phases.map(({ items: [item] }) => [item!.price, item!.quantity] as const) ?? [];
    return Promise.all(rows.map(async ([price, quantity]) => [await amountOf(price), quantity]));
  };
  const methods = async () => (await schedule())?.phases.map(({ default_payment_method: method }) => method);
  const attach = async (card: string) => (await (await till.stripe()).paymentMethods.attach(card, { customer: customerId })).id;
  const makeDefault = async (card: string) => {
    const method = await attach(card);
    expect((await till.call('POST', `/v1/payment-methods/${method}/default`, { token })).status).toBe(200);
    return method;
  };
  const jobs = async (seconds: number) => {
    await till.advance(seconds);
    await till.app.runJobs();
    token = await till.signIn('ada');
  };
  const toSmall = [
    [4000, 2],
    [1000, 2],
  ];
  const beginning = 'POST /v1/subscription_schedules';
  const planning = 'POST /v1/subscription_schedules/*';

  describe('whose answer was lost', () => {
    beforeEach(() => begin());

    it('is planned once although another card became the default since', async () => {
      const signed = await preview({ planId: 'small' });
      till.sandbox.faults.add({ kind: 'cut_after', route: planning, times: 3 });
      expect((await confirm(signed)).body.code).toBe('stripe_unavailable');
      till.sandbox.faults.clear();
      const fresh = await makeDefault('pm_card_mastercard');
      expect([await planned(), await methods()]).toEqual([toSmall, [fresh, fresh]]);
      expect((await act('POST', 'cancel')).status).toBe(200);
    });

    it.each(casesOn(database, ['cut_after', 'cut_before', 'server_error', 'server_error_after'] as const))(
      'is planned as the subscription is by then, and nobody is locked out, when its owner edits it meanwhile: %s',
      async (kind) => {
        const signed = await preview({ planId: 'small' });
        till.sandbox.faults.add({ kind, route: planning, times: 6 });
        await confirm(signed);
        till.sandbox.faults.clear();
        const client = await till.stripe();
        const coupon = await client.coupons.create({ percent_off: 50, duration: 'forever' });
        await client.subscriptions.update(id, {
          description: 'Edited',
          default_payment_method: await attach('pm_card_mastercard'),
          discounts: [{ coupon: coupon.id }],
        });
        await jobs(120);
        expect([(await planned()).at(-1), await till.store.pendingChanges.find(id)]).toEqual([[1000, 2], undefined]);
        expect((await act('POST', 'cancel')).status).toBe(200);
      },
    );

    it('leaves what its owner changed in the plan since', async () => {
      const signed = await preview({ planId: 'small' });
      till.sandbox.faults.add({ kind: 'cut_after', route: planning, times: 3 });
      await confirm(signed);
      till.sandbox.faults.clear();
      const client = await till.stripe();
      const { id: made, phases } = (await schedule())!;
      const kept = phases.map((phase, place) => ({
        items: phase.items.map(({ price }) => ({ price: String(price), quantity: place === 0 ? 2 : 7 })),
        start_date: phase.start_date,
        end_date: phase.end_date,
      }));
      await client.subscriptionSchedules.update(made, { phases: kept });
      await jobs(120);
      expect((await planned()).at(-1)).toEqual([1000, 7]);
    });

    it('is given up when the subscription was canceled at Stripe meanwhile', async () => {
      const signed = await preview({ planId: 'small' });
      till.sandbox.faults.add({ kind: 'cut_before', route: beginning, times: 3 });
      expect((await confirm(signed)).body.code).toBe('stripe_unavailable');
      till.sandbox.faults.clear();
      await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: true });
      await jobs(120);
      expect([await schedule(), await till.store.pendingChanges.find(id)]).toEqual([undefined, undefined]);
      expect((await act('POST', 'resume')).body.subscription).not.toHaveProperty('scheduledChange');
    });

    it.each(['server_error', 'server_error_after'] as const)('is planned where Stripe answers %s to its beginning', async (kind) => {
      const signed = await preview({ planId: 'small' });
      till.sandbox.faults.add({ kind, route: beginning });
      expect((await confirm(signed)).status).toBe(200);
      expect(await planned()).toEqual(toSmall);
      expect((await act('DELETE', 'changes')).status).toBe(200);
    });

    it('leaves nothing in the way when Stripe could not be reached for a day', async () => {
      const signed = await preview({ planId: 'small' });
      till.sandbox.faults.add({ kind: 'cut_before', route: planning, times: 3 });
      await confirm(signed);
      till.sandbox.faults.clear();
      expect(await schedule()).toBeDefined();
      await jobs(25 * hour);
      expect([await schedule(), await till.store.pendingChanges.find(id)]).toEqual([undefined, undefined]);
      expect((await act('POST', 'pause')).status).toBe(200);
    });
  });

  describe('that was set aside', () => {
    const planSmall = async (changes: object = now) => {
      await begin(changes);
      expect((await confirm(await preview({ planId: 'small' }))).status).toBe(200);
    };
    /** Upgrades with a card for which the bank asks at every payment. */
    const waiting = async (target: ChangeTarget) => {
      await planSmall(charged);
      await makeDefault('pm_card_authenticationRequired');
      await till.sandbox.clock.advance(60);
      expect((await confirm(await preview(target))).body.code).toBe('authentication_required');
      expect(await planned()).toEqual(toSmall);
    };

    it('comes back with the card of now when its customer cancels, changes the card and stays', async () => {
      await planSmall();
      await act('POST', 'cancel');
      const fresh = await makeDefault('pm_card_mastercard');
      expect((await act('POST', 'resume')).status).toBe(200);
      expect([await planned(), await methods()]).toEqual([toSmall, [fresh, fresh]]);
      await till.advance(31 * day);
      expect((await subscription()).default_payment_method).toBe(fresh);
      const [newest] = (await (await till.stripe()).charges.list({ limit: 1 })).data;
      expect([newest!.amount, newest!.payment_method]).toEqual([2000, fresh]);
    });

    it('comes back when the card that it named was removed', async () => {
      await planSmall();
      const old = String((await subscription()).default_payment_method);
      await act('POST', 'cancel');
      const fresh = await makeDefault('pm_card_mastercard');
      expect((await till.call('DELETE', `/v1/payment-methods/${old}`, { token })).status).toBe(200);
      expect((await act('POST', 'resume')).status).toBe(200);
      expect([await planned(), await methods()]).toEqual([toSmall, [fresh, fresh]]);
    });

    it('comes back with a card of its own, which its owner chose', async () => {
      await planSmall();
      const client = await till.stripe();
      const own = await attach('pm_card_amex');
      const { id: made, phases } = (await schedule())!;
      const kept = phases.map((phase, place) => ({
        items: phase.items.map(({ price, quantity }) => ({ price: String(price), quantity: quantity! })),
        start_date: phase.start_date,
        end_date: phase.end_date,
        default_payment_method: place === 0 ? String(phase.default_payment_method) : own,
      }));
      await client.subscriptionSchedules.update(made, { phases: kept });
      await act('POST', 'cancel');
      const fresh = await makeDefault('pm_card_mastercard');
      expect((await act('POST', 'resume')).status).toBe(200);
      expect(await methods()).toEqual([fresh, own]);
    });

    const priceOf = async (unitAmount: number) => {
      const { data } = await (await till.stripe()).prices.list({ limit: 100 });
      return data.find(({ unit_amount: amount }) => amount === unitAmount)!.id;
    };

    it('is gone for who stays when Stripe takes it no more, and the log says so', async () => {
      await planSmall();
      await act('POST', 'cancel');
      const client = await till.stripe();
      const { metadata } = await subscription();
      const small = await priceOf(1000);
      const written = Object.entries(metadata).map(([name, text]) => [name, text.replaceAll(small, 'price_deleted')]);
      await client.subscriptions.update(id, { metadata: Object.fromEntries(written) as Record<string, string> });
      const { status, body } = await act('POST', 'resume');
      expect([status, body.subscription?.cancelAt, body.subscription?.scheduledChange]).toEqual([200, undefined, undefined]);
      expect([await schedule(), await till.store.pendingChanges.find(id)]).toEqual([undefined, undefined]);
      expect(till.logged('change.plan_not_restored')).toMatchObject([{ level: 'warn', message: id, error: 'StripeInvalidRequestError' }]);
      // nothing of it is in the way of the next one
      expect((await confirm(await preview({ planId: 'small' }))).status).toBe(200);
      expect(await planned()).toEqual(toSmall);
    });

    it('keeps nobody from what is theirs when its price is sold no more, and Stripe cannot say what comes next', async () => {
      await planSmall();
      await (await till.stripe()).prices.update(await priceOf(1000), { active: false });
      await till.sandbox.clock.advance(61);
      const shown = await till.call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`, { token });
      expect([shown.status, shown.body.subscription?.status, shown.body.subscription?.nextPayment]).toEqual([200, 'active', undefined]);
      expect((await act('POST', 'cancel')).status).toBe(200);
      expect((await act('POST', 'resume')).status).toBe(200);
    });

    it.each(casesOn(database, ['server_error', 'server_error_after', 'cut_after'] as const))(
      'comes back for who stays where Stripe answers %s to its beginning',
      async (kind) => {
        await planSmall();
        await act('POST', 'cancel');
        till.sandbox.faults.add({ kind, route: beginning });
        expect((await act('POST', 'resume')).status).toBe(200);
        expect(await planned()).toEqual(toSmall);
      },
    );

    it('waits on when the subscription is canceled in Stripe’s portal before it could come back', async () => {
      await planSmall();
      await act('POST', 'cancel');
      till.sandbox.faults.add({ kind: 'cut_before', route: beginning, times: 3 });
      expect((await act('POST', 'resume')).body.code).toBe('stripe_unavailable');
      till.sandbox.faults.clear();
      await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: true });
      await jobs(120);
      expect([await schedule(), await till.store.pendingChanges.find(id)]).toEqual([undefined, undefined]);
      expect((await act('POST', 'resume')).status).toBe(200);
      expect(await planned()).toEqual(toSmall);
    });

    it('keeps the card of now while another change waits for the bank', async () => {
      await waiting({ planId: 'large', seats: 9 });
      const fresh = await makeDefault('pm_card_mastercard');
      expect(await methods()).toEqual([fresh, fresh]);
      await jobs(120);
      expect([await planned(), await methods()]).toEqual([toSmall, [fresh, fresh]]);
    });

    it('keeps what its owner changes while another change waits for the bank', async () => {
      await waiting({ planId: 'large', seats: 9 });
      const client = await till.stripe();
      const { id: made, phases } = (await schedule())!;
      const kept = phases.map((phase, place) => ({
        items: phase.items.map(({ price }) => ({ price: String(price), quantity: place === 0 ? 2 : 7 })),
        start_date: phase.start_date,
        end_date: phase.end_date,
      }));
      await client.subscriptionSchedules.update(made, { phases: kept });
      await jobs(120);
      expect((await planned()).at(-1)).toEqual([1000, 7]);
    });

    it('comes back when the change that waited was paid and Stripe refuses to make it', async () => {
      await waiting({ planId: 'huge' });
      const client = await till.stripe();
      const [price] = (await client.prices.list({ limit: 100 })).data.filter(({ unit_amount: amount }) => amount === 9000);
      await client.prices.update(price!.id, { active: false });
      const [invoice] = (await client.invoices.list({ customer: customerId, status: 'open' })).data;
      await client.invoices.pay(invoice!.id, { payment_method: await attach('pm_card_visa') });
      await till.settle();
      expect([await planned(), await till.store.pendingChanges.find(id)]).toEqual([toSmall, undefined]);
      expect(till.logged('change.paid_and_refused')).toMatchObject([{ level: 'error', message: id, error: 'StripeInvalidRequestError' }]);
      expect(till.logged('change.refused')).toMatchObject([{ level: 'warn', message: id, error: 'StripeInvalidRequestError' }]);
    });
  });

  describe('for which Stripe was so slow that its turn was over', () => {
    it('is not planned any more when its customer has undone it in another tab', async () => {
      await begin();
      const signed = await preview({ planId: 'small' });
      let undone: number | undefined;
      meanwhile = async () => {
        await till.sandbox.clock.advance(45);
        ({ status: undone } = await act('DELETE', 'changes'));
      };
      const late = await confirm(signed);
      expect([undone, late.body.code, await schedule()]).toEqual([200, 'stripe_unavailable', undefined]);
    });

    it('stays when it was confirmed in another tab after what was charged before it', async () => {
      await begin(charged);
      await confirm(await preview({ planId: 'small' }));
      await till.sandbox.clock.advance(60);
      const signed = await preview({ planId: 'huge' });
      let replaced: number | undefined;
      meanwhile = async () => {
        await till.sandbox.clock.advance(45);
        ({ status: replaced } = await confirm(await preview({ planId: 'small', seats: 1 })));
      };
      const late = await confirm(signed);
      const rows = [
        [9000, 2],
        [1000, 1],
      ];
      expect([replaced, late.body.code, await planned()]).toEqual([200, 'stripe_unavailable', rows]);
    });

    it('does not come back when its customer has canceled again in another tab, until they stay', async () => {
      await begin();
      await confirm(await preview({ planId: 'small' }));
      await act('POST', 'cancel');
      let canceled: number | undefined;
      meanwhile = async () => {
        await till.sandbox.clock.advance(45);
        ({ status: canceled } = await act('POST', 'cancel'));
      };
      await act('POST', 'resume');
      expect([canceled, await schedule(), (await subscription()).cancel_at_period_end]).toEqual([200, undefined, true]);
      expect((await act('POST', 'resume')).status).toBe(200);
      expect(await planned()).toEqual(toSmall);
    });
  });
});
