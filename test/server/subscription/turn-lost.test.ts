/** A change that was begun when another request got its turn, because Stripe took too long: whoever asked for it is not told that nothing was done. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const changes = { upgrade: 'difference_now', downgrade: 'at_period_end' };
const catalog = monthlyCatalog(monthlyPlan('small', 1000, { changes }), monthlyPlan('large', 4000, { changes }));

let till: TestTill;
let token: string;
let id: string;
/** What happens once while Stripe does what is asked of it. */
let meanwhile: { readonly path: RegExp; readonly work: () => Promise<unknown> } | undefined;

const stripeFetch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const answer = await till.sandbox.fetch(request);
  const now = request.method !== 'GET' && meanwhile?.path.test(new URL(request.url).pathname) ? meanwhile : undefined;
  if (now) meanwhile = undefined;
  await now?.work();
  return answer;
};

beforeEach(async () => {
  meanwhile = undefined;
  till = await startTill({ catalog, app: { stripeFetch } });
  token = await till.signIn('ada');
  const selection = { planId: 'large', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
  ({ id } = (await till.buy(selection, { token })).checkout.subscription!);
});
afterEach(() => till.close());

const call = <Body = SubscriptionResponse>(method: string, path: string, body?: object) =>
  till.call<Body & Problem>(method, path, { token, ...(body && { body }) });
const confirmationOf = async (planId: string) => {
  const body = { subscriptionId: id, target: { planId } };
  const { preview } = (await call<PreviewResponse>('POST', '/v1/previews', body)).body;
  return () => call('POST', `/v1/subscriptions/${id}/changes`, { preview });
};
/** The turn is over, and another request, which wants nothing that could be done, finishes what was begun. */
const another = async (): Promise<void> => {
  await till.sandbox.clock.advance(45);
  expect((await call('POST', `/v1/subscriptions/${id}/resume`)).body.code).toBe('nothing_to_undo');
};
const plannedIn = ({ subscription }: SubscriptionResponse) => subscription.scheduledChange?.planId;

it('is not known to be done where another request goes on with it, and is answered when it is asked for again', async () => {
  const confirm = await confirmationOf('small');
  meanwhile = { path: /\/subscription_schedules/u, work: another };
  const { status, body } = await confirm();
  expect([meanwhile, status, body.code]).toEqual([undefined, 502, 'stripe_unavailable']);
  const again = await confirm();
  expect([again.status, plannedIn(again.body)]).toEqual([200, 'small']);
  const { data } = await (await till.stripe()).subscriptionSchedules.list({});
  expect(data).toHaveLength(1);
});

it('is refused where nothing of it was begun', async () => {
  const confirm = await confirmationOf('small');
  meanwhile = { path: /\/invoices\/create_preview$/u, work: another };
  const { status, body } = await confirm();
  expect([meanwhile, status, body.code]).toEqual([undefined, 409, 'not_possible_now']);
  expect(plannedIn((await call('GET', `/v1/subscriptions/${id}`)).body)).toBeUndefined();
});
