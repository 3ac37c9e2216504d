/**
 * The sandbox's clock: it stands where it was set, or runs with the real one, and can be turned forwards.
 *
 * Promise: it never goes back.
 */
import { invalid } from '../http/api-error.ts';

const realSeconds = (): number => Math.floor(Date.now() / 1000);

export class Clock {
  /** Null: the clock runs. */
  readonly #start: number | null;
  #offset = 0;
  /** Where a turn is at this moment. */
  #turning: number | null = null;

  constructor(start: number | null) {
    this.#start = start;
  }

  /** Unix seconds. */
  now(): number {
    return this.#turning ?? (this.#start ?? realSeconds()) + this.#offset;
  }

  /** Unix seconds of the real clock. */
  real(): number {
    return realSeconds();
  }

  get isTurning(): boolean {
    return this.#turning !== null;
  }

  /** Turns to `to`; `pass` sets the clock to the moments it passes. */
  async turn(to: number, pass: (setTo: (seconds: number) => void) => Promise<void>): Promise<void> {
    if (this.isTurning) throw invalid('The clock is being turned already.');
    if (!Number.isSafeInteger(to)) throw invalid('The clock can be set to whole seconds only.');
    const from = this.now();
    if (to < from) throw invalid('The clock cannot be turned back.');
    this.#turning = from;
    try {
      await pass((seconds) => {
        this.#turning = seconds;
      });
      this.#offset += to - from;
    } finally {
      this.#turning = null;
    }
  }

  /** Puts the clock where a snapshot says, in unix seconds; the one way back. */
  set(seconds: number): void {
    this.#offset = seconds - (this.#start ?? realSeconds());
  }

  reset(): void {
    this.#offset = 0;
  }
}
