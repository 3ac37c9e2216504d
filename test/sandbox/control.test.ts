import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import type { Sandbox, SandboxOptions } from '@tillkit/sandbox';
import { customerWith, day, priced, stand } from './stand.ts';

async function ask<T>(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly json: T }> {
  const init = { method, headers: { 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) };
  const response = await sandbox.fetch(new Request(`http://sandbox.localhost/_sandbox/${path}`, init));
  return { status: response.status, json: (await response.json()) as T };
}

/** A customer with a subscription that was paid once. */
async function shop(options: SandboxOptions = {}) {
  const { sandbox, stripe } = stand({ deliver: async () => new Response(null), ...options });
  await stripe.webhookEndpoints.create({ url: 'http://shop.example.com/', enabled_events: ['*'] });
  const price = await priced(stripe);
  const customer = await customerWith(stripe);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  const trigger = (name: string) =>
    ask<{ error?: { message: string } }>(sandbox, 'POST', 'trigger', { trigger: name, customer: customer.id });
  return { sandbox, stripe, customer, subscription, trigger };
}

const types = (sandbox: Sandbox): string[] => sandbox.events().map(({ type }) => type);

describe('the control API', () => {
  it('shows customers with what they have, and events with their bodies and deliveries', async () => {
    const { sandbox, customer, subscription } = await shop();
    await sandbox.deliveries.flush();
    const { json } = await ask<object[]>(sandbox, 'GET', 'customers');
    expect(json).toMatchObject([
      { id: customer.id, subscriptions: [{ id: subscription.id, status: 'active' }], invoices: [{ status: 'paid' }] },
    ]);
    const { json: events } = await ask<{ id: string; type: string }[]>(sandbox, 'GET', 'events');
    expect(events[0]).toMatchObject({ deliveries: ['delivered'] });
    const one = await ask<{ event: Stripe.Event }>(sandbox, 'GET', `events/${events[0]?.id}`);
    expect(one.json).toMatchObject({ event: { id: events[0]?.id, object: 'event' }, deliveries: [{ status: 'delivered', attempts: 1 }] });
    expect((await ask(sandbox, 'GET', 'events/evt_none')).status).toBe(404);
  });

  it('turns the clock to the next thing that happens', async () => {
    const { sandbox } = await shop();
    const seen: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const before = sandbox.events().length;
      await ask(sandbox, 'POST', 'clock', { next: true });
      seen.push(sandbox.events().length - before);
    }
    expect(seen.every((count) => count > 0)).toBe(true);
    await ask(sandbox, 'POST', 'reset');
    expect((await ask(sandbox, 'POST', 'clock', { next: true })).status).toBe(200);
  });

  it('makes payments fail and succeed again', async () => {
    const { sandbox, stripe, subscription, trigger } = await shop();
    expect((await trigger('payments_fail')).status).toBe(200);
    await ask(sandbox, 'POST', 'clock', { advance: 32 * day });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    await trigger('payments_succeed');
    await ask(sandbox, 'POST', 'clock', { advance: 8 * day });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  it('refunds or disputes what was paid last, and says when there is nothing', async () => {
    const { sandbox, trigger } = await shop();
    expect((await trigger('refund')).status).toBe(200);
    expect(types(sandbox)).toContain('charge.refunded');
    expect(await trigger('refund')).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('nothing') as string } },
    });
    const other = await shop();
    await other.trigger('dispute');
    expect(types(other.sandbox)).toContain('charge.dispute.created');
    expect((await other.trigger('sing')).status).toBe(400);
  });

  it('sets what happens after failed renewals', async () => {
    const { sandbox, stripe, subscription, trigger } = await shop();
    const { json } = await ask(sandbox, 'POST', 'settings', { retry_schedule_days: [2], after_retries: 'unpaid' });
    expect(json).toMatchObject({ settings: { retry_schedule_days: [2], after_retries: 'unpaid' } });
    await trigger('payments_fail');
    await sandbox.clock.advance(36 * day);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('unpaid');
    expect((await ask(sandbox, 'POST', 'settings', { after_retries: 'forgive' })).status).toBe(400);
    expect((await ask(sandbox, 'POST', 'reset')).json).toMatchObject({ settings: { after_retries: 'cancel' } });
  });

  it('sets the mode of webhooks, sends again, rolls secrets', async () => {
    const { sandbox, stripe } = await shop();
    expect((await ask(sandbox, 'POST', 'webhook-mode', { mode: 'dropped', probability: 1 })).json).toEqual({
      mode: 'dropped',
      probability: 1,
    });
    await stripe.customers.create();
    const [{ id } = { id: '' }] = (await ask<{ id: string }[]>(sandbox, 'GET', 'events?limit=1')).json;
    await ask(sandbox, 'POST', `events/${id}/resend`);
    await sandbox.deliveries.flush();
    const { json: log } = await ask<object[]>(sandbox, 'GET', 'deliveries');
    expect(log.slice(0, 2)).toMatchObject([{ status: 'delivered' }, { status: 'dropped' }]);
    const [endpoint] = (await stripe.webhookEndpoints.list()).data;
    expect((await ask(sandbox, 'POST', `webhook-endpoints/${endpoint?.id}/roll?seconds=60`)).json).toMatchObject({
      secret: expect.stringMatching(/^whsec_/u) as string,
    });
    expect((await ask(sandbox, 'POST', 'webhook-mode', { mode: 'lazy' })).status).toBe(400);
  });

  it('orders faults and takes them back, and lists the calls that met them', async () => {
    const { sandbox, stripe } = await shop();
    const { json } = await ask<{ id: number }[]>(sandbox, 'POST', 'faults', { kind: 'rate_limit', route: 'GET /v1/prices', times: 2 });
    await expect(stripe.prices.list()).rejects.toMatchObject({ code: 'rate_limit' });
    expect((await ask(sandbox, 'GET', 'requests?limit=1')).json).toMatchObject([{ path: '/v1/prices', status: 429, error: 'rate_limit' }]);
    await ask(sandbox, 'DELETE', `faults/${json[0]?.id}`);
    expect((await stripe.prices.list()).data).toHaveLength(1);
    expect((await ask(sandbox, 'POST', 'faults', { kind: 'flood' })).status).toBe(400);
  });

  it('saves a snapshot, forgets everything, and goes on from it', async () => {
    const { sandbox, stripe, customer } = await shop();
    const { json } = await ask<object>(sandbox, 'GET', 'snapshot');
    await ask(sandbox, 'POST', 'reset');
    expect((await stripe.customers.list()).data).toEqual([]);
    expect((await ask(sandbox, 'POST', 'snapshot', json)).status).toBe(200);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ id: customer.id });
    expect((await ask(sandbox, 'POST', 'snapshot', { format: 0 })).status).toBe(400);
    expect((await ask(sandbox, 'POST', 'seed', { steps: [{ post: 'customers', as: 'bob' }] })).json).toMatchObject({
      bob: expect.stringMatching(/^cus_/u) as string,
    });
  });

  it('has a page with a name for every control', async () => {
    const { sandbox } = await shop();
    const page = await (await sandbox.fetch(new Request('http://sandbox.localhost/_sandbox/'))).text();
    const named = [...page.matchAll(/<label for="([^"]+)"/gu)].map(([, id]) => id);
    const controls = [...page.matchAll(/<(?:input|select) id="([^"]+)"/gu)].map(([, id]) => id);
    expect(controls.length).toBeGreaterThan(7);
    expect(named).toEqual(controls);
  });
});
