/** Threat table, row 5: whatever order events come in, the mirror ends as Stripe is. */
import { describe, expect, it } from 'vitest';
import { readSubscription } from '@tillkit/server/stripe/subscriptions';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { databases } from '../support/databases.ts';
import type { TestTill } from '../support/till.ts';
import { lives } from './lives.ts';
import { startRecorded, toCopy, toOriginal, type Happened, type RecordedLife } from './recorded-life.ts';
import { deliverGenuine } from './signed.ts';

/** All 720 in `npm run soak`. */
const orders = Number(process.env.TILL_ORDERS ?? 30);

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** So many of all orders, evenly spread: the first and the last, and every event somewhere first. */
function sample<Item>(all: readonly Item[], count: number): Item[] {
  return Array.from({ length: count }, (_, index) => all[Math.round((index * (all.length - 1)) / (count - 1))]!);
}

/** Tells each copy the events in its own order, one event of each at a time; a copy's state moves on just before it must. */
async function tell(till: TestTill, life: RecordedLife, told: readonly (readonly Happened[])[]): Promise<void> {
  for (const turn of told[0]!.keys()) {
    await Promise.all(
      told.map(async (order, copy) => {
        const { event, state } = order[turn]!;
        life.reach(copy, state);
        const body = toCopy(JSON.stringify(event, null, 2), copy);
        if ((await deliverGenuine(till, body)) !== 200) throw new Error('A genuine event was refused.');
      }),
    );
    await till.app.drain();
  }
}

describe.each(databases)('a mirror on %s', (_, openDatabase) => {
  it.each(Object.keys(lives))('is what Stripe is after any order of: %s', async (name) => {
    const { till, life } = await startRecorded(name, await openDatabase());
    const six = life.choose(6);
    expect(new Set(six.map(({ event }) => event.id)).size).toBe(6);
    expect(new Set(six.map(({ event }) => event.created)).size).toBeLessThan(6);
    const told = sample(permutations(six), orders);
    await tell(till, life, told);

    const truth = await readSubscription(createStripeGateway({ secretKey: 'sk_test_till' }, life.fetch), life.subscriptionId);
    const mirrored = await Promise.all(told.map((__, copy) => till.store.subscriptions.find(toCopy(life.subscriptionId, copy))));
    const wrong = mirrored.filter((fact) => fact === undefined || toOriginal(JSON.stringify(fact)) !== JSON.stringify(truth));
    expect(wrong).toEqual([]);
    expect(await till.store.inbox.count('pending')).toBe(0);
    await till.app.stop();
    await till.store.close();
  });
});
