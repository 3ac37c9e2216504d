import Stripe from 'stripe';
import { afterEach, describe, expect, it } from 'vitest';
import { createSandbox, type Listening } from '@tillkit/sandbox';
import { sdk, stand, start } from './stand.ts';
import { observe } from '../contract/observer.ts';

const post = (body: string, headers: Readonly<Record<string, string>> = {}): Request =>
  new Request('http://sandbox.localhost/v1/customers', {
    method: 'POST',
    body,
    headers: { authorization: 'Bearer sk_test_1', 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

describe('faults on demand', () => {
  it.each([
    ['rate_limit', 429, 'rate_limit', null],
    ['lock_timeout', 429, 'lock_timeout', 'true'],
    ['key_in_use', 409, 'idempotency_key_in_use', 'true'],
    ['unavailable', 503, undefined, 'true'],
  ] as const)('answers %s with %i before anything was begun, and keeps nothing under the key', async (kind, status, code, retry) => {
    const { sandbox } = stand({ faults: [{ kind, route: 'POST /v1/customers' }] });
    const refused = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    expect(refused.status).toBe(status);
    expect(refused.headers.get('stripe-should-retry')).toBe(retry);
    const { error } = (await refused.json()) as { error: { code?: string; request_log_url: string } };
    expect(error.code).toBe(code);
    expect(error.request_log_url).toContain(refused.headers.get('request-id') ?? 'nothing');
    const answered = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    expect(answered.status).toBe(200);
    expect(answered.headers.get('idempotent-replayed')).toBeNull();
  });

  it('keeps a 500 under its key and says that a retry is no use', async () => {
    const { sandbox, stripe } = stand({ faults: [{ kind: 'server_error', route: '/v1/customers' }] });
    const first = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    const again = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    expect([first.status, again.status]).toEqual([500, 500]);
    expect([first.headers.get('stripe-should-retry'), again.headers.get('stripe-should-retry')]).toEqual(['false', 'false']);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await stripe.customers.list()).data).toEqual([]);
    expect((await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'two' }))).status).toBe(200);
  });

  it('does the work and keeps a 500 under its key all the same, so that only a reading tells', async () => {
    const { sandbox, stripe } = stand({ faults: [{ kind: 'server_error_after', route: 'POST /v1/customers' }] });
    const first = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    const again = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    expect([first.status, again.status]).toEqual([500, 500]);
    expect([first.headers.get('stripe-should-retry'), again.headers.get('stripe-should-retry')]).toEqual(['false', 'false']);
    expect((await stripe.customers.list()).data).toMatchObject([{ name: 'Ada' }]);
    expect((await stripe.events.list()).data).toMatchObject([{ type: 'customer.created' }]);
    expect((await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'two' }))).status).toBe(200);
    expect((await stripe.customers.list()).data).toHaveLength(2);
  });

  it('refuses what Stripe refuses, also where a 500 was ordered for when the work is done', async () => {
    const { sandbox, stripe } = stand({ faults: [{ kind: 'server_error_after', route: 'POST /v1/customers' }] });
    expect((await sandbox.fetch(post('nonsense=1', { 'idempotency-key': 'one' }))).status).toBe(400);
    expect((await stripe.customers.list()).data).toEqual([]);
  });

  it('lets the SDK get over what it may retry, and only once do the work', async () => {
    const { sandbox } = stand();
    const stripe = new Stripe('sk_test_1', {
      host: 'sandbox.localhost',
      protocol: 'http',
      maxNetworkRetries: 1,
      telemetry: false,
      httpClient: Stripe.createFetchHttpClient((url: string | URL | Request, init?: RequestInit) => sandbox.fetch(new Request(url, init))),
    });
    sandbox.faults.add({ kind: 'cut_after', route: 'POST /v1/customers' });
    const made = await stripe.customers.create({ name: 'Ada' });
    expect(sandbox.faults.list()).toEqual([]);
    expect((await stripe.customers.list()).data.map(({ id }) => id)).toEqual([made.id]);
  });

  it('does nothing when the connection is cut before the work, everything when it is cut after', async () => {
    const { sandbox, stripe } = stand();
    sandbox.faults.add({ kind: 'cut_before', times: 2 });
    await expect(stripe.customers.create()).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError);
    await expect(stripe.customers.list()).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.customers.list()).data).toHaveLength(0);
    sandbox.faults.add({ kind: 'cut_after' });
    await expect(stripe.customers.create()).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect((await stripe.customers.list()).data).toHaveLength(1);
  });

  it('meets the next calls of its route, then no more', async () => {
    const { sandbox, stripe } = stand();
    const { id } = await stripe.customers.create();
    sandbox.faults.add({ kind: 'rate_limit', route: 'GET /v1/customers/*', times: 2 });
    expect(sandbox.faults.list()).toMatchObject([{ kind: 'rate_limit', left: 2 }]);
    await stripe.customers.update(id, { name: 'Ada' });
    await expect(stripe.customers.retrieve(id)).rejects.toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    await expect(stripe.customers.retrieve(id)).rejects.toMatchObject({ code: 'rate_limit' });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ name: 'Ada' });
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('draws by chance, the same calls for the same seed', async () => {
    const met = async (seed: string): Promise<string> => {
      const { stripe } = stand({ faults: [{ kind: 'rate_limit', probability: 0.4, seed }] });
      const marks: string[] = [];
      for (let call = 0; call < 40; call += 1) {
        marks.push(
          await stripe.customers.list().then(
            () => '.',
            () => 'x',
          ),
        );
      }
      return marks.join('');
    };
    const [first, again, other] = [await met('a'), await met('a'), await met('b')];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(first.replaceAll('.', '').length).toBeGreaterThan(8);
    expect(first.replaceAll('.', '').length).toBeLessThan(26);
  });

  it('refuses rules that make no sense', () => {
    const { sandbox } = stand();
    expect(() => sandbox.faults.add({ kind: 'rate_limit', probability: 2 })).toThrow(RangeError);
    expect(() => sandbox.faults.add({ kind: 'flood' as 'slow' })).toThrow(/one of rate_limit/u);
  });
});

describe('calls at the same time', () => {
  /** A slow first call that goes on when it is told to. */
  const slow = (): { readonly stripe: Stripe; readonly sandbox: ReturnType<typeof createSandbox>; readonly goOn: () => void } => {
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { sandbox, stripe } = stand({ wait: () => waiting });
    return { sandbox, stripe, goOn };
  };

  it('refuses a key whose call is still under way, and replays it afterwards', async () => {
    const { sandbox, goOn } = slow();
    sandbox.faults.add({ kind: 'slow' });
    const first = sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    const second = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    expect([second.status, await second.json()]).toMatchObject([409, { error: { code: 'idempotency_key_in_use' } }]);
    goOn();
    const body = await (await first).text();
    const replayed = await sandbox.fetch(post('name=Ada', { 'idempotency-key': 'one' }));
    expect([replayed.headers.get('idempotent-replayed'), await replayed.text()]).toEqual(['true', body]);
  });

  it('refuses a second write on the same object, not a read and not another object', async () => {
    const { sandbox, stripe, goOn } = slow();
    const [ada, bob] = [await stripe.customers.create(), await stripe.customers.create()];
    sandbox.faults.add({ kind: 'slow' });
    const first = stripe.customers.update(ada.id, { name: 'Ada' });
    await expect(stripe.customers.update(ada.id, { name: 'Eve' })).rejects.toMatchObject({ code: 'lock_timeout', statusCode: 429 });
    expect(await stripe.customers.retrieve(ada.id)).toMatchObject({ name: null });
    expect(await stripe.customers.update(bob.id, { name: 'Bob' })).toMatchObject({ name: 'Bob' });
    goOn();
    expect(await first).toMatchObject({ name: 'Ada' });
    expect(await stripe.customers.update(ada.id, { name: 'Eve' })).toMatchObject({ name: 'Eve' });
  });
});

describe('rate limits', () => {
  it('are off unless asked for', async () => {
    const { stripe } = stand();
    for (let call = 0; call < 60; call += 1) await stripe.customers.list();
    expect((await stripe.customers.list()).data).toEqual([]);
  });

  it('count calls within a second, those of one endpoint apart', async () => {
    let at = 0;
    const { stripe } = stand({ rateLimits: { perSecond: 5, perEndpoint: 3, milliseconds: () => at } });
    for (let call = 0; call < 3; call += 1) await stripe.customers.list();
    await expect(stripe.customers.list()).rejects.toMatchObject({ code: 'rate_limit' });
    await stripe.products.list();
    await stripe.prices.list();
    await expect(stripe.coupons.list()).rejects.toBeInstanceOf(Stripe.errors.StripeError);
    await expect(stripe.events.list()).rejects.toMatchObject({ code: 'rate_limit' });
    at = 1000;
    expect((await stripe.customers.list()).data).toEqual([]);
  });
});

describe('over a port', () => {
  const open: Listening[] = [];
  afterEach(async () => {
    for (const listening of open.splice(0)) await listening.close();
  });

  it('closes the socket without an answer', async () => {
    const sandbox = createSandbox({ now: start, observe, faults: [{ kind: 'cut_after', route: 'POST /v1/customers' }] });
    const listening = await sandbox.listen({});
    open.push(listening);
    const call = post('name=Ada');
    await expect(
      fetch(`${listening.url}/v1/customers`, { method: 'POST', headers: call.headers, body: await call.text() }),
    ).rejects.toThrow('fetch failed');
    expect((await sdk(sandbox).customers.list()).data).toMatchObject([{ name: 'Ada' }]);
  });
});
