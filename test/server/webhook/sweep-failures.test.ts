/** One thing that Stripe does not answer for keeps no sweep from the others. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openShop } from '../../reliability/lives.ts';
import { startTill, type TestTill } from '../../support/till.ts';

let till: TestTill;
/** Of this subscription Stripe answers nothing but that the request is wrong. */
let odd: string | undefined;
/** Happens once, when the sweep begins to read again what it has listed. */
let meanwhile: (() => Promise<unknown>) | undefined;

const throughTheSandbox: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const event = meanwhile;
  if (event && new URL(request.url).pathname.startsWith('/v1/subscriptions/sub_')) {
    meanwhile = undefined;
    await event();
  }
  const isOdd = odd !== undefined && new URL(request.url).pathname === `/v1/subscriptions/${odd}`;
  if (!isOdd) return till.sandbox.fetch(request);
  return Response.json({ error: { type: 'invalid_request_error', message: 'odd' } }, { status: 400 });
};

beforeEach(async () => {
  odd = undefined;
  meanwhile = undefined;
  till = await startTill({ app: { stripeFetch: throughTheSandbox } });
});
afterEach(() => till.close());

/** Three subscriptions that nobody told of, the one in the middle odd. */
async function unheard(): Promise<string[]> {
  till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const shop = await openShop(till);
    await shop.create();
    ids.push((await shop.current()).id);
  }
  odd = ids[1];
  return ids;
}
const mirrored = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await till.store.subscriptions.find(id)) !== undefined));

it('reads every other subscription, says what failed, and finds the rest when it comes again', async () => {
  const ids = await unheard();
  await expect(till.app.sweeps.sweepSubscriptions()).rejects.toThrow('odd');
  expect(await mirrored(ids)).toEqual([true, false, true]);
  odd = undefined;
  expect(await till.app.sweeps.sweepSubscriptions()).toEqual({ read: 3, drifted: 1 });
  expect(await mirrored(ids)).toEqual([true, true, true]);
});

it('looks for the events too, and begins from the same moment when it comes again', async () => {
  await unheard();
  await expect(till.app.sweeps.sweepEvents()).rejects.toThrow('odd');
  expect(await till.store.cursors.read('events')).toBeUndefined();
  expect(await till.store.inbox.count('pending')).toBeGreaterThan(0);
  odd = undefined;
  await till.app.sweeps.sweepEvents();
  expect(await till.store.cursors.read('events')).toBe(till.now());
});

it('counts nothing as drifted that an event has told of while others were read', async () => {
  const ids = await unheard();
  odd = undefined;
  await till.app.sweeps.sweepSubscriptions();
  till.sandbox.webhooks.setMode({ mode: 'normal' });
  till.sandbox.deliveries.hold();
  const stripe = await till.stripe();
  for (const id of ids) await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  // the first is read because of the sweep, the events of all come meanwhile
  meanwhile = async () => {
    await till.sandbox.deliveries.release();
    await till.settle();
  };
  expect((await till.app.sweeps.sweepSubscriptions()).drifted).toBe(1);
});
