/**
 * A client that nobody here wrote: better-auth with its Stripe plugin, unchanged, sells and ends a subscription over HTTP.
 */
import { stripe as stripePlugin } from '@better-auth/stripe';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSandbox, type Listening, type Sandbox } from '@tillkit/sandbox';
import { observe } from '../contract/observer.ts';
import { day, payHosted, priced, start } from './stand.ts';

const shopUrl = 'http://shop.example.com';
type Row = Record<string, unknown>;

interface Shop {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  readonly rows: { readonly user: Row[]; readonly subscription: Row[] };
  /** A call of the plugin's API as the signed-in buyer. */
  call(path: string, body?: object): Promise<{ readonly status: number; readonly json: Row }>;
  /** Turns the clock of the sandbox and of the shop. */
  advance(seconds: number): Promise<void>;
}

const open: Listening[] = [];

/** A catalog with two plans at the sandbox, and a shop whose webhooks come from there. */
async function openShop(): Promise<Shop> {
  let webhook: (request: Request) => Promise<Response> = async () => new Response(null, { status: 503 });
  const sandbox = createSandbox({
    now: start,
    seedKey: 'real client',
    signatureTime: 'real',
    observe,
    deliver: (request) => webhook(request),
  });
  const listening = await sandbox.listen({});
  open.push(listening);
  const { hostname: host, port } = new URL(listening.url);
  const stripe = new Stripe('sk_test_shop', { host, port, protocol: 'http', telemetry: false, maxNetworkRetries: 0 });
  const [basic, pro] = [await priced(stripe, { name: 'Basic', amount: 900 }), await priced(stripe, { name: 'Pro', amount: 2900 })];
  // The account's own portal configuration, in which the Dashboard would be set, comes with the first session.
  const { id: visitor } = await stripe.customers.create();
  await stripe.billingPortal.sessions.create({ customer: visitor, return_url: shopUrl });
  const [standard] = (await stripe.billingPortal.configurations.list({ is_default: true })).data;
  await stripe.billingPortal.configurations.update(standard?.id ?? '', {
    features: {
      subscription_cancel: { enabled: true, mode: 'at_period_end' },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price'],
        proration_behavior: 'always_invoice',
        products: [basic, pro].map(({ id, product }) => ({ product: String(product), prices: [id] })),
      },
    },
  });
  const { secret = '' } = await stripe.webhookEndpoints.create({ url: `${shopUrl}/api/auth/stripe/webhook`, enabled_events: ['*'] });
  const rows = { user: [], session: [], account: [], verification: [], subscription: [], rateLimit: [] };
  const auth = betterAuth({
    baseURL: shopUrl,
    secret: 'a secret of the shop that is long enough',
    database: memoryAdapter(rows),
    emailAndPassword: { enabled: true },
    session: { expiresIn: 365 * day },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
    plugins: [
      stripePlugin({
        stripeClient: stripe,
        stripeWebhookSecret: secret,
        createCustomerOnSignUp: true,
        subscription: {
          enabled: true,
          plans: [
            { name: 'basic', priceId: basic.id },
            { name: 'pro', priceId: pro.id },
          ],
        },
      }),
    ],
  });
  webhook = (request) => auth.handler(request);
  const post = (path: string, body: object | undefined, cookie: string): Promise<Response> =>
    auth.handler(
      new Request(`${shopUrl}/api/auth${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json', origin: shopUrl, cookie },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
  const signedUp = await post('/sign-up/email', { email: 'ada@example.com', password: 'a long password', name: 'Ada' }, '');
  const cookie = signedUp.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return {
    sandbox,
    stripe,
    rows,
    async call(path, body) {
      const response = await post(path, body, cookie);
      return { status: response.status, json: (await response.json()) as Row };
    },
    async advance(seconds) {
      vi.setSystemTime(Date.now() + seconds * 1000);
      await sandbox.clock.advance(seconds);
    },
  };
}

/** Sends the first form of a portal page as it stands. */
async function confirmPortal(url: string): Promise<Response> {
  const page = await (await fetch(url)).text();
  const action = /<form method="post" action="([^"]+)"/u.exec(page)?.[1] ?? '';
  const hidden = [...page.matchAll(/<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)"/gu)];
  const fields = hidden.map(({ groups }): [string, string] => [groups?.name ?? '', groups?.value ?? '']);
  return fetch(new URL(action, url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

describe('better-auth with its Stripe plugin', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: start * 1000 });
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const listening of open.splice(0)) await listening.close();
  });

  it('makes a customer at sign-up', async () => {
    const { stripe, rows } = await openShop();
    const { data } = await stripe.customers.list({ email: 'ada@example.com' });
    expect(data).toHaveLength(1);
    expect(rows.user[0]).toMatchObject({ email: 'ada@example.com', stripeCustomerId: data[0]?.id });
  });

  it('sells, changes and ends a subscription, told of each step by webhooks', async () => {
    const { sandbox, stripe, rows, call, advance } = await openShop();
    const bought = await call('/subscription/upgrade', { plan: 'basic', successUrl: '/done', cancelUrl: '/plans', disableRedirect: true });
    expect(bought.status).toBe(200);
    expect(rows.subscription).toMatchObject([{ plan: 'basic', status: 'incomplete' }]);
    expect((await payHosted(sandbox, String(bought.json.url))).status).toBe(303);
    await sandbox.deliveries.flush();
    expect(rows.subscription).toMatchObject([{ plan: 'basic', status: 'active' }]);
    const [{ stripeSubscriptionId } = {}] = rows.subscription;
    const id = String(stripeSubscriptionId);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active', metadata: { referenceId: rows.user[0]?.id } });

    await advance(10 * day);
    const changed = await call('/subscription/upgrade', { plan: 'pro', successUrl: '/done', cancelUrl: '/plans', disableRedirect: true });
    expect(changed).toMatchObject({ status: 200, json: { url: expect.stringContaining('/p/session/') as string } });
    expect((await confirmPortal(String(changed.json.url))).status).toBe(303);
    await sandbox.deliveries.flush();
    expect(rows.subscription).toMatchObject([{ plan: 'pro', status: 'active' }]);

    const canceled = await call('/subscription/cancel', { returnUrl: '/account', disableRedirect: true });
    expect(canceled.status).toBe(200);
    expect((await confirmPortal(String(canceled.json.url))).status).toBe(303);
    await sandbox.deliveries.flush();
    expect((await stripe.subscriptions.retrieve(id)).cancel_at_period_end).toBe(true);
    expect(rows.subscription).toMatchObject([{ status: 'active', cancelAtPeriodEnd: true }]);
    expect((await call('/subscription/restore', {})).status).toBe(200);
    await sandbox.deliveries.flush();
    expect((await stripe.subscriptions.retrieve(id)).cancel_at_period_end).toBe(false);

    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await advance(31 * day);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
    expect(rows.subscription).toMatchObject([{ status: 'canceled' }]);
    expect(new Set(sandbox.deliveries.list().map(({ status }) => status))).toEqual(new Set(['delivered']));
  });

  it('puts a cheaper plan off to the end of the period by a schedule', async () => {
    const { sandbox, rows, call, advance } = await openShop();
    const bought = await call('/subscription/upgrade', { plan: 'pro', successUrl: '/done', cancelUrl: '/plans', disableRedirect: true });
    await payHosted(sandbox, String(bought.json.url));
    await sandbox.deliveries.flush();
    const later = { plan: 'basic', successUrl: '/done', cancelUrl: '/plans', disableRedirect: true, scheduleAtPeriodEnd: true };
    expect(await call('/subscription/upgrade', later)).toEqual({
      status: 200,
      json: { url: `${shopUrl}/`, redirect: false },
    });
    expect(rows.subscription).toMatchObject([{ plan: 'pro', stripeScheduleId: expect.stringMatching(/^sub_sched_/u) as string }]);
    await advance(32 * day);
    expect(rows.subscription).toMatchObject([{ plan: 'basic', status: 'active' }]);
  });
});
