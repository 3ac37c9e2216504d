import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeTarget, PreviewResponse, Problem, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { defaultNow, startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 2, addOns: { storage: 3, 'priority-support': 1 } };
const monthly = 2 * 7900 + 3 * 600 + 4900;
const day = 86_400;

describe('a change', () => {
  let till: TestTill;
  let token: string;
  let id: string;

  async function start(selection: object = company) {
    till = await startTill();
    token = await till.signIn('ada');
    const { checkout } = await till.buy(selection, { token });
    await till.settle();
    id = checkout.subscription!.id;
  }
  beforeEach(() => start());
  afterEach(() => till.close());

  const preview = (target: ChangeTarget) =>
    till.call<PreviewResponse & Problem>('POST', '/v1/previews', { token, body: { subscriptionId: id, target } });
  const confirm = (token_: string, path = id) =>
    till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${path}/changes`, { token, body: { preview: token_ } });
  const change = async (target: ChangeTarget) => confirm((await preview(target)).body.preview);
  const current = async () => (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions[0]!;
  const lastInvoice = async () => (await (await till.stripe()).invoices.list({ limit: 1 })).data[0]!;
  /** Signs in again, as half an hour without a request ends a session. */
  const later = async (seconds: number) => {
    await till.advance(seconds);
    token = await till.signIn('ada');
  };

  it('charges exactly what was shown, in the middle of a period', async () => {
    await later(10 * day + 3661);
    const shown = (await preview({ seats: 5 })).body;
    expect(shown.invoice).toMatchObject({
      effective: 'now',
      currency: 'usd',
      credit: 0,
      recurring: { amount: monthly + 3 * 7900, interval: 'month' },
    });
    expect(shown.invoice.lines.every((line) => line.proration && line.kind === 'proration' && line.name.length > 0)).toBe(true);
    await till.advance(120);
    const { status, body } = await confirm(shown.preview);
    expect(status).toBe(200);
    expect(body.subscription).toMatchObject({ seats: 5, status: 'active' });
    const invoice = await lastInvoice();
    expect([invoice.status, invoice.amount_paid, invoice.billing_reason]).toEqual(['paid', shown.invoice.dueNow, 'subscription_update']);
  });

  it('keeps the add-ons when the target does not name them', async () => {
    const { body } = await change({ seats: 3 });
    expect(body.subscription.addOns).toEqual(company.addOns);
  });

  it('removes every add-on when the target names none', async () => {
    const shown = (await preview({ addOns: {} })).body;
    expect(shown.invoice).toMatchObject({ effective: 'period_end', dueNow: 0, recurring: { amount: 2 * 7900 } });
    const { body } = await confirm(shown.preview);
    expect(body.subscription).toMatchObject({ addOns: company.addOns, scheduledChange: { planId: 'company', seats: 2, addOns: {} } });
    await later(31 * day + 7200);
    const after = await current();
    expect(after.addOns).toEqual({});
    expect(after).not.toHaveProperty('scheduledChange');
  });

  it('adds an add-on and changes a quantity at once', async () => {
    const { body } = await change({ addOns: { storage: 5, 'priority-support': 1, 'extra-seats': 10 } });
    expect(body.subscription.addOns).toEqual({ storage: 5, 'priority-support': 1, 'extra-seats': 10 });
    expect(body.subscription.items).toHaveLength(4);
  });

  it('moves to a longer interval at once, and counts the period from now', async () => {
    await later(5 * day);
    const shown = (await preview({ interval: 'year' })).body;
    expect(shown.invoice).toMatchObject({ effective: 'now', recurring: { interval: 'year' } });
    const { body } = await confirm(shown.preview);
    expect(body.subscription).toMatchObject({ interval: 'year', seats: 2 });
    expect((await lastInvoice()).amount_paid).toBe(shown.invoice.dueNow);
  });

  it('moves to a cheaper plan at the end of the period, and can be undone until then', async () => {
    const shown = (await preview({ planId: 'starter' })).body;
    const before = await current();
    expect(shown.invoice).toMatchObject({ effective: 'period_end', effectiveAt: before.currentPeriodEnd, dueNow: 0, credit: 0 });
    const { body } = await confirm(shown.preview);
    expect(body.subscription).toMatchObject({
      planId: 'company',
      scheduledChange: { at: before.currentPeriodEnd, planId: 'starter', interval: 'month', seats: 2, addOns: { storage: 3 } },
    });
    const undone = await till.call<SubscriptionResponse & Problem>('DELETE', `/v1/subscriptions/${id}/changes`, { token });
    expect(undone.body.subscription).not.toHaveProperty('scheduledChange');
    expect((await till.call<Problem>('DELETE', `/v1/subscriptions/${id}/changes`, { token })).body.code).toBe('nothing_to_undo');
    await later(32 * day);
    expect(await current()).toMatchObject({ planId: 'company', addOns: company.addOns });
  });

  it('carries a waiting change out at the end of the period', async () => {
    await change({ planId: 'starter' });
    await later(31 * day + 7200);
    expect(await current()).toMatchObject({ planId: 'starter', seats: 2, addOns: { storage: 3 } });
    expect((await lastInvoice()).amount_paid).toBe(2 * 900 + 3 * 600);
    const late = await till.call<Problem>('DELETE', `/v1/subscriptions/${id}/changes`, { token });
    expect([late.status, late.body.code]).toEqual([409, 'nothing_to_undo']);
  });

  it('that waits is planned once, however often it is confirmed', async () => {
    const shown = (await preview({ planId: 'starter' })).body.preview;
    const [first, second] = [await confirm(shown), await confirm(shown)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body.subscription.scheduledChange).toMatchObject({ planId: 'starter' });
    expect(second.body).toEqual(first.body);
    expect((await (await till.stripe()).subscriptionSchedules.list()).data).toHaveLength(1);
  });

  it('to what there is already is answered with it, and makes nothing at Stripe', async () => {
    const before = await current();
    const shown = (await preview({ seats: 2 })).body;
    expect(shown.invoice).toMatchObject({ dueNow: 0, credit: 0, recurring: { amount: monthly } });
    till.stripeCalls.length = 0;
    const { status, body } = await confirm(shown.preview);
    expect([status, body.subscription]).toEqual([200, before]);
    expect(till.stripeCalls.filter((call) => call !== 'POST /v1/invoices/create_preview' && !call.startsWith('GET '))).toEqual([]);
  });

  it('is answered in the language that is asked for, and so is its undoing', async () => {
    const { preview: shown } = (await preview({ planId: 'starter' })).body;
    const planOf = ({ body }: { readonly body: SubscriptionResponse }) => body.subscription.items[0]!.name;
    const path = `/v1/subscriptions/${id}/changes?locale=he`;
    expect(planOf(await till.call<SubscriptionResponse>('POST', path, { token, body: { preview: shown } }))).toBe('חברה');
    expect(planOf(await till.call<SubscriptionResponse>('DELETE', path, { token }))).toBe('חברה');
  });

  it('is possible again after a waiting change was carried out', async () => {
    await change({ planId: 'starter' });
    await later(31 * day + 7200);
    expect((await change({ seats: 3 })).body.subscription).toMatchObject({ planId: 'starter', seats: 3 });
    const { body } = await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/cancel`, { token });
    expect(body.subscription).toHaveProperty('cancelAt');
  });

  it('that was waiting is forgotten when the subscription is canceled', async () => {
    await change({ planId: 'starter' });
    const { body } = await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/cancel`, { token });
    expect(body.subscription).toMatchObject({ planId: 'company', cancelAt: body.subscription.currentPeriodEnd });
    expect(body.subscription).not.toHaveProperty('scheduledChange');
  });

  it('lists the plan first, then add-ons in the catalog’s order', async () => {
    expect((await current()).items.map(({ productId }) => productId)).toEqual(['company', 'storage', 'priority-support']);
  });

  it('takes the place of a change that was waiting', async () => {
    await change({ planId: 'starter' });
    const { body } = await change({ seats: 6 });
    expect(body.subscription).toMatchObject({ planId: 'company', seats: 6 });
    expect(body.subscription).not.toHaveProperty('scheduledChange');
  });

  it('ends a trial when the new plan has none, at the price that was shown', async () => {
    await till.close();
    await start({ planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} });
    const shown = (await preview({ planId: 'company', seats: 4 })).body;
    expect(shown.invoice).toMatchObject({ effective: 'now', dueNow: 4 * 7900, recurring: { amount: 4 * 7900 } });
    const { body } = await confirm(shown.preview);
    expect(body.subscription).toMatchObject({ status: 'active', planId: 'company', seats: 4 });
    expect(body.subscription.nextPayment?.amount).toBe(4 * 7900);
  });

  describe('whose payment does not go through', () => {
    async function useCard(card: string): Promise<void> {
      const stripe = await till.stripe();
      const { customer } = await stripe.subscriptions.retrieve(id);
      const method = await stripe.paymentMethods.attach(card, { customer: customer as string });
      await stripe.subscriptions.update(id, { default_payment_method: method.id });
    }

    it.each([
      ['pm_card_chargeCustomerFail', 'payment_failed'],
      ['pm_card_authenticationRequired', 'authentication_required'],
    ])('leaves everything as it was with %s, and shows where to pay', async (card, code) => {
      const before = await current();
      await useCard(card);
      const { status, body } = await change({ seats: 5 });
      expect([status, body.code]).toEqual([402, code]);
      const after = await current();
      expect(after).toMatchObject({ status: 'active', seats: 2, addOns: company.addOns, items: before.items });
      expect(after.openInvoices?.[0]).toMatchObject({ amountDue: 3 * 7900, hostedInvoiceUrl: expect.stringContaining('http') as string });
    });

    it('happens once the open invoice is paid with another card', async () => {
      await useCard('pm_card_chargeCustomerFail');
      await change({ seats: 5 });
      await useCard('pm_card_visa');
      const { status, body } = await till.call<SubscriptionResponse>('POST', `/v1/subscriptions/${id}/pay`, { token });
      expect(status).toBe(200);
      expect(body.subscription).toMatchObject({ status: 'active', seats: 5 });
      expect(body.subscription).not.toHaveProperty('openInvoices');
    });
  });

  it('that costs something sends a customer without a card to the checkout', async () => {
    const redis = await startTill({ catalog: 'redis-hosting' });
    const ada = await redis.signIn('ada');
    const free = { planId: 'free', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
    const { subscription } = (
      await redis.call<SubscriptionResponse>('POST', '/v1/subscriptions', { token: ada, body: { selection: free } })
    ).body;
    const shown = await redis.call<PreviewResponse>('POST', '/v1/previews', {
      token: ada,
      body: { subscriptionId: subscription.id, target: { planId: 's' } },
    });
    expect(shown.body.invoice).toMatchObject({ effective: 'now' });
    expect(shown.body.invoice.dueNow).toBeGreaterThan(0);
    const { status, body } = await redis.call<Problem>('POST', `/v1/subscriptions/${subscription.id}/changes`, {
      token: ada,
      body: { preview: shown.body.preview },
    });
    expect([status, body.code]).toEqual([409, 'needs_checkout']);
    await redis.close();
  });

  it.each([
    ['a plan that is not sold', { planId: 'nope' }, 'unknown_plan'],
    ['no seat', { seats: 0 }, 'quantity_below_min'],
    ['an add-on off its step', { addOns: { 'extra-seats': 12 } }, 'quantity_off_step'],
    ['what is paid once', { addOns: { onboarding: 1 } }, 'one_time_add_on_in_change'],
    ['an interval that is not sold', { interval: 'week' }, 'interval_not_offered'],
  ])('is refused for %s', async (_, target, code) => {
    const { status, body } = await preview(target);
    expect([status, body.code]).toEqual([422, code]);
  });

  it('takes no amount, price or date from the page', async () => {
    for (const extra of [{ amount: 1 }, { price: 'price_1' }, { prorationDate: 1 }, { currency: 'eur' }, { trialEnd: 'now' }]) {
      expect((await preview({ seats: 3, ...extra })).body.code).toBe('invalid_request');
    }
  });

  it('is refused when the preview is too old, made up, or for something else', async () => {
    const shown = (await preview({ seats: 3 })).body.preview;
    expect((await confirm(`${shown.slice(0, -3)}abc`)).body.code).toBe('preview_invalid');
    expect((await confirm('nonsense')).body.code).toBe('preview_invalid');
    const purchase = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { selection: company } });
    expect((await confirm(purchase.body.preview)).body.code).toBe('preview_invalid');
    const eve = await till.signIn('eve');
    const stolen = await till.call<Problem>('POST', `/v1/subscriptions/${id}/changes`, { token: eve, body: { preview: shown } });
    expect([stolen.status, stolen.body.code]).toEqual([400, 'preview_invalid']);
    expect((await current()).seats).toBe(2);
    await till.advance(15 * 60);
    expect((await confirm(shown)).body.code).toBe('preview_expired');
  });

  it('is refused with the preview of resuming it', async () => {
    await till.call('POST', `/v1/subscriptions/${id}/pause`, { token });
    const shown = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, action: 'resume' } });
    expect((await confirm(shown.body.preview)).body.code).toBe('preview_invalid');
    expect((await current()).status).toBe('paused');
  });

  it('is refused when another was made since, in words that say so', async () => {
    const shown = (await preview({ seats: 5 })).body.preview;
    await change({ seats: 4 });
    const { status, body } = await confirm(shown);
    expect([status, body.code]).toEqual([409, 'preview_changed']);
    expect(body.detail).toBe('The subscription was changed since this was shown.');
    expect((await current()).seats).toBe(4);
  });

  it('is done once, however often it is confirmed', async () => {
    const shown = (await preview({ seats: 5 })).body;
    const answers = await Promise.all([confirm(shown.preview), confirm(shown.preview), confirm(shown.preview)]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    const stripe = await till.stripe();
    const invoices = (await stripe.invoices.list({ limit: 10 })).data.filter((invoice) => invoice.billing_reason === 'subscription_update');
    expect(invoices).toHaveLength(1);
    expect(invoices[0]!.amount_paid).toBe(shown.invoice.dueNow);
  });

  it('is not possible on the way to the end', async () => {
    await till.call('POST', `/v1/subscriptions/${id}/cancel`, { token });
    expect((await preview({ seats: 5 })).body.code).toBe('not_possible_now');
  });
});

describe('a customer with two subscriptions', () => {
  it('changes the one that was shown, and the other by no preview of it', async () => {
    const seats = { min: 1, max: 50 };
    const till = await startTill({
      catalog: monthlyCatalog(monthlyPlan('desk', 1000, { group: 'desks', seats }), monthlyPlan('chair', 1000, { group: 'chairs', seats })),
    });
    const token = await till.signIn('ada');
    const buy = async (planId: string) =>
      (await till.buy({ planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} }, { token })).checkout.subscription!.id;
    const [desk, chair] = [await buy('desk'), await buy('chair')];
    await till.settle();
    const body = { subscriptionId: desk, target: { seats: 5 } };
    const { preview } = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body })).body;
    const confirm = (id: string) => till.call<Problem>('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview } });
    const other = await confirm(chair);
    expect([other.status, other.body.code]).toEqual([400, 'preview_invalid']);
    expect((await confirm(desk)).status).toBe(200);
    const { subscriptions } = (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body;
    expect(Object.fromEntries(subscriptions.map(({ planId, seats: many }) => [planId, many]))).toEqual({ desk: 5, chair: 1 });
    await till.close();
  });
});

describe('a clock that is not Stripe’s', () => {
  it('does not matter to what a change costs', async () => {
    const late = 40 * day;
    const till = await startTill({ app: { now: () => defaultNow } });
    const token = await till.signIn('ada');
    const { checkout } = await till.buy(company, { token });
    const { id } = checkout.subscription!;
    await till.sandbox.clock.advance(late);
    const shown = (await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { seats: 5 } } }))
      .body;
    expect(shown.invoice.prorationDate).toBe(defaultNow + late);
    await till.sandbox.clock.advance(60);
    const { status } = await till.call('POST', `/v1/subscriptions/${id}/changes`, { token, body: { preview: shown.preview } });
    expect(status).toBe(200);
    const [invoice] = (await (await till.stripe()).invoices.list({ limit: 1 })).data;
    expect(invoice!.amount_paid).toBe(shown.invoice.dueNow);
    await till.close();
  });
});

describe('POST /v1/previews for a purchase', () => {
  it('shows Stripe’s first invoice to anybody', async () => {
    const till = await startTill();
    const { status, body } = await till.call<PreviewResponse>('POST', '/v1/previews', {
      body: { selection: { ...company, addOns: { ...company.addOns, onboarding: 1 } } },
    });
    expect(status).toBe(201);
    expect(body.invoice).toMatchObject({ dueNow: monthly + 19_000, recurring: { amount: monthly, interval: 'month' }, effective: 'now' });
    expect(body.invoice.lines.map(({ kind, amount }) => [kind, amount])).toEqual(
      expect.arrayContaining([
        ['plan', 15_800],
        ['add_on', 19_000],
      ]),
    );
    await till.close();
  });

  it('leaves only what is paid once for today when there is a trial', async () => {
    const till = await startTill();
    const { body } = await till.call<PreviewResponse>('POST', '/v1/previews', {
      body: { selection: { planId: 'team', interval: 'month', currency: 'eur', seats: 1, addOns: { onboarding: 1 } } },
    });
    const onboarding = till.file.addOns.find((addOn) => addOn.id === 'onboarding')!.prices[0]!.amounts.eur;
    expect(body.invoice).toMatchObject({ currency: 'eur', dueNow: onboarding });
    await till.close();
  });
});
