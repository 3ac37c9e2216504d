/** What happens to a checkout while it waits for another request, or for Stripe: nobody pays for what they have, nor for another price. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PreviewResponse } from '@tillkit/core/contract/contract';
import { slotOwnersOf } from '@tillkit/server/checkout/one-open-checkout';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { openCheckout, type OpenCheckoutOptions } from '../../support/open-checkout.ts';
import { newVerifier, startTill, type TestTill } from '../../support/till.ts';

const selectOf = (planId: string) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} });
const dear = (more: object = {}) => monthlyCatalog(monthlyPlan('team', 11_111_111, { seats: { min: 1, max: 999_999 }, ...more }));

let till: TestTill;
afterEach(() => till.close());

const open = (selection: object, more?: OpenCheckoutOptions) => openCheckout(till, selection, more);
const stillOpen = async () => (await (await till.stripe()).checkout.sessions.list({ status: 'open', limit: 100 })).data.map(({ id }) => id);

describe('what cannot be sold', () => {
  it('is named where one thing of several cannot', async () => {
    till = await startTill();
    const { body } = await open({ planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: { unheardOf: 1 } });
    expect([body.code, body.detail]).toEqual(['unknown_add_on', 'It is about "unheardOf".']);
  });

  it('is what costs more than Stripe charges, also when a trial comes first', async () => {
    for (const more of [{}, { trial: { days: 7, cardRequired: true } }]) {
      till = await startTill({ catalog: dear(more) });
      for (const seats of [10, 999_999]) expect((await open({ ...selectOf('team'), seats })).body.code).toBe('amount_too_large');
      await till.close();
    }
  });
});

describe('a checkout that waits for another request', () => {
  const catalog = monthlyCatalog(monthlyPlan('plus', 1900), monthlyPlan('grand', 2900));

  /** Begins a checkout of a known customer while another request has its turn, does something meanwhile, and lets it go on. */
  const meanwhile = async (work: (customerId: string) => Promise<void>) => {
    till = await startTill({ catalog });
    const token = await till.signIn('ada');
    await open(selectOf('grand'), { token });
    const [before] = await stillOpen();
    const client = await till.stripe();
    await client.checkout.sessions.expire(before!);
    await till.settle();
    const customerId = (await till.store.identities.find({ issuer: 'owner', subject: 'ada' }))!.customerId!;
    const key = { owner: slotOwnersOf([], [customerId])[0]!, planGroup: 'main' };
    expect(await till.store.checkoutSlots.hold(key, 'another', till.now())).toBe(true);
    const answer = open(selectOf('plus'), { token });
    const calls = till.stripeCalls.length;
    // it has looked at what the customer owns, and waits
    while (!till.stripeCalls.slice(calls).some((made) => made.includes('/subscriptions')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await work(customerId);
    await till.store.checkoutSlots.release(key, 'another');
    const { status, body } = await answer;
    return [status, body.code, await stillOpen()];
  };

  it('is refused when something of its plan group has begun by then', async () => {
    const begin = async (customer: string) => {
      const client = await till.stripe();
      const { data } = await client.prices.list({ lookup_keys: ['grand_month'] });
      await client.subscriptions.create({
        customer,
        items: [{ price: data[0]!.id }],
        collection_method: 'send_invoice',
        days_until_due: 30,
      });
      await till.settle();
    };
    expect(await meanwhile(begin)).toEqual([409, 'already_subscribed', []]);
  });

  it.each([
    ['whose customer was erased', (customer: string) => till.store.transaction((tables) => tables.erased.add(customer, till.now()))],
    ['who was erased', () => till.store.transaction((tables) => tables.identities.remove({ issuer: 'owner', subject: 'ada' }))],
  ])('is opened for nobody %s by then', async (_name, erase) => {
    expect(await meanwhile(async (customer) => void (await erase(customer)))).toEqual([401, 'signed_out', []]);
  });
});

describe('a checkout of what was shown', () => {
  const catalog = monthlyCatalog(monthlyPlan('plus', 1900));
  const selection = selectOf('plus');
  const begin = async () => {
    till = await startTill({ catalog });
    const client = await till.stripe();
    const { id: coupon } = await client.coupons.create({ percent_off: 10, duration: 'forever' });
    await client.promotionCodes.create({ code: 'TENTH', promotion: { type: 'coupon', coupon } });
    return client;
  };
  const preview = async (more: object = {}) =>
    (await till.call<PreviewResponse>('POST', '/v1/previews', { body: { selection, ...more } })).body.preview;
  const isRefused = async (more: object) => {
    const { status, body } = await open(selection, { ...more });
    return [status, body.code, body.detail, await stillOpen()];
  };

  it('is opened with the code that was shown, and with no other', async () => {
    await begin();
    const plain = await preview();
    const withCode = await preview({ promotionCode: 'TENTH' });
    const another = [409, 'preview_changed', 'The code is another.', []];
    expect(await isRefused({ preview: plain, promotionCode: 'TENTH' })).toEqual(another);
    expect(await isRefused({ preview: withCode })).toEqual(another);
    expect((await open(selection, { preview: plain })).status).toBe(201);
    expect((await open(selection, { preview: withCode, promotionCode: 'TENTH' })).status).toBe(201);
  });

  it('is refused, and closed, when it costs something else by now', async () => {
    const client = await begin();
    const shown = await preview();
    const [old] = (await client.prices.list({ lookup_keys: ['plus_month'] })).data;
    await client.prices.create({
      product: String(old!.product),
      currency: 'usd',
      tax_behavior: old!.tax_behavior!,
      unit_amount: 2000,
      recurring: { interval: 'month' },
      lookup_key: 'plus_month',
      transfer_lookup_key: true,
    });
    await till.settle();
    await till.advance(310);
    await till.call('GET', '/v1/catalog');
    await till.settle();
    expect(await isRefused({ preview: shown })).toEqual([409, 'preview_changed', 'total: 1900 when shown, 2000 now', []]);
  });
});

it('is one session where Stripe’s answer to the first request got lost', async () => {
  till = await startTill();
  const { verifierHash } = newVerifier();
  till.sandbox.faults.add({ kind: 'cut_after', route: 'POST /v1/checkout/sessions', times: 3 });
  const selection = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
  expect((await open(selection, { verifierHash })).status).toBe(502);
  till.sandbox.faults.clear();
  const { status, body } = await open(selection, { verifierHash });
  expect([status, await stillOpen()]).toEqual([201, [body.checkoutSessionId]]);
});
