/** A checkout takes the preview that was made of exactly what is bought, for whoever buys it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckoutSessionResponse, PreviewResponse, Problem } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { newVerifier, shop, startTill, type TestTill } from '../../support/till.ts';

const seats = { min: 1, max: 9 };
const catalog = monthlyCatalog(monthlyPlan('plus', 1900, { seats }), monthlyPlan('other', 900, { group: 'other' }));
const select = (planId: string, more: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {}, ...more });

let till: TestTill;
let ada: string;
beforeEach(async () => {
  till = await startTill({ catalog });
  ada = await customer('ada');
});
afterEach(() => till.close());

const customer = async (name: string) => till.signIn(name, { customer: (await (await till.stripe()).customers.create({})).id });
const preview = async (token: string | undefined, body: object) => {
  const { status, body: answer } = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body });
  expect(status).toBe(201);
  return answer.preview;
};
const open = (token: string | undefined, shown: string, selection: object = select('plus')) => {
  const body = { selection, returnUrl: shop, verifierHash: newVerifier().verifierHash, preview: shown };
  return till.call<CheckoutSessionResponse & Problem>('POST', '/v1/checkout-sessions', { token, body });
};
const isRefused = async (answer: ReturnType<typeof open>) => {
  expect(await answer).toMatchObject({ status: 400, body: { code: 'preview_invalid' } });
  expect((await (await till.stripe()).checkout.sessions.list({ status: 'open' })).data).toEqual([]);
};

describe('a preview is taken', () => {
  it('from the customer whom it was made for', async () => {
    expect((await open(ada, await preview(ada, { selection: select('plus') }))).status).toBe(201);
  });

  it('from anybody, signed in or not, where it was made for nobody', async () => {
    const shown = await preview(undefined, { selection: select('plus') });
    for (const token of [ada, undefined]) expect((await open(token, shown)).status).toBe(201);
  });
});

describe('a preview is refused, and no session is opened,', () => {
  it('from another customer than whom it was made for', async () => {
    await isRefused(open(await customer('eve'), await preview(ada, { selection: select('plus') })));
  });

  it('from somebody who is not signed in where it was made for a customer', async () => {
    await isRefused(open(undefined, await preview(ada, { selection: select('plus') })));
  });

  it.each([
    ['another plan', select('other')],
    ['more seats', select('plus', { seats: 2 })],
  ])('where it was made of %s', async (_, selection) => {
    await isRefused(open(ada, await preview(ada, { selection })));
    await isRefused(open(undefined, await preview(undefined, { selection })));
  });

  it('where it was made of a change', async () => {
    const { id } = (await till.buy(select('other'), { token: ada })).checkout.subscription!;
    await isRefused(open(ada, await preview(ada, { subscriptionId: id, target: {} })));
  });
});
