/** Threat table, rows 9 and 10: Stripe fails, one event is poison, and everything else is still applied. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { startTill, type TestTill } from '../support/till.ts';
import { backgroundCallsPerSecond } from '@tillkit/server/stripe/pace';
import { openShop } from './lives.ts';
import { deliver, deliverGenuine, eventBody, signatureOf } from './signed.ts';
import { startQuickStripe, type QuickStripe } from './crash-stripe.ts';
import { makeTrouble, mostInASecond } from './trouble.ts';

const hour = 3600;

const told = (number: number): string =>
  eventBody(`evt_${number}`, { data: { object: { id: `sub_${number}`, object: 'subscription', customer: `cus_${number}` } } });

describe.each(databases)('events on %s', (_, openDatabase) => {
  let stripe: QuickStripe;
  const departures: { at: number }[] = [];
  beforeEach(async () => {
    stripe = await startQuickStripe();
  });
  afterEach(() => stripe.close());

  const start = async (more: object = {}): Promise<{ till: TestTill; clock: { ahead: number } }> => {
    const { port } = new URL(stripe.url);
    const clock = { ahead: 0 };
    const till: TestTill = await startTill({
      database: await openDatabase(),
      app: {
        // to the troubled one, over real sockets
        stripeFetch: (input, init) => {
          const { method, url, headers } = new Request(input, init);
          const { pathname, search } = new URL(url);
          // where calls leave: on a busy machine they arrive in heaps
          if (pathname.startsWith('/v1/subscriptions/')) departures.push({ at: performance.now() });
          return fetch(`http://127.0.0.1:${port}${pathname}${search}`, { method, headers, signal: AbortSignal.timeout(3000) });
        },
        now: () => till.now() + clock.ahead,
        ...more,
      },
    });
    return { till, clock };
  };

  it('are acknowledged without asking a failing Stripe, applied in the end, and cost at most 20 calls in any second', async () => {
    const { till } = await start({ backgroundCallsPerSecond });
    stripe.trouble = makeTrouble({ hangMilliseconds: 300 });
    const numbers = Array.from({ length: 16 }, (__, number) => number);
    const answers = await Promise.all(numbers.map((number) => deliverGenuine(till, told(number))));
    expect([new Set(answers), stripe.calls.length]).toEqual([new Set([200]), 0]);
    for (let look = 0; look < 2000 && (await till.store.inbox.count('applied')) < numbers.length; look += 1) {
      await till.sandbox.clock.advance(2);
      // a duplicate wakes who has put the others off
      await deliverGenuine(till, told(0));
      await till.app.drain();
      await wait(20);
    }
    const found = await Promise.all(numbers.map((number) => till.store.subscriptions.find(`sub_${number}`)));
    expect(found.filter((fact) => fact === undefined)).toEqual([]);
    expect([await till.store.inbox.count('pending'), await till.store.inbox.count('dead')]).toEqual([0, 0]);
    expect(mostInASecond(departures)).toBeLessThanOrEqual(20);
    await till.app.stop();
    await till.store.close();
  });

  it('are applied beside one that is poison, which is given up after 12 tries and mended by a replay', async () => {
    const { till, clock } = await start();
    let poisoned = true;
    const poison = (request: IncomingMessage, response: ServerResponse): boolean => {
      if (!poisoned || !request.url!.startsWith('/v1/subscriptions/sub_66?')) return false;
      response.setHeader('content-type', 'application/json').end('{"id":"sub_66","object":"subscription","items":null}');
      return true;
    };
    stripe.trouble = poison;
    for (let number = 0; number < 100; number += 1) await deliverGenuine(till, told(number));
    await till.app.drain();
    expect([await till.store.inbox.count('applied'), await till.store.inbox.count('pending')]).toEqual([99, 1]);

    for (let tries = 1; tries < 12; tries += 1) {
      expect((await till.store.inbox.find('evt_66'))?.attempts).toBe(tries);
      clock.ahead += hour;
      till.app.start();
      await till.app.drain();
    }
    expect(stripe.calls.filter(({ path }) => path.endsWith('/sub_66'))).toHaveLength(12);
    expect(await till.store.inbox.find('evt_66')).toMatchObject({ status: 'dead', attempts: 12 });
    expect(await (await till.app.request('/readyz')).json()).toMatchObject({ status: 'ready', checks: { inbox: 'degraded' } });

    poisoned = false;
    expect(await till.store.inbox.replay('evt_66', till.now() + clock.ahead)).toBe(true);
    till.app.start();
    await till.app.drain();
    expect([await till.store.inbox.count('applied'), await till.store.inbox.count('dead')]).toEqual([100, 0]);
    expect(await till.store.subscriptions.find('sub_66')).toBeDefined();
    await till.app.stop();
    await till.store.close();
  });

  it('outlast a Stripe that is away for two days', async () => {
    const { till, clock } = await start();
    stripe.trouble = (__, response) => {
      response.writeHead(503, { 'stripe-should-retry': 'false' }).end();
      return true;
    };
    const body = told(1);
    await deliver(till, { body, signature: signatureOf(body, till.now() + clock.ahead, till.webhookSecret) });
    for (let looks = 0; looks < 48; looks += 1) {
      await till.app.drain();
      clock.ahead += hour;
      till.app.start();
    }
    await till.app.drain();
    expect(await till.store.inbox.find('evt_1')).toMatchObject({ status: 'pending' });
    stripe.trouble = () => false;
    clock.ahead += hour;
    till.app.start();
    await till.app.drain();
    expect(await till.store.inbox.find('evt_1')).toMatchObject({ status: 'applied' });
    await till.app.stop();
    await till.store.close();
  });
});

describe('an event about something that Stripe has no more', () => {
  it.each([
    ['checkout.session.completed', { id: 'cs_test_gone', object: 'checkout.session' }],
    ['customer.subscription.deleted', { id: 'sub_gone', object: 'subscription', customer: 'cus_gone' }],
    ['customer.deleted', { id: 'cus_gone', object: 'customer' }],
  ])('is settled: %s', async (type, object) => {
    const till = await startTill();
    await openShop(till);
    expect(await deliverGenuine(till, eventBody('evt_gone', { type, data: { object } }))).toBe(200);
    await till.app.drain();
    expect(await till.store.inbox.find('evt_gone')).toMatchObject({ status: 'applied' });
    await till.close();
  });
});
