/** Resuming what is paused charges at once: it is shown before, and nothing else is charged. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentMethodSetup, PreviewResponse, Problem, SubscriptionList, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { databases } from '../../support/databases.ts';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const day = 86_400;

describe.each(databases)('resuming what is paused on %s', (_, openDatabase) => {
  let till: TestTill;
  let token: string;
  let id: string;
  let customer: string;
  beforeEach(async () => {
    till = await startTill({ database: await openDatabase() });
    token = await till.signIn('ada');
    const { subscription } = (await till.buy(company, { token })).checkout;
    ({ id, customerId: customer } = subscription!);
    await till.advance(10 * day);
    token = await till.signIn('ada');
    await till.call('POST', `/v1/subscriptions/${id}/pause`, { token });
    await till.advance(5 * day);
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  const preview = () =>
    till.call<PreviewResponse & Problem>('POST', '/v1/previews', { token, body: { subscriptionId: id, action: 'resume' } });
  const resume = (body: object = {}) =>
    till.call<SubscriptionResponse & Problem>('POST', `/v1/subscriptions/${id}/resume`, { token, body });
  const current = async () => (await till.call<SubscriptionList>('GET', '/v1/subscriptions', { token })).body.subscriptions[0]!;
  const charged = async () => {
    const { data } = await (await till.stripe()).charges.list({ customer, limit: 100 });
    return data.filter(({ status }) => status === 'succeeded').reduce((sum, { amount }) => sum + amount, 0);
  };
  const credit = async (amount: number) =>
    (await till.stripe()).customers.createBalanceTransaction(customer, { amount: -amount, currency: 'usd' });

  it('charges what was shown, and renews on the day that was shown', async () => {
    const { invoice, preview: token_ } = (await preview()).body;
    expect(invoice.recurring).toEqual({ amount: 7900, interval: 'month' });
    expect(invoice.dueNow).toBeGreaterThan(0);
    const before = await charged();
    const { status, body } = await resume({ preview: token_ });
    expect([status, body.subscription.status]).toEqual([200, 'active']);
    expect((await charged()) - before).toBe(invoice.dueNow);
    expect(body.subscription.currentPeriodEnd).toBe(invoice.renewsAt);
  });

  it('is refused without what was shown, and charges nothing', async () => {
    const before = await charged();
    const { status, body } = await resume();
    expect([status, body.code]).toEqual([400, 'preview_invalid']);
    expect([await charged(), (await current()).status]).toEqual([before, 'paused']);
  });

  it('is refused when it costs something else by now', async () => {
    const shown = (await preview()).body;
    await credit(500);
    const before = await charged();
    const { status, body } = await resume({ preview: shown.preview });
    expect([status, body.code]).toEqual([409, 'preview_changed']);
    expect([await charged(), (await current()).status]).toEqual([before, 'paused']);
    const again = (await preview()).body;
    expect(again.invoice.dueNow).toBe(shown.invoice.dueNow - 500);
    expect((await resume({ preview: again.preview })).status).toBe(200);
    expect((await charged()) - before).toBe(again.invoice.dueNow);
  });

  it('takes no preview of a change that was shown before it was paused', async () => {
    await resume({ preview: (await preview()).body.preview });
    const body = { subscriptionId: id, target: { seats: 3 } };
    const shown = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body });
    await till.call('POST', `/v1/subscriptions/${id}/pause`, { token });
    const before = await charged();
    const { status, body: refusal } = await resume({ preview: shown.body.preview });
    expect([status, refusal.code]).toEqual([400, 'preview_invalid']);
    expect([await charged(), (await current()).status]).toEqual([before, 'paused']);
  });

  it('takes no preview of somebody else, and none that is too old', async () => {
    const shown = (await preview()).body;
    token = await till.signIn('eve');
    expect((await resume({ preview: shown.preview })).status).toBe(404);
    await till.sandbox.clock.advance(15 * 60);
    token = await till.signIn('ada');
    expect((await resume({ preview: shown.preview })).body.code).toBe('preview_expired');
  });

  it('is charged once, however often it is confirmed', async () => {
    const { invoice, preview: shown } = (await preview()).body;
    const before = await charged();
    const answers = await Promise.all([1, 2, 3].map(() => resume({ preview: shown })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await charged()) - before).toBe(invoice.dueNow);
  });

  it('is nothing to preview for what is not paused', async () => {
    await resume({ preview: (await preview()).body.preview });
    expect((await preview()).body.code).toBe('nothing_to_undo');
  });

  describe('with a new card', () => {
    const addCard = async (more: object) => {
      const body = { returnUrl: shop, subscriptionId: id, ...more };
      const setup = await till.call<PaymentMethodSetup & Problem>('POST', '/v1/payment-methods', { token, body });
      if (setup.status !== 201) return setup;
      await till.pay(setup.body.checkoutSessionId);
      return setup;
    };
    const added = ({ body: { checkoutSessionId } }: { body: { checkoutSessionId: string } }) =>
      till.call<Problem>('POST', '/v1/payment-methods/added', { token, body: { checkoutSessionId } });

    it('charges what was shown before the card was entered', async () => {
      const { invoice, preview: shown } = (await preview()).body;
      const before = await charged();
      expect((await added(await addCard({ preview: shown }))).status).toBe(200);
      await till.settle();
      expect([(await charged()) - before, (await current()).status]).toEqual([invoice.dueNow, 'active']);
    });

    it('charges nothing that was not shown', async () => {
      const before = await charged();
      expect((await added(await addCard({}))).status).toBe(200);
      await till.settle();
      expect([(await charged()) - before, (await current()).status]).toEqual([0, 'paused']);
    });

    it('saves the card and charges nothing when it costs something else by then', async () => {
      const { preview: shown } = (await preview()).body;
      const setup = await addCard({ preview: shown });
      await credit(500);
      const before = await charged();
      expect((await added(setup)).body.code).toBe('preview_changed');
      await till.settle();
      expect([(await charged()) - before, (await current()).status]).toEqual([0, 'paused']);
    });
  });
});
