/**
 * Undo log of the tables.
 *
 * Promise: a request that is refused leaves nothing behind, and a preview can do the real thing and take it back.
 */

/** Thrown inside a transaction to answer with an error and keep what was written, as a declined charge does. */
export interface KeepsChanges {
  readonly keepsChanges: true;
}

const keepsChanges = (error: unknown): boolean => typeof error === 'object' && error !== null && 'keepsChanges' in error;

export class Journal {
  readonly #undo: (() => void)[] = [];
  #depth = 0;
  #rehearsals = 0;

  /** Whether what is done now is taken back in any case. */
  get rehearsing(): boolean {
    return this.#rehearsals > 0;
  }

  /** Remembers how to take back what was just done; outside a transaction nothing is remembered. */
  note(undo: () => void): void {
    if (this.#depth > 0) this.#undo.push(undo);
  }

  /** Runs `work`; when it throws, everything it wrote is taken back unless the error says to keep it. */
  transact<T>(work: () => T): T {
    const mark = this.#undo.length;
    this.#depth += 1;
    try {
      return work();
    } catch (error) {
      if (!keepsChanges(error)) this.#rollBack(mark);
      throw error;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#undo.length = 0;
    }
  }

  /** Runs `work` and takes back everything it wrote; only its result remains. */
  rehearse<T>(work: () => T): T {
    const mark = this.#undo.length;
    this.#depth += 1;
    this.#rehearsals += 1;
    try {
      return work();
    } finally {
      this.#rollBack(mark);
      this.#rehearsals -= 1;
      this.#depth -= 1;
    }
  }

  #rollBack(mark: number): void {
    for (const undo of this.#undo.splice(mark).toReversed()) undo();
  }
}
