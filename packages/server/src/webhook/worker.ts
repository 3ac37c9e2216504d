/**
 * Step 5, webhook: applies what was acknowledged.
 *
 * Promise: every committed event is applied, in whatever order and however often it came: its subject is read again from
 * Stripe and written in one transaction with the event's mark. What fails is tried again later, on its own; what another
 * process left unfinished is taken up.
 */
import { reasonOf } from '../ops/log.ts';
import { BackgroundLoop, type BackgroundWork } from '../ops/background-work.ts';
import { beginSeconds, type InboxRow } from '../store/inbox.ts';
import { isOutage, retryAfterOf } from '../stripe/stripe-errors.ts';
import type { Till } from '../till.ts';
import type { ApplyContext } from './event-family.ts';
import { eventRegistry } from './registry.ts';

/** Pause before the next look when the inbox itself cannot be read. */
const unreadablePauseSeconds = 5;
/** Another process may have put off or left what this one must take up, or a person may have put it back. */
const lookSeconds = 15;
/** Subjects that are read at the same time: enough to keep the pace while some answers take seconds. */
const atOnce = 8;

export class InboxWorker implements BackgroundWork {
  readonly #till: Pick<Till, 'store' | 'now' | 'log'>;
  readonly #context: ApplyContext;
  readonly #applied: () => void;
  readonly #loop: BackgroundLoop;
  #fresh = true;

  /** `applied` is called after each round in which something was applied. */
  constructor(context: ApplyContext, applied: () => void = () => undefined) {
    this.#till = context;
    this.#context = context;
    this.#applied = applied;
    this.#loop = new BackgroundLoop({
      round: () => this.#round(),
      nextLook: async () => Math.min(((await context.store.inbox.nextDue()) ?? Infinity) - context.now(), lookSeconds),
      broken: (error) => {
        context.log.error('inbox.unreadable', { error });
        return unreadablePauseSeconds;
      },
    });
  }

  wake(): void {
    this.#loop.wake();
  }

  idle(): Promise<void> {
    return this.#loop.idle();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #round(): Promise<boolean> {
    const { store, now } = this.#till;
    if (this.#fresh && !store.shared) await store.inbox.releaseClaims();
    this.#fresh = false;
    const beginUntil = now() + beginSeconds;
    const rows = await store.inbox.claim(now());
    await this.#applyAll(bySubject(rows), beginUntil);
    if (rows.length) this.#applied();
    return rows.length > 0;
  }

  /** Applies what was claimed, as long as the claim holds; the rest is for whoever comes next. */
  async #applyAll(subjects: readonly InboxRow[][], beginUntil: number): Promise<void> {
    const { store, now } = this.#till;
    const waiting = subjects.values();
    const left: InboxRow[] = [];
    const work = async (): Promise<void> => {
      for (const rows of waiting) {
        if (this.#loop.stopped || now() > beginUntil) left.push(...rows);
        else await applySafely(this.#context, rows);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, subjects.length) }, work));
    await store.inbox.release(left);
  }
}

/** Events on one subject that are handled alike together, in the order in which the first of each came. */
function bySubject(rows: readonly InboxRow[]): InboxRow[][] {
  const alike = Map.groupBy(rows, ({ type }) => eventRegistry.get(type)).values();
  return [...alike].flatMap((family) => [...Map.groupBy(family, (row) => `${row.subjectKind}:${row.subjectId}`).values()]);
}

/** Applies, or puts off; when neither can be written, the claim runs out and the events are taken up again. */
async function applySafely(context: ApplyContext, rows: readonly InboxRow[]): Promise<void> {
  const { store, now, log } = context;
  try {
    await apply(context, rows);
  } catch (error) {
    const [{ eventId, type, attempts }] = rows as readonly [InboxRow];
    log.warn('inbox.put_off', { eventId, eventType: type, attempts, error });
    const failure = { random: Math.random(), retryAfter: retryAfterOf(error), outage: isOutage(error) };
    try {
      for (const row of rows) await store.inbox.markFailed(row, reasonOf(error), now(), failure);
    } catch (unwritten) {
      log.error('inbox.unwritten', { eventId, eventType: type, error: unwritten });
    }
  }
}

/** One reading settles all events on a subject that were committed before it began. */
async function apply(context: ApplyContext, rows: readonly InboxRow[]): Promise<void> {
  const [{ type, subjectKind: kind, subjectId: id }] = rows as readonly [InboxRow];
  const eventIds = rows.map((row) => row.eventId);
  // one that an older version has taken in although it names no object: there is nothing to read
  const settle = id === '' ? undefined : await eventRegistry.get(type)?.apply({ kind, id }, context, new Set(rows.map((row) => row.type)));
  await context.store.transaction(async (tables) => {
    await settle?.(tables);
    await tables.inbox.markApplied(eventIds, context.now());
  });
}
