import fc from 'fast-check';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { liveRetrySeconds, type Sandbox, type SandboxOptions } from '@tillkit/sandbox';
import { sdk, stand } from './stand.ts';

const hour = 3600;
const at = 'http://shop.example.com/webhook';

interface Post {
  readonly url: string;
  readonly body: string;
  readonly signature: string;
}

interface Shop {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  readonly posts: Post[];
  /** Statuses of the next answers; 200 when there is none left. */
  readonly answers: number[];
}

/** A sandbox whose webhooks are collected. */
function shop(options: SandboxOptions = {}): Shop {
  const posts: Post[] = [];
  const answers: number[] = [];
  const { sandbox } = stand({
    ...options,
    async deliver(request) {
      posts.push({ url: request.url, body: await request.text(), signature: request.headers.get('stripe-signature') ?? '' });
      const status = answers.shift() ?? 200;
      if (status === 0) throw new TypeError('nobody there');
      return new Response(null, { status });
    },
  });
  return { sandbox, stripe: sdk(sandbox), posts, answers };
}

const idOf = ({ body }: Post): string => (JSON.parse(body) as Stripe.Event).id;
const listenFor = (stripe: Stripe, enabled_events: Stripe.WebhookEndpointCreateParams.EnabledEvent[], url = at) =>
  stripe.webhookEndpoints.create({ url, enabled_events });

/** Customers one after the other, webhooks held until all are there. */
async function customersAtOnce({ stripe, sandbox }: Shop, count: number): Promise<string[]> {
  sandbox.deliveries.hold();
  for (let made = 0; made < count; made += 1) await stripe.customers.create();
  await sandbox.deliveries.release();
  return sandbox
    .events()
    .filter(({ type }) => type === 'customer.created')
    .map(({ id }) => id);
}

describe('where events go', () => {
  it('sends each endpoint what it enabled, nothing when it is disabled or deleted', async () => {
    const { stripe, sandbox, posts } = shop();
    await listenFor(stripe, ['customer.created'], 'http://a.example.com/');
    const off = await listenFor(stripe, ['*'], 'http://b.example.com/');
    const gone = await listenFor(stripe, ['*'], 'http://c.example.com/');
    await listenFor(stripe, ['product.created', 'price.created'], 'http://d.example.com/');
    await stripe.webhookEndpoints.update(off.id, { disabled: true });
    await stripe.webhookEndpoints.del(gone.id);
    await stripe.customers.create();
    await stripe.products.create({ name: 'Pro' });
    await sandbox.deliveries.flush();
    expect(posts.map(({ url }) => url)).toEqual(['http://a.example.com/', 'http://d.example.com/']);
  });

  it('counts the endpoints that have not taken an event yet', async () => {
    const { stripe, sandbox, answers } = shop();
    await listenFor(stripe, ['customer.created'], 'http://a.example.com/');
    await listenFor(stripe, ['customer.created'], 'http://b.example.com/');
    answers.push(500);
    await stripe.customers.create();
    expect((await stripe.events.list({ type: 'customer.created' })).data[0]?.pending_webhooks).toBe(2);
    await sandbox.deliveries.flush();
    expect((await stripe.events.list({ delivery_success: false })).data).toMatchObject([{ pending_webhooks: 1 }]);
    await sandbox.clock.advance(hour);
    expect((await stripe.events.list({ delivery_success: true })).data).toMatchObject([{ pending_webhooks: 0 }]);
  });
});

describe('signatures', () => {
  it('holds against the SDK, and fails when a byte is changed', async () => {
    const { stripe, sandbox, posts } = shop({ signatureTime: 'real' });
    const { secret = '' } = await listenFor(stripe, ['*']);
    await stripe.customers.create({ name: 'Zoë' });
    await sandbox.deliveries.flush();
    const [post = { body: '', signature: '' }] = posts;
    expect(stripe.webhooks.constructEvent(post.body, post.signature, secret).type).toBe('customer.created');
    expect(() => stripe.webhooks.constructEvent(`${post.body} `, post.signature, secret)).toThrow(
      Stripe.errors.StripeSignatureVerificationError,
    );
  });

  it('carries both secrets while an old one lives, then the new one alone', async () => {
    const { stripe, sandbox, posts } = shop();
    const { id, secret: old = '' } = await listenFor(stripe, ['*']);
    const fresh = sandbox.webhooks.rollSecret(id, 2 * hour);
    const accepted = async (): Promise<boolean[]> => {
      await stripe.customers.create();
      await sandbox.deliveries.flush();
      const { body, signature } = posts.at(-1) ?? { body: '', signature: '' };
      return [old, fresh].map((secret) => {
        try {
          stripe.webhooks.constructEvent(body, signature, secret, 0);
          return true;
        } catch {
          return false;
        }
      });
    };
    expect(await accepted()).toEqual([true, true]);
    await sandbox.clock.advance(2 * hour);
    expect(await accepted()).toEqual([false, true]);
    expect(() => sandbox.webhooks.rollSecret(id, 25 * hour)).toThrow('at most a day');
  });
});

describe('what is not taken', () => {
  it('is tried three times more over some hours, signed anew each time, and then given up', async () => {
    const { stripe, sandbox, posts, answers } = shop();
    await listenFor(stripe, ['customer.created']);
    answers.push(500, 0, 302, 404);
    const began = sandbox.clock.now();
    await stripe.customers.create();
    await sandbox.clock.advance(24 * hour);
    const [delivery] = sandbox.deliveries.list();
    expect(delivery).toMatchObject({ status: 'failed', attempts: 4, httpStatus: 404, nextAttempt: null });
    expect(delivery?.history.map((attempt) => [(attempt.at - began) / hour, attempt.httpStatus])).toEqual([
      [0, 500],
      [1, null],
      [3, 302],
      [7, 404],
    ]);
    expect(new Set(posts.map(({ signature }) => signature)).size).toBe(4);
    expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
  });

  it('is tried for three days when the schedule of live mode is asked for', async () => {
    const { stripe, sandbox, answers } = shop({ webhookRetrySeconds: liveRetrySeconds });
    await listenFor(stripe, ['customer.created']);
    answers.push(...Array.from({ length: 20 }, () => 500));
    await stripe.customers.create();
    await sandbox.clock.advance(96 * hour);
    const { history = [], status } = sandbox.deliveries.list()[0] ?? {};
    const last = (history.at(-1)?.at ?? 0) - (history[0]?.at ?? 0);
    expect(status).toBe('failed');
    expect(last).toBeGreaterThan(48 * hour);
    expect(last).toBeLessThanOrEqual(72 * hour);
  });

  it('is not tried again at an endpoint that was disabled meanwhile', async () => {
    const { stripe, sandbox, posts, answers } = shop();
    const { id } = await listenFor(stripe, ['customer.created']);
    answers.push(500);
    await stripe.customers.create();
    await sandbox.deliveries.flush();
    await stripe.webhookEndpoints.update(id, { disabled: true });
    await sandbox.clock.advance(24 * hour);
    expect(posts).toHaveLength(1);
    expect(sandbox.deliveries.list()).toMatchObject([{ status: 'failed', attempts: 1 }]);
  });

  it('can be sent again by hand', async () => {
    const { stripe, sandbox, posts, answers } = shop({ webhookRetrySeconds: [] });
    await listenFor(stripe, ['customer.created']);
    answers.push(500);
    await stripe.customers.create();
    await sandbox.deliveries.flush();
    const [event] = sandbox.events();
    expect(sandbox.webhooks.resend(event?.id ?? '')).toHaveLength(1);
    await sandbox.deliveries.flush();
    expect(posts.map(idOf)).toEqual([event?.id, event?.id]);
    expect(sandbox.deliveries.list().map(({ status }) => status)).toEqual(['failed', 'delivered']);
    expect((await stripe.events.retrieve(event?.id ?? '')).pending_webhooks).toBe(0);
    expect(() => sandbox.webhooks.resend('evt_none')).toThrow('evt_none');
  });
});

describe('modes of delivery', () => {
  it('shuffles: all come, once, in an order that the seed decides', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (seed) => {
        const orders = [shop({ webhookMode: { mode: 'shuffled', seed } }), shop({ webhookMode: { mode: 'shuffled', seed } })].map(
          async (each) => {
            await listenFor(each.stripe, ['customer.created']);
            const events = await customersAtOnce(each, 8);
            expect(each.posts.map(idOf).toSorted()).toEqual(events.toSorted());
            return each.posts.map(idOf);
          },
        );
        const [first, second] = await Promise.all(orders);
        expect(second).toEqual(first);
      }),
      { numRuns: 20 },
    );
    const each = shop({ webhookMode: { mode: 'shuffled' } });
    await listenFor(each.stripe, ['customer.created']);
    const events = await customersAtOnce(each, 12);
    expect(each.posts.map(idOf)).not.toEqual(events);
  });

  it('duplicates: the same event twice', async () => {
    const each = shop({ webhookMode: { mode: 'duplicated' } });
    await listenFor(each.stripe, ['customer.created']);
    const events = await customersAtOnce(each, 3);
    expect(each.posts.map(idOf).toSorted()).toEqual([...events, ...events].toSorted());
    expect((await each.stripe.events.list()).data.map(({ pending_webhooks }) => pending_webhooks)).toEqual([0, 0, 0]);
  });

  it('delays: nothing comes before the clock has moved, everything within the longest delay', async () => {
    const each = shop({ webhookMode: { mode: 'delayed', seconds: 600 } });
    await listenFor(each.stripe, ['customer.created']);
    const events = await customersAtOnce(each, 5);
    expect(each.posts).toEqual([]);
    expect(each.sandbox.deliveries.list().every(({ status }) => status === 'delayed')).toBe(true);
    await each.sandbox.clock.advance(600);
    expect(each.posts.map(idOf).toSorted()).toEqual(events.toSorted());
  });

  it('drops: some never come, until they are sent again', async () => {
    const each = shop({ webhookMode: { mode: 'dropped', probability: 0.5, seed: 'lost' } });
    await listenFor(each.stripe, ['customer.created']);
    const events = await customersAtOnce(each, 20);
    await each.sandbox.clock.advance(24 * hour);
    const lost = each.sandbox.deliveries.list().filter(({ status }) => status === 'dropped');
    expect(lost.length).toBeGreaterThan(3);
    expect(each.posts.length).toBe(20 - lost.length);
    for (const { event } of lost) each.sandbox.webhooks.resend(event);
    await each.sandbox.deliveries.flush();
    expect(each.posts.map(idOf).toSorted()).toEqual(events.toSorted());
  });

  it('change while the sandbox runs, and refuse what makes no sense', async () => {
    const each = shop({ webhookMode: { mode: 'dropped', probability: 1 } });
    await listenFor(each.stripe, ['customer.created']);
    await customersAtOnce(each, 1);
    each.sandbox.webhooks.setMode({ mode: 'normal' });
    await customersAtOnce(each, 1);
    expect(each.posts).toHaveLength(1);
    expect(() => each.sandbox.webhooks.setMode({ mode: 'lazy' as 'normal' })).toThrow(/one of normal/u);
  });
});
