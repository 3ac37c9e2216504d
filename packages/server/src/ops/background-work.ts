/** Work that goes on beside the requests: it is woken when there may be something to do, and ends with the process. */
export interface BackgroundWork {
  /** Says that there may be something to do; returns at once. */
  wake(): void;
  /** Resolves when everything due is done or put off. */
  idle(): Promise<void>;
  /** Finishes what is begun and starts nothing more. */
  stop(): Promise<void>;
}

export interface Rounds {
  /** Does what is due; true when there may be more of it at once. */
  round(): Promise<boolean>;
  /** Seconds until the next look, when nobody wakes it before; Infinity: none. */
  nextLook(): Promise<number>;
  /** Told of an error that neither of the two dealt with; answers the seconds until the next look. */
  broken(error: unknown): number;
}

const longestPauseSeconds = 86_400;

/**
 * Rounds of work, one after the other.
 *
 * Promise: whoever wakes it while it works is not forgotten, two rounds never run at the same time, and after a stop no
 * further one begins.
 */
export class BackgroundLoop implements BackgroundWork {
  readonly #rounds: Rounds;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(rounds: Rounds) {
    this.#rounds = rounds;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  wake(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    // an answer that is under way goes out first
    await new Promise((resolve) => setImmediate(resolve));
    let pause: number;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        if (await this.#rounds.round()) this.#again = true;
      }
      pause = await this.#rounds.nextLook();
    } catch (error) {
      this.#again = false;
      pause = this.#rounds.broken(error);
    }
    if (this.#stopped || pause === Infinity) return;
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.max(pause, 1), longestPauseSeconds) * 1000);
    this.#timer.unref();
  }
}
