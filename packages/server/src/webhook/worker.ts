/**
 * Step 5, webhook: applies what was acknowledged.
 *
 * Promise: every committed event is applied, in whatever order and however often it came: its subject is read again from
 * Stripe and written in one transaction with the event's mark. What fails is tried again later, on its own.
 */
import type { InboxRow } from '../store/inbox.ts';
import type { Till } from '../till.ts';
import type { Settle } from './event-family.ts';
import { eventRegistry } from './registry.ts';

export interface InboxWorker {
  /** Says that there is something to do; returns at once. */
  wake(): void;
  /** Resolves when everything that is due is applied or put off. */
  idle(): Promise<void>;
  /** Finishes what is begun and starts nothing more. */
  stop(): Promise<void>;
}

export function createInboxWorker(till: Till): InboxWorker {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    if (stopped) return;
    clearTimeout(timer);
    again = true;
    running ??= run().finally(() => {
      running = undefined;
      if (again) wake();
    });
  }

  async function run(): Promise<void> {
    // the answer to Stripe goes out first
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (again && !stopped) {
        again = false;
        const due = await till.store.inbox.due(till.now());
        for (const rows of bySubject(due)) await applySafely(till, rows);
        if (due.length) again = true;
      }
      await sleepUntilNext();
    } catch (error) {
      till.log.error('inbox.unreadable', { error });
      again = false;
      timer = setTimeout(wake, 5000).unref();
    }
  }

  async function sleepUntilNext(): Promise<void> {
    const nextAt = await till.store.inbox.nextDue();
    if (nextAt === undefined || stopped) return;
    timer = setTimeout(wake, Math.max(nextAt - till.now(), 1) * 1000).unref();
  }

  return {
    wake,
    async idle() {
      while (running) await running;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
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
  const settle: Settle | undefined = await eventRegistry.get(type)?.apply(subjectId, till, new Set(rows.map((row) => row.type)));
  await till.store.transaction(async (tables) => {
    await settle?.(tables);
    await tables.inbox.markApplied(
      rows.map((row) => row.eventId),
      till.now(),
    );
  });
}
