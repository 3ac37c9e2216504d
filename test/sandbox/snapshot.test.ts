import fc from 'fast-check';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox, type Snapshot } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';
import { customerWith, day, priced, sdk, stand, start } from './stand.ts';

type Act = (stripe: Stripe, sandbox: Sandbox, pick: number) => Promise<unknown>;

const any = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];
const subscriptions = async (stripe: Stripe): Promise<Stripe.Subscription[]> =>
  (await stripe.subscriptions.list({ status: 'active', limit: 100 })).data;

/** What can happen to a shop. */
const acts: Readonly<Record<string, Act>> = {
  async subscribe(stripe, _sandbox, pick) {
    const price = any((await stripe.prices.list()).data, pick) ?? (await priced(stripe));
    const customer = await customerWith(stripe, pick % 3 === 0 ? 'pm_card_chargeCustomerFail' : 'pm_card_visa');
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      ...(pick % 2 === 0 && { trial_period_days: 5 + (pick % 9) }),
    });
  },
  price: (stripe, _sandbox, pick) => priced(stripe, { amount: 100 + pick, interval: pick % 2 === 0 ? 'month' : 'week' }),
  async change(stripe, _sandbox, pick) {
    const subscription = any(await subscriptions(stripe), pick);
    const item = subscription?.items.data[0];
    if (subscription && item) await stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, quantity: 1 + (pick % 4) }] });
  },
  async cancel(stripe, _sandbox, pick) {
    const subscription = any(await subscriptions(stripe), pick);
    if (subscription) await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  },
  async schedule(stripe, _sandbox, pick) {
    const subscription = any(
      (await subscriptions(stripe)).filter(({ schedule }) => schedule === null),
      pick,
    );
    if (subscription) await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  },
  endpoint: (stripe, _sandbox, pick) => stripe.webhookEndpoints.create({ url: `http://shop.example.com/${pick}`, enabled_events: ['*'] }),
  turn: (_stripe, sandbox, pick) => sandbox.clock.advance((1 + (pick % 20)) * day),
};

interface Deed {
  readonly act: string;
  readonly pick: number;
}
const deeds = fc.array(fc.record({ act: fc.constantFrom(...Object.keys(acts)), pick: fc.nat(1000) }), { minLength: 1, maxLength: 8 });

/** Webhooks fail now and then, so that retries are due across a snapshot. */
function shop(seedKey: string): Sandbox {
  return createSandbox({
    observe,
    now: start,
    seedKey,
    webhookMode: { mode: 'duplicated', probability: 0.3 },
    deliver: async (request) => new Response(null, { status: (await request.text()).length % 3 === 0 ? 500 : 200 }),
  });
}

/** The SDK without the random idempotency keys that it makes up, and that events repeat. */
function keyless(sandbox: Sandbox): Stripe {
  const send = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(url, init);
    request.headers.delete('idempotency-key');
    return sandbox.fetch(request);
  };
  const httpClient = Stripe.createFetchHttpClient(send);
  return new Stripe('sk_test_1', { host: 'sandbox.localhost', protocol: 'http', telemetry: false, httpClient });
}

/** A refusal is part of the history. */
function pass(error: unknown): void {
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof Stripe.errors.StripeCardError)) throw error;
}

async function run(sandbox: Sandbox, list: readonly Deed[]): Promise<void> {
  const stripe = keyless(sandbox);
  for (const { act, pick } of list) await acts[act]?.(stripe, sandbox, pick).catch(pass);
  await sandbox.deliveries.flush();
}

/** Through text, as a file would take it. */
const carried = (snapshot: Snapshot): Snapshot => JSON.parse(JSON.stringify(snapshot)) as Snapshot;

describe('a snapshot', () => {
  it('goes on as the original does, to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(deeds, deeds, async (before, after) => {
        const [original, copy] = [shop('original'), shop('copy')];
        await run(original, before);
        await run(copy, [{ act: 'price', pick: 1 }]); // something that restoring must forget
        const taken = carried(await original.snapshot());
        copy.restore(taken);
        expect(JSON.stringify(await copy.snapshot())).toBe(JSON.stringify(taken));
        await run(original, after);
        await run(copy, after);
        expect(copy.events()).toEqual(original.events());
        expect(copy.deliveries.list()).toEqual(original.deliveries.list());
        expect(JSON.stringify(await copy.snapshot())).toBe(JSON.stringify(await original.snapshot()));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps what was answered under idempotency keys', async () => {
    const { sandbox, stripe } = stand();
    const made = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'one' });
    const copy = createSandbox({ now: start, observe });
    copy.restore(carried(await sandbox.snapshot()));
    expect((await sdk(copy).customers.create({ name: 'Ada' }, { idempotencyKey: 'one' })).id).toBe(made.id);
    expect((await sdk(copy).customers.list()).data).toHaveLength(1);
  });

  it('is refused when it is of another format or has tables that are not known', async () => {
    const { sandbox } = stand();
    const taken = await sandbox.snapshot();
    expect(() => sandbox.restore({ ...taken, format: 99 })).toThrow('format 99');
    const state = { ...(taken.state as { readonly tables: object }), tables: { spoons: { rows: [], index: [] } } };
    expect(() => sandbox.restore({ ...taken, state })).toThrow('spoons');
  });
});
