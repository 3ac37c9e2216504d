/** Writes that are under way: a second one on the same object is refused instead of waiting. */
import { lockTimeout } from './faults.ts';

export class Locks {
  readonly #held = new Set<string>();

  /** Holds `object` while `work` runs, or refuses with 429 `lock_timeout`. */
  async during<T>(object: string | null, work: () => Promise<T>): Promise<T> {
    if (object === null) return work();
    if (this.#held.has(object)) throw lockTimeout();
    this.#held.add(object);
    try {
      return await work();
    } finally {
      this.#held.delete(object);
    }
  }
}
