/**
 * Step 5, webhook: applies what was acknowledged.
 *
 * Promise: every committed event is applied, in whatever order and however often it came: its subject is read again from
 * Stripe and written in one transaction with the event's mark. What fails is tried again later, on its own.
 */
import type { InboxRow } from '../store/inbox.ts';
import type { Till } from '../till.ts';
import { eventRegistry } from './registry.ts';

/** Pause before the next look when the inbox itself cannot be read. */
const unreadablePauseSeconds = 5;

export class InboxWorker {
  readonly #till: Till;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(till: Till) {
    this.#till = till;
  }

  /** Says that there is something to do; returns at once. */
  wake(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Resolves when everything that is due is applied or put off. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Finishes what is begun and starts nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    // the answer to Stripe goes out first
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        const due = await this.#till.store.inbox.due(this.#till.now());
        for (const rows of bySubject(due)) if (!this.#stopped) await applySafely(this.#till, rows);
        if (due.length) this.#again = true;
      }
      this.#wakeAt(await this.#till.store.inbox.nextDue());
    } catch (error) {
      this.#till.log.error('inbox.unreadable', { error });
      this.#again = false;
      this.#wakeAt(this.#till.now() + unreadablePauseSeconds);
    }
  }

  #wakeAt(moment: number | undefined): void {
    if (moment === undefined || this.#stopped) return;
    const seconds = Math.max(moment - this.#till.now(), 1);
    this.#timer = setTimeout(() => this.wake(), seconds * 1000);
    this.#timer.unref();
  }
}

/** Events on one subject together, in the order in which the first of each came. */
function bySubject(rows: readonly InboxRow[]): InboxRow[][] {
  return [...Map.groupBy(rows, (row) => `${row.subjectKind}:${row.subjectId}`).values()];
}

async function applySafely(till: Till, rows: readonly InboxRow[]): Promise<void> {
  try {
    await apply(till, rows);
  } catch (error) {
    const [{ eventId, type, attempts }] = rows as readonly [InboxRow];
    till.log.warn('inbox.put_off', { eventId, eventType: type, attempts, error });
    const reason = error instanceof Error ? error.name : 'unknown';
    for (const row of rows) await till.store.inbox.markFailed(row, reason, till.now());
  }
}

/** One reading settles all events on a subject that were committed before it began. */
async function apply(till: Till, rows: readonly InboxRow[]): Promise<void> {
  const [{ type, subjectId }] = rows as readonly [InboxRow];
  const eventIds = rows.map((row) => row.eventId);
  const settle = await eventRegistry.get(type)?.apply(subjectId, till, new Set(rows.map((row) => row.type)));
  await till.store.transaction(async (tables) => {
    await settle?.(tables);
    await tables.inbox.markApplied(eventIds, till.now());
  });
}
