import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodSetup, PreviewResponse, Problem, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import type { WebhookMode } from '@tillkit/sandbox';
import { casesOn, databases } from '../../support/databases.ts';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { cards, shop, startTill, type StartTillOptions, type TestTill } from '../../support/till.ts';

const day = 86_400;
const m = { planId: 'm', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const free = { ...m, planId: 'free' };
const ends = ['choose', 'free', 'cancel', 'pause', 'create_invoice'] as const;
type End = (typeof ends)[number];

/** The catalog of the published case, every trial of which ends in one way. */
function catalogEnding(end: End): object {
  const file = JSON.parse(readFileSync(new URL('../../../examples/catalogs/redis-hosting.json', import.meta.url), 'utf8')) as {
    plans: { trial?: { end: string } }[];
  };
  for (const { trial } of file.plans) if (trial) trial.end = end;
  return file;
}

const price = 2900;
/** What the customer sees when the trial is over, newest first. */
const outcomes: Record<End, object[]> = {
  choose: [{ planId: 'm', status: 'canceled', endReason: 'trial_ended', choiceDue: true }],
  free: [
    { planId: 'free', status: 'active' },
    { planId: 'm', status: 'canceled', endReason: 'trial_ended' },
  ],
  cancel: [{ planId: 'm', status: 'canceled', endReason: 'trial_ended' }],
  pause: [{ planId: 'm', status: 'paused', hasPaymentMethod: false }],
  create_invoice: [{ planId: 'm', status: 'past_due', hasPaymentMethod: false, openInvoices: [{ amountDue: price }] }],
};

describe.each(databases)('a trial without card on %s', (database, openDatabase) => {
  let till: TestTill;
  let token: string;
  let id: string;
  afterEach(() => till.close());

  const again = async () => (token = await till.signIn('ada'));
  const owned = async (): Promise<Subscription[]> =>
    (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions;
  /** What the mirror says, without asking Stripe as a visit would. */
  const mirrored = async () => (await till.store.subscriptions.page('', 100)).map(({ status }) => status).toSorted();
  async function begin(end: End, stripe: StartTillOptions['stripe'] = {}): Promise<void> {
    till = await startTill({ catalog: catalogEnding(end), database: await openDatabase(), stripe });
    await again();
    const { body } = await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token, body: { selection: m } });
    id = body.subscription.id;
    expect(body.subscription).toMatchObject({ status: 'trialing', hasPaymentMethod: false });
    await till.settle();
  }
  async function addCard(subscriptionId?: string, card: string = cards.works) {
    // what is paused is resumed at the price that is shown
    const asked = { subscriptionId, action: 'resume' };
    const shown = subscriptionId ? await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: asked }) : undefined;
    const preview = shown?.status === 201 ? shown.body.preview : undefined;
    const body = { returnUrl: shop, ...(subscriptionId && { subscriptionId }), ...(preview && { preview }) };
    const { checkoutSessionId } = (await till.call<PaymentMethodSetup>('POST', '/v1/payment-methods', { token, body })).body;
    await till.pay(checkoutSessionId, card);
    return till.call<Problem>('POST', '/v1/payment-methods/added', { token, body: { checkoutSessionId } });
  }
  const charged = async () => {
    const stripe = await till.stripe();
    return (await stripe.charges.list({ limit: 100 })).data.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);
  };

  describe.each(ends)('that ends with %s', (end) => {
    const modes: WebhookMode[] = [{ mode: 'shuffled' }, { mode: 'duplicated' }, { mode: 'dropped', probability: 1 }];
    it.each(casesOn(database, modes))('comes to that with $mode events', async (mode) => {
      await begin(end, { webhookMode: mode });
      await till.app.sweeps.sweepEvents();
      for (const seconds of [27 * day + 60, 3 * day + 7200]) {
        await till.advance(seconds);
        if (mode.mode !== 'dropped') continue;
        await till.app.sweeps.sweepEvents();
        await till.settle();
      }
      const seen = await mirrored();
      expect(seen).toEqual(outcomes[end].map((one) => (one as Subscription).status).toSorted());
      await again();
      expect(await owned()).toMatchObject(outcomes[end]);
      expect((await till.store.outbox.list()).filter(({ type }) => type === 'subscription.trial_will_end')).toHaveLength(1);
      expect(await charged()).toEqual([]);
    });

    it('becomes the paid plan when a card is saved before', async () => {
      await begin(end);
      await till.advance(20 * day);
      await again();
      expect((await addCard()).status).toBe(200);
      expect((await owned())[0]).toMatchObject({ id, status: 'trialing', hasPaymentMethod: true, nextPayment: { amount: price } });
      await till.advance(10 * day + 7200);
      await again();
      const [only, ...others] = await owned();
      expect([only?.id, only?.status, others]).toEqual([id, 'active', []]);
      expect(await charged()).toEqual([price]);
    });
  });

  const over = async (end: End): Promise<void> => {
    await begin(end);
    await till.advance(30 * day + 7200);
    await again();
  };

  it('goes on after the choice, without a second trial', async () => {
    await over('choose');
    const { checkout } = await till.buy(m, { token });
    expect(checkout).toMatchObject({ payment: 'paid', amountTotal: price, subscription: { status: 'active' } });
    expect((await owned()).map(({ planId, status, choiceDue = false }) => [planId, status, choiceDue])).toEqual([
      ['m', 'active', false],
      ['m', 'canceled', false],
    ]);
  });

  it('stays free after the choice', async () => {
    await over('choose');
    const { status } = await till.call('POST', '/v1/subscriptions', { token, body: { selection: free } });
    expect(status).toBe(201);
    expect((await owned()).map(({ planId, choiceDue = false }) => [planId, choiceDue])).toEqual([
      ['free', false],
      ['m', false],
    ]);
  });

  it('goes on after the pause as soon as a card is added, and is charged once', async () => {
    await over('pause');
    expect((await addCard(id)).status).toBe(200);
    expect((await owned())[0]).toMatchObject({ id, status: 'active' });
    await till.settle();
    expect(await charged()).toEqual([price]);
  });

  it('rests on when the added card is declined, and says so', async () => {
    await over('pause');
    expect(await addCard(id, cards.declinedLater)).toMatchObject({ status: 402, body: { code: 'payment_failed' } });
    await till.settle();
    expect(await charged()).toEqual([]);
    expect((await owned())[0]).toMatchObject({ id, status: 'paused', openInvoices: [{ amountDue: price }] });
    expect((await addCard(id)).status).toBe(200);
    await till.settle();
    expect((await owned())[0]).toMatchObject({ id, status: 'active' });
    expect(await charged()).toEqual([price]);
  });

  it('is canceled, and not ended with its trial, where it rested and was ended at Stripe in the same hours', async () => {
    await over('pause');
    await (await till.stripe()).subscriptions.cancel(id);
    await till.settle();
    expect(await owned()).toMatchObject([{ id, status: 'canceled', endReason: 'canceled' }]);
    const told = (await till.store.outbox.list()).filter(({ type }) => type === 'subscription.canceled');
    expect(told.map(({ payload }) => payload)).toMatchObject([{ reason: 'requested' }]);
  });

  it('pays its invoice with the added card, and is charged once', async () => {
    await over('create_invoice');
    expect((await addCard(id)).status).toBe(200);
    expect((await owned())[0]).toMatchObject({ id, status: 'active' });
    await till.settle();
    expect(await charged()).toEqual([price]);
  });

  it('leads to unpaid when nobody pays, and a card still brings it back', async () => {
    await begin('create_invoice', { afterRetries: 'unpaid' });
    await till.advance(50 * day);
    await again();
    expect((await owned())[0]).toMatchObject({ id, status: 'unpaid', openInvoices: [{ amountDue: price }] });
    expect((await addCard(id)).status).toBe(200);
    expect((await owned())[0]!.status).toBe('active');
  });

  describe('the free plan afterwards', () => {
    const freePlans = async () => {
      const stripe = await till.stripe();
      const { data } = await stripe.subscriptions.list({ status: 'all', limit: 100 });
      return data.filter(({ metadata }) => metadata.till_plan === 'free').map(({ status }) => status);
    };
    beforeEach(async () => {
      await begin('free');
      till.sandbox.deliveries.hold();
      await till.sandbox.clock.advance(30 * day + 7200);
      await again();
    });

    it('begins once, whoever notices the end first and however many at the same time', async () => {
      await Promise.all([
        owned(),
        till.app.sweeps.sweepSubscriptions(),
        till.sandbox.deliveries.release(),
        owned(),
        till.app.sweeps.sweepSubscriptions(),
      ]);
      await till.settle();
      await till.app.sweeps.sweepSubscriptions();
      expect(await freePlans()).toEqual(['active']);
    });

    it('is there at once for the customer who looks', async () => {
      expect(await owned()).toMatchObject(outcomes.free);
    });

    it('is found by the nightly sweep alone', async () => {
      await till.app.sweeps.sweepSubscriptions();
      expect(await mirrored()).toEqual(['active', 'canceled']);
    });

    it('does not come back after it was ended, also when Stripe has forgotten the first request', async () => {
      const [plan] = await owned();
      await (await till.stripe()).subscriptions.cancel(plan!.id);
      await till.sandbox.clock.advance(day + 60);
      await till.sandbox.deliveries.release();
      await till.settle();
      await till.app.sweeps.sweepSubscriptions();
      expect(await freePlans()).toEqual(['canceled']);
    });

    it('does not come to who left long ago', async () => {
      await till.sandbox.clock.advance(36 * day);
      await till.app.sweeps.sweepSubscriptions();
      expect(await freePlans()).toEqual([]);
    });

    it('begins once when Stripe’s answer was lost', async () => {
      till.sandbox.faults.add({ kind: 'cut_after', route: 'POST /v1/subscriptions', times: 3 });
      await till.sandbox.deliveries.release();
      await till.settle();
      await till.app.sweeps.sweepSubscriptions().catch(() => undefined);
      await till.app.sweeps.sweepSubscriptions();
      expect(await freePlans()).toEqual(['active']);
    });
  });

  it('that the customer canceled ends, without the free plan', async () => {
    await begin('free');
    await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token });
    await till.advance(30 * day + 7200);
    await again();
    expect((await owned()).map(({ planId, endReason }) => [planId, endReason])).toEqual([['m', 'canceled']]);
  });
});

describe('the free plan after a trial, in a shop of two plan groups', () => {
  const trial = { days: 14, cardRequired: false, end: 'free' };
  const prices = [{ interval: 'month', amounts: { usd: 1900, eur: 1900 } }];
  const catalog = {
    ...monthlyCatalog(
      monthlyPlan('free-b', 0, { kind: 'free', group: 'b' }),
      monthlyPlan('plus-b', 1900, { group: 'b', trial }),
      monthlyPlan('grand', 2900),
      monthlyPlan('plus', 0, { prices, trial }),
      monthlyPlan('free', 0, { kind: 'free' }),
    ),
    currencies: ['usd', 'eur'],
  };
  let till: TestTill;
  let token: string;
  let meanwhile: (() => Promise<unknown>) | undefined;
  beforeEach(async () => {
    meanwhile = undefined;
    const stripeFetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      till.stripeCalls.push(`${request.method} ${new URL(request.url).pathname}`);
      const work = meanwhile;
      if (work && request.method === 'POST' && new URL(request.url).pathname === '/v1/subscriptions') {
        meanwhile = undefined;
        await work();
      }
      return till.sandbox.fetch(request);
    };
    till = await startTill({ catalog, app: { stripeFetch } });
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  const start = async (planId: string, more: object = {}, as = token) => {
    const body = { selection: { ...m, planId, ...more } };
    return (await till.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token: as, body })).body.subscription;
  };
  /** The plans that somebody looks at, newest first. */
  const plans = async () => {
    token = await till.signIn('ada');
    const { subscriptions } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
    return subscriptions.map(({ planId, status }) => [planId, status]);
  };
  const sold = async (planId: string) => (await (await till.stripe()).prices.list({ lookup_keys: [`${planId}_month`] })).data[0]!;
  /** What went wrong where nobody looks, of which there is nothing. */
  const troubles = () => [...till.logged('inbox.put_off'), ...till.logged('trial.free_plan')];
  const over = 14 * day + 7200;

  it('begins beside what was begun since in the other group', async () => {
    await start('plus');
    await till.advance(day);
    token = await till.signIn('ada');
    await start('free-b');
    await till.advance(over);
    expect(await plans()).toEqual([
      ['free', 'active'],
      ['free-b', 'active'],
      ['plus', 'canceled'],
    ]);
  });

  it('begins after another plan that was never paid for', async () => {
    const { customerId } = await start('plus');
    await till.advance(day);
    const { id: price } = await sold('grand');
    const stripe = await till.stripe();
    await stripe.subscriptions.create({ customer: customerId, items: [{ price }], payment_behavior: 'default_incomplete' });
    await till.advance(over);
    expect(await plans()).toEqual([
      ['free', 'active'],
      ['grand', 'incomplete_expired'],
      ['plus', 'canceled'],
    ]);
  });

  it.each(['another plan', 'what the catalog does not know'])('does not begin for whom the owner has moved to %s', async (what) => {
    const { id } = await start('plus');
    const stripe = await till.stripe();
    const { items } = await stripe.subscriptions.retrieve(id);
    const own = { currency: 'usd', unit_amount: 500, recurring: { interval: 'month' }, product_data: { name: 'Ours' } } as const;
    const price = what === 'another plan' ? await sold('grand') : await stripe.prices.create(own);
    await stripe.subscriptions.update(id, { items: [{ id: items.data[0]!.id, price: price.id }] });
    await till.advance(over);
    await till.app.sweeps.sweepSubscriptions();
    expect(await plans()).toEqual([[what === 'another plan' ? 'grand' : undefined, 'canceled']]);
    expect(troubles()).toEqual([]);
  });

  it('does not begin where something followed at Stripe of which nobody here has heard', async () => {
    const { customerId } = await start('plus');
    till.sandbox.deliveries.hold();
    await till.advance(over);
    const stripe = await till.stripe();
    await stripe.subscriptions.create({ customer: customerId, items: [{ price: (await sold('free')).id }] });
    await till.sandbox.deliveries.release();
    await till.settle();
    expect(await plans()).toEqual([
      ['free', 'active'],
      ['plus', 'canceled'],
    ]);
    expect(troubles()).toEqual([]);
  });

  it('begins once for two who notice it, also where something began in the other group between them', async () => {
    await start('plus');
    till.sandbox.deliveries.hold();
    await till.advance(over);
    token = await till.signIn('ada');
    meanwhile = async () => {
      await start('free-b');
      await plans();
    };
    await till.app.sweeps.sweepSubscriptions();
    expect(meanwhile).toBeUndefined();
    expect((await plans()).toSorted()).toEqual([
      ['free', 'active'],
      ['free-b', 'active'],
      ['plus', 'canceled'],
    ]);
  });

  it('is not asked for again by who looks while it runs', async () => {
    await start('plus');
    await till.advance(over);
    expect(await plans()).toHaveLength(2);
    const before = till.stripeCalls.length;
    expect(await plans()).toHaveLength(2);
    expect(till.stripeCalls.slice(before)).toEqual([]);
  });

  it('that is not sold in the customer’s currency keeps nothing else from them, and nobody else from theirs', async () => {
    const { id } = await start('plus', { currency: 'eur' });
    const eve = await till.signIn('eve');
    await start('plus', {}, eve);
    till.sandbox.deliveries.hold();
    await till.advance(over);
    await till.app.sweeps.sweepSubscriptions();
    const running = (await (await till.stripe()).subscriptions.list()).data.map(({ metadata }) => metadata['till_plan']);
    expect(running).toEqual(['free']);
    await till.sandbox.deliveries.release();
    await till.settle();
    expect(till.logged('inbox.put_off')).toEqual([]);
    expect(till.logged('trial.free_plan')[0]).toMatchObject({ level: 'warn', message: id, reason: expect.stringContaining('currency') });
    expect(await plans()).toEqual([['plus', 'canceled']]);
  });

  it('whose price the owner has archived at Stripe is missed, and the log says so', async () => {
    await start('plus');
    await (await till.stripe()).prices.update((await sold('free')).id, { active: false });
    await till.advance(over);
    expect(await plans()).toEqual([['plus', 'canceled']]);
    expect(till.logged('inbox.put_off')).toEqual([]);
    expect(till.logged('trial.free_plan')[0]).toMatchObject({ level: 'warn', reason: expect.stringContaining('interval') });
  });

  it('begins at once in both groups where both trials have ended', async () => {
    await start('plus');
    await start('plus-b');
    till.sandbox.deliveries.hold();
    await till.advance(over);
    expect((await plans()).toSorted()).toEqual([
      ['free', 'active'],
      ['free-b', 'active'],
      ['plus', 'canceled'],
      ['plus-b', 'canceled'],
    ]);
  });

  it('begins for everybody else although Stripe refuses it to one', async () => {
    for (const name of ['ada', 'eve', 'joe']) await start('plus', {}, await till.signIn(name));
    till.sandbox.deliveries.hold();
    await till.advance(over);
    till.sandbox.faults.add({ kind: 'forbidden', route: 'POST /v1/subscriptions', times: 1 });
    await expect(till.app.sweeps.sweepSubscriptions()).rejects.toThrow();
    expect((await (await till.stripe()).subscriptions.list()).data).toHaveLength(2);
    await till.app.sweeps.sweepSubscriptions();
    expect((await (await till.stripe()).subscriptions.list()).data).toHaveLength(3);
  });
});
