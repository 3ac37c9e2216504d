/**
 * Work that is done again and again: sweeps, retention.
 *
 * Promise: each job runs once in its interval however many processes share the database, also after a restart; a job
 * that fails is logged and runs again a little later.
 */
import type { Till } from '../till.ts';

export interface Job {
  /** Kebab-case, never changed: the next turn is noted under it. */
  readonly name: string;
  readonly everySeconds: number;
  run(): Promise<void>;
}

/** How often the notes are looked at. */
const lookSeconds = 30;
/** A failed job waits at most this long for its next turn. */
const retrySeconds = 300;

export class JobRunner {
  readonly #till: Pick<Till, 'store' | 'now' | 'log'>;
  readonly #jobs: readonly Job[];
  #running: Promise<void> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopped = false;

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
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Runs what is due by now; at once after another, never twice at the same time. */
  runDue(): Promise<void> {
    this.#running ??= this.#runAll().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #runAll(): Promise<void> {
    const { store, now, log } = this.#till;
    for (const job of this.#jobs) {
      if (this.#stopped) return;
      try {
        if (!(await store.turns.take(job.name, now(), job.everySeconds))) continue;
      } catch (error) {
        log.error('job.unreadable', { message: job.name, error });
        return;
      }
      try {
        await job.run();
      } catch (error) {
        log.error('job.failed', { message: job.name, error });
        await store.turns.shorten(job.name, now() + Math.min(retrySeconds, job.everySeconds)).catch(() => undefined);
      }
    }
  }
}
