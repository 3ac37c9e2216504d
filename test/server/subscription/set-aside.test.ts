/** What a cancellation sets aside, and that it is planned again, once, for who stays, unless the owner planned otherwise meanwhile. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const catalog = monthlyCatalog(monthlyPlan('small', 1000), monthlyPlan('large', 4000));
const large = { planId: 'large', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
let token: string;
let id: string;
/** How the next cancellation that is taken back is answered, instead of by Stripe. */
let next: 'refused' | 'cut' | undefined;
const stripeFetch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const takesBack = request.method === 'POST' && (await request.clone().text()).includes('cancel_at_period_end=false');
  if (next === undefined || !takesBack) return till.sandbox.fetch(request);
  if (next === 'cut') throw new TypeError('The connection broke.');
  next = undefined;
  return Response.json({ error: { type: 'invalid_request_error', message: 'Not this.' } }, { status: 400 });
};
beforeEach(async () => {
  next = undefined;
  till = await startTill({ catalog, app: { stripeFetch } });
  token = await till.signIn('ada');
  ({ id } = (await till.buy(large, { token })).checkout.subscription!);
});
afterEach(() => till.close());

const call = <Body = SubscriptionResponse>(path: string, body?: object) =>
  till.call<Body & Problem>('POST', path, { token, ...(body && { body }) });
const act = (action: string) => call(`/v1/subscriptions/${id}/${action}`);
const plan = async () => {
  const { preview } = (await call<PreviewResponse>('/v1/previews', { subscriptionId: id, target: { planId: 'small' } })).body;
  expect((await call(`/v1/subscriptions/${id}/changes`, { preview })).status).toBe(200);
};
const atStripe = async () => (await till.stripe()).subscriptions.retrieve(id);
/** What it costs from one phase to the next, where anything is planned. */
const planned = async () => {
  const { schedule } = await (await till.stripe()).subscriptions.retrieve(id, { expand: ['schedule.phases.items.price'] });
  if (schedule === null || typeof schedule === 'string') return undefined;
  return schedule.phases.map(({ items: [item] }) => (item!.price as { unit_amount: number }).unit_amount);
};
const isKept = async () => Object.keys((await atStripe()).metadata).some((name) => name.startsWith('till_set_aside'));
/** Taken back in Stripe's portal, of which nobody is told. */
const stayInPortal = async (metadata: Record<string, string> = {}) => {
  till.sandbox.deliveries.hold();
  await (await till.stripe()).subscriptions.update(id, { cancel_at_period_end: false, metadata });
};
/** Planned by the owner: seven of them from the next period on. */
const planByOwner = async (note: Record<string, string> = {}) => {
  const { subscriptionSchedules } = await till.stripe();
  const made = await subscriptionSchedules.create({ from_subscription: id });
  const [{ start_date, end_date, items }] = made.phases as [(typeof made.phases)[0]];
  const price = String(items[0]!.price);
  await subscriptionSchedules.update(made.id, {
    phases: [
      { items: [{ price, quantity: 1 }], start_date, end_date },
      { items: [{ price, quantity: 7 }], duration: { interval: 'month', interval_count: 1 }, metadata: note },
    ],
  });
  return made.id;
};

it('what came about is not planned again', async () => {
  await plan();
  await till.advance(32 * day);
  token = await till.signIn('ada');
  expect(await planned()).toEqual([4000, 1000]);
  expect((await act('cancel')).body.subscription).toHaveProperty('cancelAt');
  expect((await act('resume')).body.subscription).not.toHaveProperty('cancelAt');
  expect([await planned(), (await atStripe()).items.data[0]!.price.unit_amount]).toEqual([undefined, 1000]);
});

it('what the owner has planned at more length than can be kept keeps the customer from canceling, who is told why', async () => {
  const note = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`note_${at}`, 'x'.repeat(490)]));
  const owners = await planByOwner(note);
  const { status, body } = await act('cancel');
  expect([status, body]).toEqual([
    409,
    expect.objectContaining({ code: 'not_possible_now', detail: 'The owner of the site has planned more than can be kept.' }),
  ]);
  const { cancel_at: cancelAt, schedule } = await atStripe();
  expect([cancelAt, schedule]).toEqual([null, owners]);
});

it('what has ended as it was canceled is left as it is', async () => {
  await plan();
  await act('cancel');
  await till.advance(32 * day);
  token = await till.signIn('ada');
  till.stripeCalls.length = 0;
  expect((await act('resume')).body.code).toBe('nothing_to_undo');
  expect(till.stripeCalls.filter((asked) => asked === `POST /v1/subscriptions/${id}`)).toEqual([]);
  expect(till.logged('change.plan_not_restored')).toEqual([]);
});

it('who took it back in Stripe’s portal can cancel again, and stay, and has what was planned', async () => {
  await plan();
  const before = await planned();
  await act('cancel');
  await stayInPortal();
  expect((await act('cancel')).status).toBe(200);
  expect([(await act('resume')).status, await planned(), await isKept()]).toEqual([200, before, false]);
});

it('who took it back in Stripe’s portal can undo what was planned', async () => {
  await plan();
  await act('cancel');
  await stayInPortal();
  const undone = await till.call<SubscriptionResponse>('DELETE', `/v1/subscriptions/${id}/changes`, { token });
  expect([undone.status, await planned(), await isKept()]).toEqual([200, undefined, false]);
});

it.each([
  ['has planned since stands', () => planByOwner()],
  ['has just begun to plan stands', async () => (await (await till.stripe()).subscriptionSchedules.create({ from_subscription: id })).id],
])('what the owner %s, and what was set aside is forgotten', async (_, begin) => {
  await plan();
  await act('cancel');
  await stayInPortal();
  const owners = await begin();
  const before = await planned();
  expect((await act('resume')).body.code).toBe('nothing_to_undo');
  expect([(await atStripe()).schedule, await planned(), await isKept()]).toEqual([owners, before, false]);
  expect(till.logged('change.plan_not_restored')).toEqual([]);
});

it('what somebody has changed by hand is forgotten', async () => {
  await plan();
  await act('cancel');
  await stayInPortal({ till_set_aside_0: 'see the contract' });
  expect((await act('resume')).body.code).toBe('nothing_to_undo');
  expect([await planned(), await isKept()]).toEqual([undefined, false]);
});

it('what Stripe refuses to plan again keeps nobody from the next change, and is logged', async () => {
  await plan();
  await act('cancel');
  await stayInPortal();
  next = 'refused';
  expect((await act('pause')).body.subscription.status).toBe('paused');
  expect(await isKept()).toBe(false);
  expect(till.logged('change.plan_not_restored')).toMatchObject([{ level: 'warn', message: id, error: 'StripeInvalidRequestError' }]);
});

it('what cannot be planned again for now stays written down, and nothing else is done', async () => {
  await plan();
  const before = await planned();
  await act('cancel');
  await stayInPortal();
  next = 'cut';
  expect((await act('pause')).body.code).toBe('stripe_unavailable');
  next = undefined;
  expect([(await atStripe()).status, await isKept()]).toEqual(['active', true]);
  await act('cancel');
  expect([(await act('resume')).status, await planned()]).toEqual([200, before]);
});
