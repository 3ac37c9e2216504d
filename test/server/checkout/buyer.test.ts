/** What somebody may buy beside what they have, and what they are told where they may not. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { openCheckout, type OpenCheckoutOptions } from '../../support/open-checkout.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const select = (planId: string, more: object = {}) => ({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {}, ...more });

let till: TestTill;
afterEach(() => till.close());

const open = (selection: object, more?: OpenCheckoutOptions) => openCheckout(till, selection, more);
const start = (planId: string, token: string) =>
  till.call<SubscriptionResponse & Problem>('POST', '/v1/subscriptions', { token, body: { selection: select(planId) } });

describe('whoever has a plan', () => {
  const catalog = {
    ...monthlyCatalog(monthlyPlan('free', 0, { kind: 'free' }), monthlyPlan('gift', 0, { kind: 'free' }), monthlyPlan('plus', 1900)),
    currencies: ['usd', 'eur'],
    plans: [
      { id: 'free', name: 'Free', kind: 'free', prices: [{ interval: 'month', amounts: { usd: 0, eur: 0 } }] },
      { id: 'gift', name: 'Gift', kind: 'free', prices: [{ interval: 'month', amounts: { usd: 0, eur: 0 } }] },
      { id: 'plus', name: 'Plus', prices: [{ interval: 'month', amounts: { usd: 1900, eur: 1700 } }] },
    ],
    products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900, eur: 3500 } } }],
  };

  it('that costs nothing gets no other one that costs nothing beside it', async () => {
    till = await startTill({ catalog });
    const token = await till.signIn('ada');
    expect((await start('free', token)).status).toBe(201);
    for (const { status, body } of [await start('gift', token), await open(select('gift'), { token })])
      expect([status, body.code]).toEqual([409, 'already_subscribed']);
    expect((await open(select('plus'), { token })).status).toBe(201);
  });

  it('is told so, whatever code they typed', async () => {
    till = await startTill({ catalog });
    const { token } = await till.buy(select('plus'), { token: await till.signIn('ada') });
    const { status, body } = await open(select('plus'), { token, promotionCode: 'UNHEARD-OF' });
    expect([status, body.code]).toEqual([409, 'already_subscribed']);
  });

  it('buys what is sold alone as often as they like, in any currency', async () => {
    till = await startTill({ catalog });
    const { token } = await till.buy(select('plus'), { token: await till.signIn('ada') });
    await till.settle();
    const { checkout } = await till.buy({ productId: 'handbook', quantity: 1, currency: 'eur' }, { token });
    const session = await (await till.stripe()).checkout.sessions.retrieve(checkout.checkoutSessionId);
    expect([session.mode, session.currency, session.amount_total]).toEqual(['payment', 'eur', 3500]);
  });
});

it('what is refused as a whole names no part of it', async () => {
  const ids = Array.from({ length: 20 }, (_, number) => `add-on-${number}`);
  const addOns = ids.map((id) => ({ id, name: id, prices: [{ interval: 'month', amounts: { usd: 100 } }] }));
  till = await startTill({ catalog: { ...monthlyCatalog(monthlyPlan('plus', 1900)), addOns } });
  const { body } = await open(select('plus', { addOns: Object.fromEntries(ids.map((id) => [id, 1])) }));
  expect(body.code).toBe('too_many_items');
  expect(body).not.toHaveProperty('detail');
});

it('what is too much at once for who has had the trial is sold to nobody', async () => {
  const fee = { setupFee: { amounts: { usd: 60_000_000 } } };
  till = await startTill({ catalog: monthlyCatalog(monthlyPlan('plus', 60_000_000, { ...fee, trial: { days: 7, cardRequired: true } })) });
  const { status, body } = await open(select('plus'));
  expect([status, body.code]).toEqual([422, 'amount_too_large']);
});

describe('a price that was shown', () => {
  const byUse = (id: string, usd: string) => ({ id, name: id, prices: [{ interval: 'month', amounts: { usd }, metered: id }] });
  const catalog = { ...monthlyCatalog(monthlyPlan('plus', 1900)), addOns: [byUse('calls', '0.05'), byUse('mails', '0.2')] };
  const refusal = async (selection: object, shown: object) => {
    const { status, body } = await open(selection, { shown });
    expect([status, body.code]).toEqual([409, 'preview_changed']);
    return body.detail;
  };

  it('and is another now is said beside the new one; what is paid by use only where it is another', async () => {
    till = await startTill({ catalog });
    const used = select('plus', { addOns: { calls: 1, mails: 1 } });
    const shown = { today: 1900, recurring: 1900, usage: ['0.05', '0.2'] };
    expect((await open(used, { shown })).status).toBe(201);
    const another = 'today: 1800 when shown, 1900 now; recurring: 1800 when shown, 1900 now';
    expect(await refusal(used, { ...shown, today: 1800, recurring: 1800 })).toBe(another);
    expect(await refusal(select('plus'), { today: 1800, recurring: 1800 })).toBe(another);
    const same = 'today: 1900 when shown, 1900 now; recurring: 1900 when shown, 1900 now';
    expect(await refusal(used, { ...shown, usage: ['0.05', '0.3'] })).toBe(`${same}; one by use: 0.05, 0.3 when shown, 0.05, 0.2 now`);
    expect(await refusal(used, { today: 1900, recurring: 1900 })).toBe(`${same}; one by use:  when shown, 0.05, 0.2 now`);
  });
});
