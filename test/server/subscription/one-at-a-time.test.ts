/** Issue 9, A1, A4, A6 and A7: changes of one subscription one after the other, and what was planned stays planned. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeTarget, PreviewResponse, Problem, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import type { Stripe } from 'stripe';
import { databases } from '../../support/databases.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const modes = ['prorate_now', 'prorate_next_invoice', 'difference_now', 'full_price_now', 'no_charge', 'at_period_end'] as const;
type Mode = (typeof modes)[number];
const price = (amount: number) => [
  { interval: 'month', amounts: { usd: amount } },
  { interval: 'year', amounts: { usd: amount * 10 } },
];
const catalogOf = (mode: Mode) => {
  const changes = { upgrade: mode, downgrade: 'at_period_end' };
  const seats = { min: 1, max: 50 };
  return {
    locales: ['en'],
    defaultCurrency: 'usd',
    currencies: ['usd'],
    plans: [
      { id: 'small', name: 'Small', prices: price(1000), seats, changes },
      { id: 'large', name: 'Large', prices: price(4000), seats, changes },
    ],
  };
};
const large = { planId: 'large', interval: 'month', currency: 'usd', seats: 2, addOns: {} };

let till: TestTill;
let token: string;
let id: string;

async function begin(mode: Mode, open?: (typeof databases)[number][1]): Promise<void> {
  till = await startTill({ catalog: catalogOf(mode), ...(open && { database: await open() }) });
  token = await till.signIn('ada');
  id = (await till.buy({ ...large, planId: 'small' }, { token })).checkout.subscription!.id;
  await till.advance(10 * day);
  token = await till.signIn('ada');
}
afterEach(() => till.close());

const previewed = async (target: ChangeTarget) =>
  (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } })).body;
const preview = async (target: ChangeTarget) => (await previewed(target)).preview;
const confirm = (signed: string) =>
  till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: signed } });
const change = async (target: ChangeTarget) => confirm(await preview(target));
const act = (method: string, action: string, body?: object) =>
  till.call<SubscriptionResponse & Problem>(method, `/v1/subscriptions/${id}/${action}`, { token, ...(body && { body }) });
const subscription = async (): Promise<Stripe.Subscription> => (await till.stripe()).subscriptions.retrieve(id);
const charges = async () => (await (await till.stripe()).charges.list({ limit: 100 })).data.map(({ amount }) => amount);
const sum = async () => (await charges()).reduce((total, amount) => total + amount, 0);
const schedule = async () => {
  const { schedule: current } = await subscription();
  return current ? (await till.stripe()).subscriptionSchedules.retrieve(String(current)) : undefined;
};
const planned = async () =>
  (await schedule())?.phases.map(({ items, discounts }) => [items.map(({ quantity, price: one }) => [one, quantity]), discounts]);
const codes = (answers: readonly { status: number; body: Problem }[]) =>
  answers.map(({ status, body }) => (status === 200 ? 'ok' : body.code)).toSorted();

describe.each(databases)('changes on %s', (_, open) => {
  it.each(modes)('that were previewed in two tabs and confirmed at once are made once: %s', async (mode) => {
    await begin(mode, open);
    const before = await charges();
    const target = mode === 'at_period_end' ? { planId: 'large', seats: 3 } : { planId: 'large' };
    const [first, second] = [await preview(target), await preview(target)];
    const shown = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } })).body.invoice;
    const answers = await Promise.all([confirm(first), confirm(second)]);
    // one and the same second makes one and the same preview
    if (first !== second) expect(codes(answers)).toEqual(['ok', 'preview_changed']);
    const extra = (await charges()).reduce((sum, amount) => sum + amount, 0) - before.reduce((sum, amount) => sum + amount, 0);
    expect(extra).toBe(shown.dueNow);
  });

  it('of two seat counts leave one, and the other is told what it would be now', async () => {
    await begin('prorate_now', open);
    const [three, five] = [await previewed({ seats: 3 }), await previewed({ seats: 5 })];
    const before = await sum();
    const answers = await Promise.all([confirm(three.preview), confirm(five.preview)]);
    expect(codes(answers)).toEqual(['ok', 'preview_changed']);
    const [kept, shown, refused] = answers[0].status === 200 ? [3, three, 5] : [5, five, 3];
    expect((await sum()) - before).toBe(shown.invoice.dueNow);
    expect((await subscription()).items.data[0]!.quantity).toBe(kept);
    const [now, charged] = [await previewed({ seats: refused }), await sum()];
    expect((await confirm(now.preview)).status).toBe(200);
    expect((await sum()) - charged).toBe(now.invoice.dueNow);
    expect(now.invoice.dueNow).toBe(refused > kept ? five.invoice.dueNow - three.invoice.dueNow : 0);
  });

  it('wait for the one that is under way, also with a cancellation', async () => {
    await begin('prorate_now', open);
    const signed = await preview({ seats: 9 });
    const [changed, canceled] = await Promise.all([confirm(signed), act('POST', 'cancel')]);
    const { items, cancel_at: cancelAt } = await subscription();
    expect(canceled.status).toBe(200);
    expect(cancelAt).not.toBeNull();
    expect([changed.status === 200, items.data[0]!.quantity === 9]).toSatisfy(([ok, is]: boolean[]) => ok === is);
  });
});

describe('a confirmation', () => {
  beforeEach(() => begin('full_price_now'));

  it('whose answer was lost is answered again, and charges once', async () => {
    const signed = await preview({ planId: 'large' });
    const first = await confirm(signed);
    const again = await confirm(signed);
    expect([first.status, again.status, again.body.subscription.planId]).toEqual([200, 200, 'large']);
    expect(await charges()).toHaveLength(2);
  });

  it('of what there is already costs nothing, is shown so, and lets go of what was planned', async () => {
    await change({ seats: 1 });
    expect(await schedule()).toBeDefined();
    await till.sandbox.clock.advance(60);
    const shown = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { seats: 2 } } }))
      .body;
    expect([shown.invoice.dueNow, shown.invoice.effective]).toEqual([0, 'now']);
    expect((await confirm(shown.preview)).status).toBe(200);
    expect([await schedule(), await charges()]).toEqual([undefined, [2000]]);
  });

  it('is worth nothing in another spelling', async () => {
    const signed = await preview({ planId: 'large' });
    await confirm(signed);
    for (const other of [`${signed}=`, `${signed}\n`, `${signed}==`]) expect((await confirm(other)).body.code).toBe('preview_invalid');
    expect(await charges()).toHaveLength(2);
  });

  it('is told of what happened since', async () => {
    const signed = await preview({ planId: 'large' });
    await till.sandbox.clock.advance(1);
    await (await till.stripe()).subscriptions.update(id, { items: [{ id: (await subscription()).items.data[0]!.id, quantity: 7 }] });
    expect((await confirm(signed)).body.code).toBe('preview_changed');
  });
});

it('what was planned is planned again when Stripe could not be reached for a day to charge what should take its place', async () => {
  await begin('difference_now');
  await change({ planId: 'large' });
  await till.sandbox.clock.advance(60);
  await change({ planId: 'small' });
  const [before, signed] = [await planned(), await preview({ seats: 20 })];
  till.sandbox.faults.add({ kind: 'cut_before', route: 'POST /v1/invoices', times: 3 });
  expect((await confirm(signed)).body.code).toBe('stripe_unavailable');
  await till.advance(day);
  await till.app.runJobs();
  expect([await planned(), await till.store.pendingChanges.find(id)]).toEqual([before, undefined]);
});

describe('what was planned', () => {
  beforeEach(async () => {
    await begin('prorate_now');
    await change({ planId: 'large' });
    await till.sandbox.clock.advance(60);
    expect((await change({ planId: 'small' })).body.subscription.scheduledChange).toMatchObject({ planId: 'small' });
  });

  const declined = async () => {
    const client = await till.stripe();
    const { customer } = await subscription();
    const bad = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: String(customer) });
    await client.subscriptions.update(id, { default_payment_method: bad.id });
  };

  it('stays when an upgrade is declined', async () => {
    await declined();
    const before = await planned();
    expect((await change({ seats: 20 })).body.code).toBe('payment_failed');
    expect(await planned()).toEqual(before);
    expect(
      (await till.call<{ subscriptions: { scheduledChange?: object }[] }>('GET', '/v1/subscriptions', { token })).body.subscriptions[0],
    ).toHaveProperty('scheduledChange');
  });

  it('is planned, once, when Stripe answered 500 to the schedule and the way broke after that', async () => {
    await act('DELETE', 'changes');
    const signed = await preview({ planId: 'small' });
    till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/subscription_schedules' });
    till.sandbox.faults.add({ kind: 'cut_before', route: 'POST /v1/subscription_schedules/*', times: 3 });
    await confirm(signed);
    till.sandbox.faults.clear();
    await till.advance(400);
    await till.app.runJobs();
    expect([(await planned())?.length, await till.store.pendingChanges.find(id)]).toEqual([2, undefined]);
    token = await till.signIn('ada');
    expect((await change({ seats: 3 })).status).toBe(200);
  });

  it('stays when an upgrade is declined, and Stripe answered 500 to its schedule and broke off after that', async () => {
    const before = await planned();
    await declined();
    const signed = await preview({ seats: 20 });
    till.sandbox.faults.add({ kind: 'server_error', route: 'POST /v1/subscription_schedules' });
    till.sandbox.faults.add({ kind: 'cut_before', route: 'POST /v1/subscription_schedules/*', times: 3 });
    await confirm(signed);
    till.sandbox.faults.clear();
    await till.advance(400);
    await till.app.runJobs();
    expect([await planned(), await till.store.pendingChanges.find(id)]).toEqual([before, undefined]);
  });

  it('keeps nobody from the next change when Stripe does not take it any more', async () => {
    const [now, customerId] = [till.sandbox.clock.now(), String((await subscription()).customer)];
    await act('DELETE', 'changes');
    const phases = [{ items: [{ price: 'price_deleted', quantity: 1 }] }];
    const setAside = { id: 'sub_sched_gone', endBehavior: 'release', metadata: {}, until: now + 10 * day, phases };
    const written = { kind: 'unschedule', scheduleId: 'sub_sched_gone', setAside };
    await till.store.pendingChanges.hold(id, customerId, 'process', now);
    await till.store.pendingChanges.begin('process', { subscriptionId: id, customerId, id: 'change', change: written, createdAt: now });
    await till.advance(120);
    await till.app.runJobs();
    expect([await schedule(), await till.store.pendingChanges.find(id)]).toEqual([undefined, undefined]);
    expect(till.logged('change.plan_not_restored')).toMatchObject([{ level: 'warn', message: id, error: 'StripeInvalidRequestError' }]);
  });

  it('stays when the upgrade waits for the bank, and gives way once that is paid', async () => {
    const client = await till.stripe();
    const { customer } = await subscription();
    const card = await client.paymentMethods.attach('pm_card_authenticationRequired', { customer: String(customer) });
    await client.subscriptions.update(id, { default_payment_method: card.id });
    expect((await change({ seats: 20 })).body.code).toBe('authentication_required');
    expect(await schedule()).toBeDefined();
    const { latest_invoice: invoice } = await subscription();
    const good = await client.paymentMethods.attach('pm_card_visa', { customer: String(customer) });
    await client.invoices.pay(String(invoice), { payment_method: good.id });
    await till.settle();
    expect((await subscription()).items.data[0]!.quantity).toBe(20);
    expect(await schedule()).toBeUndefined();
  });

  it.each(['server_error', 'unavailable', 'rate_limit', 'lock_timeout', 'cut_before', 'cut_after'] as const)(
    'stays when Stripe fails a cancellation: %s',
    async (kind) => {
      const before = await planned();
      till.sandbox.faults.add({ kind, route: `POST /v1/subscriptions/${id}`, times: 20 });
      const answer = await act('POST', 'cancel');
      till.sandbox.faults.clear();
      if (answer.status !== 200) {
        await till.advance(120);
        await till.app.runJobs();
        const { cancel_at: cancelAt } = await subscription();
        if (cancelAt === null) expect(await planned()).toEqual(before);
        else {
          token = await till.signIn('ada');
          expect((await act('POST', 'resume')).status).toBe(200);
          expect(await planned()).toEqual(before);
        }
      }
    },
  );

  it('is planned again for who cancels and then stays', async () => {
    const before = await planned();
    expect((await act('POST', 'cancel')).body.subscription).not.toHaveProperty('scheduledChange');
    const { body } = await act('POST', 'resume');
    expect(body.subscription.scheduledChange).toMatchObject({ planId: 'small' });
    expect(await planned()).toEqual(before);
    expect((await act('DELETE', 'changes')).body.subscription).not.toHaveProperty('scheduledChange');
  });

  const faults = ['server_error', 'unavailable', 'rate_limit', 'cut_before', 'cut_after'] as const;

  /** What Stripe's portal does when somebody takes a cancellation back there. */
  const stayInPortal = async () => {
    await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: false });
  };

  it('is planned again, once, for who cancels and takes it back in Stripe’s portal', async () => {
    const before = await planned();
    await act('POST', 'cancel');
    await stayInPortal();
    await till.settle();
    const made = (await schedule())?.id;
    expect(await planned()).toEqual(before);
    expect((await till.store.subscriptions.find(id))?.setAside).toBeUndefined();
    await (await till.stripe()).subscriptions.update(id, { description: 'A later event' });
    await till.settle();
    expect((await schedule())?.id).toBe(made);
    expect((await act('DELETE', 'changes')).body.subscription).not.toHaveProperty('scheduledChange');
    await till.settle();
    expect(await schedule()).toBeUndefined();
  });

  it('is planned again before anything else is done, also when no event tells of the portal', async () => {
    const before = await planned();
    await act('POST', 'cancel');
    till.sandbox.deliveries.hold();
    await stayInPortal();
    expect((await act('POST', 'cancel')).status).toBe(200);
    expect((await act('POST', 'resume')).status).toBe(200);
    expect(await planned()).toEqual(before);
    till.sandbox.deliveries.release();
  });

  it.each(faults)('is planned again for who stays by the portal although Stripe fails at it: %s', async (kind) => {
    const before = await planned();
    await act('POST', 'cancel');
    till.sandbox.faults.add({ kind, route: 'POST /v1/subscription_schedules', times: 3 });
    await stayInPortal();
    await till.settle();
    await later();
    expect(await planned()).toEqual(before);
  });

  it('gives way to what the owner planned after it was taken back in the portal', async () => {
    await act('POST', 'cancel');
    till.sandbox.deliveries.hold();
    await stayInPortal();
    const { id: owners } = await (await till.stripe()).subscriptionSchedules.create({ from_subscription: id });
    till.sandbox.deliveries.release();
    await till.settle();
    expect((await schedule())?.id).toBe(owners);
    await (await till.stripe()).subscriptionSchedules.release(owners);
    await till.settle();
    expect(await schedule()).toBeUndefined();
  });

  /** What a customer finds who comes back when Stripe answers again. */
  const later = async () => {
    till.sandbox.faults.clear();
    for (let round = 0; round < 3; round += 1) {
      await till.advance(120);
      await till.app.runJobs();
    }
    token = await till.signIn('ada');
  };
  const routes = ['POST /v1/subscription_schedules', 'POST /v1/subscription_schedules/*'];
  const troubles = faults.flatMap((kind) => routes.map((route) => [kind, route] as const));

  it.each(troubles)('is planned again although Stripe fails at it after a decline: %s at %s', async (kind, route) => {
    const before = await planned();
    await declined();
    const signed = await preview({ seats: 20 });
    if (route.endsWith('*')) till.sandbox.faults.add({ kind, route: `POST /v1/subscription_schedules/*`, times: 3 });
    else till.sandbox.faults.add({ kind, route, times: 3 });
    await confirm(signed);
    await later();
    expect(await planned()).toEqual(before);
    expect((await act('DELETE', 'changes')).status).toBe(200);
    expect(await planned()).toBeUndefined();
    const next = await till.call<Problem>('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { seats: 3 } } });
    expect(next.status).toBe(201);
  });

  it.each(faults)('is planned again for who stays although Stripe fails at it: %s', async (kind) => {
    const before = await planned();
    await act('POST', 'cancel');
    till.sandbox.faults.add({ kind, route: 'POST /v1/subscription_schedules', times: 3 });
    await act('POST', 'resume');
    await later();
    await till.call('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { seats: 3 } } });
    expect(await planned()).toEqual(before);
  });

  it.each(['server_error', 'unavailable', 'rate_limit'] as const)(
    'can be undone and canceled after Stripe failed at letting it go: %s',
    async (kind) => {
      till.sandbox.faults.add({ kind, route: 'POST /v1/subscription_schedules/*/release', times: 3 });
      await act('DELETE', 'changes');
      await later();
      expect((await act('POST', 'cancel')).status).toBe(200);
      expect(await schedule()).toBeUndefined();
    },
  );

  it('is planned once more when it was undone and the same preview is confirmed again', async () => {
    await act('DELETE', 'changes');
    const signed = await preview({ planId: 'small' });
    for (let round = 0; round < 3; round += 1) {
      expect((await confirm(signed)).body.subscription.scheduledChange).toMatchObject({ planId: 'small' });
      expect((await act('DELETE', 'changes')).body.subscription).not.toHaveProperty('scheduledChange');
    }
  });

  it('twice is planned once, and the later one holds', async () => {
    const [first, second] = [await preview({ planId: 'small', seats: 1 }), await preview({ planId: 'small', seats: 2 })];
    expect(codes(await Promise.all([confirm(first), confirm(second)]))).toEqual(['ok', 'preview_changed']);
  });
});

describe('what the owner made at Stripe', () => {
  beforeEach(() => begin('prorate_now'));

  async function ownSchedule() {
    const client = await till.stripe();
    const made = await client.subscriptionSchedules.create({ from_subscription: id });
    const [current] = made.phases;
    const [item] = (await subscription()).items.data;
    await client.subscriptionSchedules.update(made.id, {
      metadata: { agreed: 'by phone' },
      phases: [
        { items: [{ price: item!.price.id, quantity: 2 }], start_date: current!.start_date, end_date: current!.end_date },
        { items: [{ price: item!.price.id, quantity: 1 }], duration: { interval: 'month', interval_count: 3 } },
      ],
    });
    return made.id;
  }

  it('a schedule is not changed, undone or replaced by the customer', async () => {
    const owners = await ownSchedule();
    const before = await planned();
    for (const target of [{ seats: 5 }, { planId: 'large' }, { seats: 1 }] as const)
      expect((await till.call<Problem>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } })).body.code).toBe(
        'not_possible_now',
      );
    expect((await act('DELETE', 'changes')).body.code).toBe('nothing_to_undo');
    expect((await act('POST', 'pause')).body.code).toBe('not_possible_now');
    expect([(await schedule())!.id, await planned()]).toEqual([owners, before]);
    const { body } = await till.call<{ subscriptions: { scheduledChange: object }[] }>('GET', '/v1/subscriptions', { token });
    expect(body.subscriptions[0]!.scheduledChange).toMatchObject({ byOwner: true });
  });

  it('a schedule that was made after the preview is not replaced', async () => {
    const signed = await preview({ seats: 5 });
    await ownSchedule();
    const before = await planned();
    expect((await confirm(signed)).status).toBe(409);
    expect(await planned()).toEqual(before);
  });

  it('a schedule comes back when the customer cancels and stays', async () => {
    await ownSchedule();
    const before = await planned();
    expect((await act('POST', 'cancel')).status).toBe(200);
    expect((await act('POST', 'resume')).status).toBe(200);
    expect(await planned()).toEqual(before);
    expect((await schedule())!.metadata).toMatchObject({ agreed: 'by phone' });
    expect((await act('DELETE', 'changes')).body.code).toBe('nothing_to_undo');
  });

  it('a schedule that ends the subscription ends it still', async () => {
    const client = await till.stripe();
    const made = await client.subscriptionSchedules.create({ from_subscription: id });
    await client.subscriptionSchedules.update(made.id, { end_behavior: 'cancel' });
    await act('POST', 'cancel');
    await act('POST', 'resume');
    expect(await schedule()).toMatchObject({ end_behavior: 'cancel' });
  });

  it('an end date is not taken back by the customer', async () => {
    const client = await till.stripe();
    const cancelAt = till.now() + 100 * day;
    await client.subscriptions.update(id, { cancel_at: cancelAt });
    await till.settle();
    const { body } = await till.call<{ subscriptions: { endsByOwner?: boolean }[] }>('GET', '/v1/subscriptions', { token });
    expect(body.subscriptions[0]!.endsByOwner).toBe(true);
    expect((await act('POST', 'resume')).body.code).toBe('not_possible_now');
    expect((await subscription()).cancel_at).toBe(cancelAt);
  });

  const endAt = async (cancelAt: number, metadata: Record<string, string> = {}) => {
    await (await till.stripe()).subscriptions.update(id, { cancel_at: cancelAt, metadata });
    await till.settle();
  };
  const shownEnd = async () => {
    const { body } = await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token });
    const { cancelAt, endsByOwner } = body.subscriptions[0]!;
    return [cancelAt, endsByOwner];
  };

  it.each(modes)('an end date stays, and so does what was bought until then, whatever the customer does: %s', async (mode) => {
    await till.close();
    await begin(mode);
    const before = await preview({ planId: 'large' });
    const cancelAt = till.now() + 100 * day;
    await endAt(cancelAt);
    const left = async () => {
      const { items, cancel_at: end, cancel_at_period_end: withPeriod, schedule: plan, pause_collection: pause } = await subscription();
      return [items.data.map(({ price: { id: one }, quantity }) => [one, quantity]), end, withPeriod, plan, pause, await charges()];
    };
    const was = await left();
    expect((await confirm(before)).body.code).toBe('not_possible_now');
    for (const target of [{ seats: 5 }, { seats: 1 }, { planId: 'large' }, { interval: 'year' }] as const)
      expect((await till.call<Problem>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } })).body.code).toBe(
        'not_possible_now',
      );
    for (const [method, action] of [
      ['POST', 'cancel'],
      ['POST', 'resume'],
      ['POST', 'pause'],
    ] as const)
      expect((await act(method, action)).body.code).toBe('not_possible_now');
    expect((await act('DELETE', 'changes')).body.code).toBe('nothing_to_undo');
    expect(await left()).toEqual(was);
    expect(await shownEnd()).toEqual([cancelAt, true]);
  });

  it('an end that was written down as the customer’s is theirs to take back, also when no period ends then', async () => {
    const cancelAt = till.now() + 17 * day;
    await endAt(cancelAt, { till_cancel_at: String(cancelAt) });
    expect(await shownEnd()).toEqual([cancelAt, undefined]);
    expect((await act('POST', 'resume')).status).toBe(200);
    expect((await subscription()).cancel_at).toBeNull();
    await endAt(cancelAt, { till_cancel_at: String(cancelAt) });
    await endAt(cancelAt + day);
    expect(await shownEnd()).toEqual([cancelAt + day, true]);
    expect((await act('POST', 'resume')).body.code).toBe('not_possible_now');
    expect((await subscription()).cancel_at).toBe(cancelAt + day);
  });

  it('an end at the end of the period is the customer’s, as Stripe’s portal sets it', async () => {
    const client = await till.stripe();
    const { items } = await subscription();
    await client.subscriptions.update(id, { cancel_at: items.data[0]!.current_period_end });
    expect((await act('POST', 'resume')).status).toBe(200);
    expect((await subscription()).cancel_at).toBeNull();
  });

  it('a pause of collection stays when a cancellation is taken back', async () => {
    const client = await till.stripe();
    await act('POST', 'cancel');
    await client.subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    await act('POST', 'resume');
    expect((await subscription()).pause_collection).not.toBeNull();
  });
});

describe('a change that waits', () => {
  it('is paid with the card that the customer chose since', async () => {
    await begin('prorate_now');
    await change({ planId: 'large' });
    await till.sandbox.clock.advance(60);
    await change({ planId: 'small' });
    const client = await till.stripe();
    const { customer } = await subscription();
    const newer = await client.paymentMethods.attach('pm_card_mastercard', { customer: String(customer) });
    expect((await till.call('POST', `/v1/payment-methods/${newer.id}/default`, { token })).status).toBe(200);
    await till.advance(31 * day);
    const after = await subscription();
    expect([after.items.data[0]!.price.unit_amount, after.default_payment_method]).toEqual([1000, newer.id]);
  });

  it('keeps discounts, taxes and the payment method, and its preview shows them', async () => {
    await begin('prorate_now');
    await change({ planId: 'large' });
    const client = await till.stripe();
    const coupon = await client.coupons.create({ percent_off: 50, duration: 'forever' });
    const tenth = await client.coupons.create({ percent_off: 10, duration: 'forever' });
    const rate = await client.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false });
    const { customer, items } = await subscription();
    const method = await client.paymentMethods.attach('pm_card_mastercard', { customer: String(customer) });
    await client.subscriptions.update(id, {
      discounts: [{ coupon: coupon.id }],
      default_tax_rates: [rate.id],
      default_payment_method: method.id,
      items: [{ id: items.data[0]!.id, discounts: [{ coupon: tenth.id }], metadata: { seat: 'map' } }],
      metadata: { crm: '42' },
    });
    const before = await subscription();
    const shown = (
      await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { planId: 'small' } } })
    ).body;
    expect((await confirm(shown.preview)).status).toBe(200);
    await till.advance(31 * day);
    const after = await subscription();
    expect([after.discounts, after.items.data[0]!.discounts.length, after.default_payment_method, after.metadata.crm]).toEqual([
      before.discounts,
      1,
      before.default_payment_method,
      '42',
    ]);
    expect(after.default_tax_rates!.map(({ id: one }) => one)).toEqual([rate.id]);
    expect(after.items.data[0]!.metadata).toEqual({ seat: 'map' });
    const { data } = await client.invoices.list({ subscription: id, limit: 1 });
    expect(data[0]!.total).toBe(Math.round(2 * 1000 * 0.9 * 0.5 * 1.2));
  });
});
