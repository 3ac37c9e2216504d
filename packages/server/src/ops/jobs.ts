/**
 * Work that is done again and again: sweeps, retention.
 *
 * Promise: each job runs once in its interval however many processes share the database, also after a restart; one that
 * takes long holds no other up; one that fails, or is stopped with the process, is logged and runs again a little later.
 */
import type { Till } from '../till.ts';

export interface Job {
  /** Kebab-case, never changed: the next turn is noted under it. */
  readonly name: string;
  readonly everySeconds: number;
  /** A job that may take longer than a few seconds heeds the signal: the process ends. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Works on one thing after the other until the process ends: one that fails keeps no other from its turn. Throws the first failure
 * when all had theirs, or at the second one that `isOutage` says is nothing of the thing's own: every further one would wait as long for nothing.
 */
export async function eachAlone<Item>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item) => Promise<void>,
  isOutage: (error: unknown) => boolean = () => false,
): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) {
    if (signal?.aborted) return;
    await work(item).catch((error: unknown) => failures.push(error));
    if (failures.filter(isOutage).length > 1) break;
  }
  if (failures.length > 0) throw failures[0];
}

/** How often the notes are looked at. */
const lookSeconds = 30;
/** A failed job waits at most this long for its next turn. */
const retrySeconds = 300;

export class JobRunner {
  readonly #till: Pick<Till, 'store' | 'now' | 'log'>;
  readonly #jobs: readonly Job[];
  readonly #running = new Map<Job, Promise<void>>();
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(till: Pick<Till, 'store' | 'now' | 'log'>, jobs: readonly Job[]) {
    this.#till = till;
    this.#jobs = jobs;
  }

  start(): void {
    this.#timer = setInterval(() => void this.runDue(), lookSeconds * 1000);
    this.#timer.unref();
    void this.runDue();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await Promise.all(this.#running.values());
  }

  /** Runs what is due by now, and resolves when that and what ran already has ended; no job runs twice at the same time. */
  async runDue(): Promise<void> {
    await Promise.all(
      this.#jobs.map((job) => {
        const running = this.#running.get(job) ?? this.#runInTurn(job).finally(() => this.#running.delete(job));
        this.#running.set(job, running);
        return running;
      }),
    );
  }

  async #runInTurn(job: Job): Promise<void> {
    const { store, now, log } = this.#till;
    const { signal } = this.#stop;
    try {
      if (signal.aborted || !(await store.turns.take(job.name, now(), job.everySeconds))) return;
    } catch (error) {
      log.error('job.unreadable', { message: job.name, error });
      return;
    }
    try {
      await job.run(signal);
    } catch (error) {
      if (!signal.aborted) log.error('job.failed', { message: job.name, error });
      const pause = signal.aborted ? 0 : Math.min(retrySeconds, job.everySeconds);
      await store.turns.shorten(job.name, now() + pause).catch(() => undefined);
    }
  }
}
