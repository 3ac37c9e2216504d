/** What a sweep asks Stripe for, and what it does with the answer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '@tillkit/server/ops/log';
import { openShop } from '../../reliability/lives.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
type Shop = Awaited<ReturnType<typeof openShop>>;

let till: TestTill;
let lines: Record<string, unknown>[];
/** Changes what Stripe answers to `GET /v1/events`. */
let editEvents: (events: Record<string, unknown>[]) => void;
/** Every request that the server made, as `GET /v1/events?limit=100`. */
let calls: string[];

const throughTheSandbox: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const { pathname, search } = new URL(request.url);
  calls.push(`${request.method} ${pathname}${search}`);
  const response = await till.sandbox.fetch(request);
  if (pathname !== '/v1/events') return response;
  const list = (await response.json()) as { data: Record<string, unknown>[] };
  editEvents(list.data);
  return Response.json(list);
};

beforeEach(async () => {
  [lines, calls, editEvents] = [[], [], () => undefined];
  const log = createLog((line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  till = await startTill({ app: { log, stripeFetch: throughTheSandbox } });
});
afterEach(() => till.close());

const said = (fact: string) => lines.filter((line) => line.fact === fact);
const listed = (): number => calls.filter((call) => /^GET \/v1\/subscriptions(?:\?|$)/u.test(call)).length;
const readAgain = (): string[] => calls.flatMap((call) => /^GET \/v1\/subscriptions\/(\w+)/u.exec(call)?.[1] ?? []);
const since = (): number | undefined => {
  const asked = calls.findLast((call) => call.startsWith('GET /v1/events'));
  return asked === undefined ? undefined : Number(new URL(`https://x${asked.slice(4)}`).searchParams.get('created[gte]'));
};
const drop = () => till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });

/** Somebody with a subscription that our copy has right. */
async function known(): Promise<Shop> {
  const shop = await openShop(till);
  await shop.create();
  await till.settle();
  return shop;
}

describe('a sweep of the events', () => {
  it('begins with one of the subscriptions, which reads nothing again that looks right', async () => {
    await known();
    calls.length = 0;
    await till.app.sweeps.sweepEvents();
    expect([listed(), readAgain(), since()]).toEqual([1, [], till.now() - 600]);
    expect(await till.store.cursors.read('events')).toBe(till.now());
  });

  it('goes on from ten minutes before the last one, and lists no subscriptions', async () => {
    await known();
    await till.app.sweeps.sweepEvents();
    const last = till.now();
    await till.sandbox.clock.advance(900);
    calls.length = 0;
    await till.app.sweeps.sweepEvents();
    expect([listed(), since()]).toEqual([0, last - 600]);
  });

  it.each([
    [29 * day, 0, 0],
    [29 * day + 1, 1, 1],
  ])('that comes %i s after the last one lists %i times, and reads %i of what looks right again', async (seconds, lists, again) => {
    const [running, ended] = [await known(), await known()];
    await ended.stripe.subscriptions.cancel((await ended.current()).id);
    await till.settle();
    const { id } = await running.current();
    await till.store.cursors.write('events', till.now() - seconds);
    calls.length = 0;
    await till.app.sweeps.sweepEvents();
    expect([listed(), readAgain()]).toEqual([lists, again ? [id] : []]);
    expect(since()).toBe(till.now() - 29 * day);
  });

  it('looks through all that Stripe keeps when the last one was by a clock that was put back since', async () => {
    const shop = await known();
    await till.store.cursors.write('events', till.now() + day);
    drop();
    await shop.update({ cancel_at_period_end: true });
    await till.sandbox.clock.advance(3600);
    expect(await till.app.sweeps.sweepEvents()).toBeGreaterThan(0);
    expect([listed(), since()]).toEqual([0, till.now() - 29 * day]);
  });

  it('puts what is missing into the inbox, says how much, and wakes the worker', async () => {
    const shop = await known();
    await till.app.sweeps.sweepEvents();
    lines.length = 0;
    expect(await till.app.sweeps.sweepEvents()).toBe(0);
    expect(said('sweep.found')).toEqual([]);
    drop();
    await shop.update({ cancel_at_period_end: true });
    const found = await till.app.sweeps.sweepEvents();
    expect(found).toBeGreaterThan(0);
    expect(said('sweep.found')).toMatchObject([{ level: 'warn', count: found }]);
    await till.app.drain();
    expect(await till.store.subscriptions.find((await shop.current()).id)).toHaveProperty('cancelAt');
    expect(await till.app.sweeps.sweepEvents()).toBe(0);
  });

  it.each([
    ['of the other mode', { livemode: true }],
    ['of another account', { account: 'acct_another' }],
    ['of a kind that nobody handles', { type: 'radar.early_fraud_warning.created' }],
  ])('keeps no event %s', async (_, more) => {
    const shop = await known();
    await till.app.sweeps.sweepEvents();
    drop();
    await shop.update({ cancel_at_period_end: true });
    editEvents = (events) => events.forEach((event) => Object.assign(event, more));
    expect(await till.app.sweeps.sweepEvents()).toBe(0);
    editEvents = () => undefined;
    expect(await till.app.sweeps.sweepEvents()).toBeGreaterThan(0);
  });

  it('ends where the server stops, in its first part already', async () => {
    await known();
    await expect(till.app.sweeps.sweepEvents(AbortSignal.abort())).rejects.toThrow('aborted');
    expect([await till.store.cursors.read('drifted'), await till.store.cursors.read('events')]).toEqual([undefined, undefined]);
    await till.store.cursors.write('events', till.now());
    await expect(till.app.sweeps.sweepEvents(AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('a sweep of the subscriptions', () => {
  it('reads again what differs, and counts and tells it', async () => {
    const [right, changed] = [await known(), await known()];
    drop();
    await changed.update({ cancel_at_period_end: true });
    const unheard = await openShop(till);
    await unheard.create();
    const ids = await Promise.all([changed, unheard].map(async (shop) => (await shop.current()).id));
    calls.length = 0;
    expect(await till.app.sweeps.sweepSubscriptions()).toEqual({ read: 3, drifted: 2 });
    expect(readAgain().toSorted()).toEqual(ids.toSorted());
    expect(said('sweep.drifted')).toMatchObject([{ level: 'warn', count: 2 }]);
    expect(await till.store.cursors.read('drifted')).toBe(2);
    calls.length = 0;
    expect(await till.app.sweeps.sweepSubscriptions({ everything: false })).toEqual({ read: 3, drifted: 0 });
    expect([readAgain(), said('sweep.drifted').length, await till.store.cursors.read('drifted')]).toEqual([[], 1, 0]);
    expect(await right.current()).toMatchObject({ status: 'active' });
  });

  it('reads everything that runs again when it is asked to; what has ended does not change any more', async () => {
    const [running, ended] = [await known(), await known()];
    await ended.stripe.subscriptions.cancel((await ended.current()).id);
    await till.settle();
    calls.length = 0;
    expect(await till.app.sweeps.sweepSubscriptions({ everything: true })).toEqual({ read: 2, drifted: 0 });
    expect(readAgain()).toEqual([(await running.current()).id]);
    expect(said('sweep.drifted')).toEqual([]);
  });

  it('stops when it is told to, also among those that Stripe does not list', async () => {
    const shop = await known();
    await expect(till.app.sweeps.sweepSubscriptions({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const empty = await startTill();
    const fact = (await till.store.subscriptions.find((await shop.current()).id))!;
    await empty.store.subscriptions.write({ ...fact, id: 'sub_gone' }, 1, empty.now());
    await expect(empty.app.sweeps.sweepSubscriptions({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(await empty.store.subscriptions.find('sub_gone')).toBeDefined();
    await empty.close();
  });
});

describe('a sweep of the purchases', () => {
  const catalog = {
    locales: ['en'],
    defaultCurrency: 'usd',
    currencies: ['usd'],
    plans: [],
    products: [{ id: 'handbook', name: 'Handbook', price: { amounts: { usd: 3900 } }, quantity: { min: 1, max: 5 } }],
  };

  /** Somebody paid and did not come back, and no event came. */
  async function unheard(shop: TestTill): Promise<string> {
    shop.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
    const { body } = await shop.call<{ checkoutSessionId: string }>('POST', '/v1/checkout-sessions', {
      body: {
        selection: { productId: 'handbook', quantity: 1, currency: 'usd' },
        returnUrl: 'https://shop.example',
        verifierHash: 'a'.repeat(43),
      },
    });
    await shop.pay(body.checkoutSessionId);
    return String((await (await shop.stripe()).checkout.sessions.retrieve(body.checkoutSessionId)).customer);
  }

  it('finds what nobody told of, by itself and at the start of the events', async () => {
    for (const sweep of ['sweepPurchases', 'sweepEvents'] as const) {
      const shop = await startTill({ catalog });
      const customerId = await unheard(shop);
      const found = await shop.app.sweeps[sweep]();
      if (sweep === 'sweepPurchases') expect(found).toBe(1);
      expect(await shop.store.purchases.ofCustomer(customerId)).toHaveLength(1);
      await shop.close();
    }
  });

  it('stops when it is told to', async () => {
    const shop = await startTill({ catalog });
    const customerId = await unheard(shop);
    for (const sweep of ['sweepPurchases', 'sweepEvents'] as const)
      await expect(shop.app.sweeps[sweep](AbortSignal.abort())).rejects.toThrow('aborted');
    expect(await shop.store.purchases.ofCustomer(customerId)).toEqual([]);
    await shop.close();
  });
});

describe('the jobs', () => {
  it('are named, and come every quarter of an hour, every day and every thirty days', () => {
    expect(till.app.sweeps.jobs.map(({ name, everySeconds }) => [name, everySeconds])).toEqual([
      ['sweep-events', 900],
      ['sweep-subscriptions', day],
      ['sweep-purchases', 30 * day],
    ]);
  });

  it('list what they are about, and stop with the server', async () => {
    await known();
    const lists = ['GET /v1/events', 'GET /v1/subscriptions', 'GET /v1/checkout/sessions'];
    for (const [index, { run }] of till.app.sweeps.jobs.entries()) {
      calls.length = 0;
      await run(new AbortController().signal);
      expect(calls.some((call) => call.startsWith(`${lists[index]}?`))).toBe(true);
      if (index < 2) await expect(run(AbortSignal.abort())).rejects.toThrow('aborted');
    }
  });
});
