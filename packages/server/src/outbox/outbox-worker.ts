/**
 * Step 5, webhook: tells what happened to those who want to hear it.
 *
 * Promise: every consumer gets every entry at least once, a failing or slow consumer holds nobody else up, and what fails for
 * two days is given up and counted, not forgotten.
 */
import { BackgroundLoop } from '../ops/background-work.ts';
import { reasonOf } from '../ops/log.ts';
import { longestPause } from '../store/outbox-deliveries.ts';
import type { WrittenEntry } from '../store/outbox.ts';
import type { Till } from '../till.ts';

/** Somebody who wants to hear: mails, outgoing webhooks. `deliver` may be called twice for one entry, after a crash. */
export interface OutboxConsumer {
  /** Kebab-case, never changed: what was delivered is noted under it. */
  readonly name: string;
  /** Types of entries that it wants; default all. */
  readonly types?: readonly string[];
  deliver(entry: WrittenEntry): Promise<void>;
}

/** Thrown by a consumer when trying again is of no use: the entry is given up at once. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

/** A consumer that was never here before hears what is at most an hour old, not the news of the last weeks. */
const greetingSeconds = 3600;

/** Seconds before each further try; the last one is followed by giving up. Spread a little, so that not all come at once. */
const pauses = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
/** How long a process may work on what it claimed; nothing is begun in the second half. */
const claimSeconds = 120;
/** With several processes one may have left what this one must take up. */
const sharedLookSeconds = 15;

export class OutboxWorker {
  readonly #lanes: readonly Lane[];

  constructor(till: Pick<Till, 'store' | 'now' | 'log'>, consumers: readonly OutboxConsumer[]) {
    this.#lanes = consumers.map((consumer) => new Lane(till, consumer));
  }

  /** Says that there may be something to tell; returns at once. */
  wake(): void {
    for (const { loop } of this.#lanes) loop.wake();
  }

  /** Resolves when everything due is delivered or put off. */
  async idle(): Promise<void> {
    await Promise.all(this.#lanes.map(({ loop }) => loop.idle()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map(({ loop }) => loop.stop()));
  }
}

/** Pause before the next look when the outbox itself cannot be read. */
const unreadablePauseSeconds = 5;

/** What one consumer hears; a slow one has only itself to wait for. */
class Lane {
  readonly #till: Pick<Till, 'store' | 'now' | 'log'>;
  readonly #consumer: OutboxConsumer;
  readonly loop: BackgroundLoop;
  #greeted = false;

  constructor(till: Pick<Till, 'store' | 'now' | 'log'>, consumer: OutboxConsumer) {
    this.#till = till;
    this.#consumer = consumer;
    this.loop = new BackgroundLoop({
      round: async () => (await this.#deliverDue()) > 0,
      nextLook: () => this.#nextLook(),
      broken: (error) => {
        till.log.error('outbox.unreadable', { error });
        return unreadablePauseSeconds;
      },
    });
  }

  async #nextLook(): Promise<number> {
    const { store, now } = this.#till;
    const next = ((await store.outboxDeliveries.nextDue(this.#consumer.name)) ?? Infinity) - now();
    return store.shared ? Math.min(next, sharedLookSeconds) : next;
  }

  async #deliverDue(): Promise<number> {
    const { store, now } = this.#till;
    const { name } = this.#consumer;
    await this.#greet();
    const until = now() + claimSeconds;
    const due = await store.outboxDeliveries.claim(name, now(), until);
    const left: string[] = [];
    for (const { attempts, ...entry } of due) {
      if (this.loop.stopped || now() > until - claimSeconds / 2) left.push(entry.id);
      else await this.#deliver(entry, attempts);
    }
    await store.outboxDeliveries.release(left, name, now());
    return due.length;
  }

  async #greet(): Promise<void> {
    const { store, now } = this.#till;
    const { name } = this.#consumer;
    const cursor = `outbox-consumer:${name}`;
    if (this.#greeted) return;
    if ((await store.cursors.read(cursor)) === undefined) {
      await store.outboxDeliveries.skipBefore(name, now() - greetingSeconds);
      await store.cursors.write(cursor, now());
    }
    this.#greeted = true;
  }

  async #deliver(entry: WrittenEntry, attempts: number): Promise<void> {
    const { store, now, log } = this.#till;
    const consumer = this.#consumer;
    const wanted = consumer.types === undefined || consumer.types.includes(entry.type);
    try {
      // an erasure may have taken it out of the queue since it was claimed
      if (!(await store.outboxDeliveries.isPending(entry.id, consumer.name))) return;
      if (wanted) await consumer.deliver(entry);
      await store.outboxDeliveries.settle(entry.id, consumer.name, { status: 'done', attempts, nextAt: now() });
    } catch (error) {
      const pause = error instanceof Undeliverable ? undefined : pauses[attempts];
      const status = pause === undefined ? 'dead' : 'pending';
      log.warn(status === 'dead' ? 'outbox.given_up' : 'outbox.put_off', { message: `${consumer.name}: ${entry.type}`, attempts, error });
      const nextAt = now() + Math.min(Math.ceil((pause ?? 0) * (1 + Math.random() / 10)), longestPause);
      const lastError = reasonOf(error).slice(0, 300);
      await store.outboxDeliveries.settle(entry.id, consumer.name, { status, attempts: attempts + 1, nextAt, lastError });
    }
  }
}
