/** Threat 21: an answer of Stripe's gets lost after the work was done, the page asks again, and nothing is done twice. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { startTill, type TestTill } from '../support/till.ts';

const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const free = { planId: 's', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

/** How often in a row the connection breaks: within the repetitions of the SDK, and beyond them. */
const cuts = [1, 3] as const;
const kinds = ['cut_after', 'cut_before'] as const;
const ways = kinds.flatMap((kind) => cuts.map((times) => [kind, times] as const));

describe('an answer that gets lost', () => {
  let till: TestTill;
  let token: string;
  beforeEach(async () => {
    till = await startTill();
    token = await till.signIn('ada');
  });
  afterEach(() => till.close());

  /** Sends one request until it is answered by something else than a failing Stripe, as a person who presses again. */
  async function insist(path: string, body: unknown): Promise<number> {
    for (let tries = 0; tries < 6; tries += 1) {
      const { status } = await till.call('POST', path, { token, body });
      if (status < 500) return status;
    }
    throw new Error('Stripe never came back.');
  }
  const counts = async () => {
    const client = await till.stripe();
    const [subscriptions, invoices, payments] = await Promise.all([
      client.subscriptions.list({ status: 'all', limit: 100 }),
      client.invoices.list({ limit: 100 }),
      client.paymentIntents.list({ limit: 100 }),
    ]);
    return {
      subscriptions: subscriptions.data.length,
      invoices: invoices.data.length,
      paid: payments.data.filter(({ status }) => status === 'succeeded').length,
    };
  };

  it.each(ways)('to a change (%s, %i times in a row) charges once', async (kind, times) => {
    const { checkout } = await till.buy(company, { token });
    const id = checkout.subscription!.id;
    const before = await counts();
    const preview = await till.call<PreviewResponse>('POST', '/v1/previews', { token, body: { subscriptionId: id, target: { seats: 3 } } });
    till.sandbox.faults.add({ kind, route: 'POST /v1/subscriptions/*', times });
    const status = await insist(`/v1/subscriptions/${id}/changes`, { preview: preview.body.preview });
    till.sandbox.faults.clear();
    // when the page hears that the amount has changed, the change had been made by the answer that was lost
    expect([200, 409]).toContain(status);
    const client = await till.stripe();
    expect((await client.subscriptions.retrieve(id)).items.data.map(({ quantity }) => quantity)).toContain(3);
    expect(await counts()).toEqual({ ...before, invoices: before.invoices + 1, paid: before.paid + 1 });
  });

  it.each(ways)('to an end, a pause or their undoing (%s, %i times) leaves one state', async (kind, times) => {
    const { checkout } = await till.buy(company, { token });
    const id = checkout.subscription!.id;
    const before = await counts();
    for (const action of ['cancel', 'resume']) {
      till.sandbox.faults.add({ kind, route: 'POST /v1/subscriptions/*', times });
      expect([200, 409]).toContain(await insist(`/v1/subscriptions/${id}/${action}`, {}));
      till.sandbox.faults.clear();
    }
    const shown = await till.call<SubscriptionResponse>('GET', `/v1/subscriptions/${id}`, { token });
    expect(shown.body.subscription.cancelAt).toBeUndefined();
    expect(await counts()).toEqual(before);
  });

  it.each(ways)('to a free start (%s, %i times) starts one', async (kind, times) => {
    await till.close();
    till = await startTill({ catalog: 'redis-hosting' });
    token = await till.signIn('ada');
    till.sandbox.faults.add({ kind, route: 'POST /v1/subscriptions', times });
    expect([201, 409]).toContain(await insist('/v1/subscriptions', { selection: free }));
    till.sandbox.faults.clear();
    expect((await counts()).subscriptions).toBe(1);
  });
});
