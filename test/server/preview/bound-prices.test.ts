/** A preview holds only while every price is the one that was shown, also one of which nothing is due at once. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const catalog = monthlyCatalog(monthlyPlan('plus', 1900, { trial: { days: 14, cardRequired: true } }), monthlyPlan('grand', 2900), {
  ...monthlyPlan('use', 0),
  prices: [{ interval: 'month', metered: 'calls', amounts: { usd: '5' } }],
});
const select = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });

let till: TestTill;
let token: string;
afterEach(() => till.close());
const begin = async () => {
  till = await startTill({ catalog });
  token = await till.signIn('ada');
};
const call = <Body>(path: string, body: unknown) => till.call<Body & Problem>('POST', path, { token, body });
/** The owner makes a plan dearer, and the server has seen it. */
const raise = async (planId: string) => {
  const client = await till.stripe();
  const [old] = (await client.prices.list({ lookup_keys: [`${planId}_month`], limit: 1 })).data;
  const { product, recurring, tax_behavior: tax } = old!;
  await client.prices.create({
    product: String(product),
    currency: 'usd',
    tax_behavior: tax!,
    lookup_key: `${planId}_month`,
    transfer_lookup_key: true,
    unit_amount: (old!.unit_amount ?? 0) + 100,
    recurring: {
      interval: 'month',
      ...(recurring!.meter && { usage_type: 'metered', meter: recurring!.meter }),
    },
  });
  await till.settle();
  await till.advance(310);
  // the first reading makes the next one new
  await till.call('GET', '/v1/catalog');
  await till.settle();
};

it('of a change is refused when a unit of use became dearer', async () => {
  await begin();
  const { id } = (await till.buy(select('grand'), { token })).checkout.subscription!;
  const preview = async () => (await call<PreviewResponse>('/v1/previews', { subscriptionId: id, target: { planId: 'use' } })).body.preview;
  const confirm = (shown: string) => call<SubscriptionResponse>(`/v1/subscriptions/${id}/changes`, { preview: shown });
  const before = await preview();
  await raise('use');
  const { status, body } = await confirm(before);
  expect([status, body.code, body.detail]).toEqual([409, 'preview_changed', 'A price, or the way it is charged, is another.']);
  expect((await confirm(await preview())).body.subscription.scheduledChange).toMatchObject({ planId: 'use' });
});

describe('of a purchase', () => {
  it.each([
    ['is paid after a trial', 'plus'],
    ['is paid by use', 'use'],
  ])('is refused when what %s became dearer, and its session is closed', async (_, planId) => {
    await begin();
    const selection = select(planId);
    const { verifierHash } = newVerifier();
    const preview = async () => (await call<PreviewResponse>('/v1/previews', { selection })).body.preview;
    const open = (shown: string) =>
      call<CheckoutSessionResponse>('/v1/checkout-sessions', { selection, returnUrl: shop, verifierHash, preview: shown });
    const before = await preview();
    await raise(planId);
    const { status, body } = await open(before);
    expect([status, body.code, body.detail]).toEqual([409, 'preview_changed', 'A price is another.']);
    const { data } = await (await till.stripe()).checkout.sessions.list({ status: 'open' });
    expect(data).toEqual([]);
    expect((await open(await preview())).status).toBe(201);
  });
});
