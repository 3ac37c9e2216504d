/** Threat table, row 6: several readings of one subscription at the same time, in every order in which their steps can mix. */
import { setTimeout as wait } from 'node:timers/promises';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '@tillkit/server';
import type { StripeGateway } from '@tillkit/server/stripe/gateway';
import { createMirror, type Mirror } from '@tillkit/server/subscription/mirror';
import { databases } from '../support/databases.ts';
import { defaultNow, startTill } from '../support/till.ts';
import { openShop } from './lives.ts';
import { interleavings, Thread } from './scheduler.ts';

const soak = process.env.TILL_SOAK === '1';
const randomRuns = soak ? 1000 : 100;
const longestMilliseconds = soak ? 200 : 20;
const all = interleavings(3, 4);

/** A subscription as Stripe's API shows it, to be varied. */
async function exampleSubscription(): Promise<Stripe.Subscription> {
  const till = await startTill();
  const shop = await openShop(till);
  await shop.create();
  const example = await shop.stripe.subscriptions.retrieve((await shop.current()).id);
  await till.close();
  return example;
}

/** One subscription at a Stripe that answers when it is let. */
class Truth {
  /** What its quantity is; 0: Stripe has it no more. */
  version = 1;
  readonly id: string;
  readonly #example: Stripe.Subscription;

  constructor(example: Stripe.Subscription, id: string) {
    this.#example = example;
    this.id = id;
  }

  /** The way to it for one reader, whom `before` holds up before Stripe looks, and `after` while the answer is under way. */
  gateway(before: () => Promise<void>, after: () => Promise<void> = async () => undefined): StripeGateway {
    const retrieve = async (): Promise<unknown> => {
      await before();
      const { version } = this;
      await after();
      if (version > 0) return this.#at(version);
      throw new Stripe.errors.StripeInvalidRequestError({ type: 'invalid_request_error', code: 'resource_missing', message: '' });
    };
    // nothing is owed
    const list = (): Promise<unknown> => Promise.resolve({ data: [] });
    return () => Promise.resolve({ subscriptions: { retrieve }, invoices: { list } } as unknown as Stripe);
  }

  #at(version: number): unknown {
    const { items, ...rest } = this.#example;
    // paused: nothing more is asked of Stripe than the subscription and what is owed for it
    return { ...rest, id: this.id, status: 'paused', items: { ...items, data: [{ ...items.data[0], quantity: version }] } };
  }
}

/** The real store, at whose two doors a reader waits. */
function gated(
  store: Store,
  gate: () => Promise<void>,
  write?: (tables: Pick<Store, 'subscriptions'>) => Pick<Store, 'subscriptions'>,
): Store {
  return {
    ...store,
    subscriptions: {
      ...store.subscriptions,
      async nextFetchToken() {
        await gate();
        return store.subscriptions.nextFetchToken();
      },
    },
    async transaction(work) {
      await gate();
      return store.transaction((tables) => work(write ? { ...tables, ...write(tables) } : tables));
    },
  };
}

/** As if the order of the answers were that of the questions: what a guard at the time of writing amounts to. */
const unguarded = ({ subscriptions }: Pick<Store, 'subscriptions'>): Pick<Store, 'subscriptions'> => ({
  subscriptions: {
    ...subscriptions,
    write: async (fact, _, now) => subscriptions.write(fact, await subscriptions.nextFetchToken(), now),
  },
});

/** What is seen when Stripe changes and three readings, each caused by a change, mix in one order: change, ask, read, write. */
async function play(store: Store, truth: Truth, order: readonly number[], how: { unguarded?: true; gone?: true } = {}): Promise<number> {
  const pieces = Math.max(...order) + 1;
  const threads = Array.from({ length: pieces }, () => new Thread());
  const mirrors = threads.map(({ gate }): Mirror =>
    createMirror({
      stripe: truth.gateway(gate),
      store: gated(store, gate, how.unguarded && unguarded),
      now: () => defaultNow,
    }),
  );
  const taken = threads.map(() => 0);
  let changes = 0;
  for (const piece of order) {
    taken[piece]! += 1;
    if (taken[piece] === 1) {
      changes += 1;
      truth.version = how.gone && changes === pieces ? 0 : changes;
      await threads[piece]!.start(() => mirrors[piece]!.refresh(truth.id));
    } else await threads[piece]!.go();
  }
  return (await store.subscriptions.find(truth.id))?.items[0]?.quantity ?? 0;
}

describe.each(databases)('readings that mix, on %s', (database, openDatabase) => {
  // each costs PostgreSQL two dozen round trips
  const tried = database === 'SQLite' || soak ? all : all.filter((_, index) => index % 97 === 0);
  let store: Store;
  let example: Stripe.Subscription;
  beforeAll(async () => {
    store = await openStore(await openDatabase());
    example = await exampleSubscription();
  });
  afterAll(() => store.close());

  it('leave the last state in every interleaving of three', async () => {
    expect(all).toHaveLength(5775);
    const wrong: string[] = [];
    for (const [number, order] of tried.entries())
      if ((await play(store, new Truth(example, `sub_${number}`), order)) !== 3) wrong.push(order.join(''));
    expect(wrong).toEqual([]);
  });

  it('would leave an older state in some, were the order of writing what counts', async () => {
    let wrong = 0;
    // an order in which the guard matters: the last to ask is not the last to write
    const some = all.filter((_, index) => index % 41 === 0);
    for (const [number, order] of some.entries())
      if ((await play(store, new Truth(example, `sub_unguarded_${number}`), order, { unguarded: true })) !== 3) wrong += 1;
    expect(wrong).toBeGreaterThan(some.length / 100);
  });

  it('leave nothing of what Stripe has no more, in every interleaving of two', async () => {
    const pairs = interleavings(2, 4);
    expect(pairs).toHaveLength(35);
    const left: string[] = [];
    for (const [number, order] of pairs.entries())
      if ((await play(store, new Truth(example, `sub_gone_${number}`), order, { gone: true })) !== 0) left.push(order.join(''));
    expect(left).toEqual([]);
  });

  it(`leave the last state in ${randomRuns} random runs of two to five at once`, async () => {
    const pause = (): Promise<void> => wait(Math.random() * longestMilliseconds);
    const run = async (number: number): Promise<boolean> => {
      const truth = new Truth(example, `sub_random_${number}`);
      const changes = 2 + (number % 4);
      await Promise.all(
        Array.from({ length: changes }, async () => {
          await pause();
          truth.version += 1;
          await createMirror({ stripe: truth.gateway(pause, pause), store, now: () => defaultNow }).refresh(truth.id);
        }),
      );
      return (await store.subscriptions.find(truth.id))?.items[0]?.quantity === truth.version;
    };
    const right = await Promise.all(Array.from({ length: randomRuns }, (_, number) => run(number)));
    expect(right.filter(Boolean)).toHaveLength(randomRuns);
  });
});
