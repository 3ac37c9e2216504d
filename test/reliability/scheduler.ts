/** Work whose steps are let go one at a time, in any order that a test wants. */

/** One piece of work; it stops at each gate until it is let go. */
export class Thread {
  #open: (() => void) | undefined;
  #arrived: (() => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;

  /** Called by the work: waits here until it is let go. */
  readonly gate = (): Promise<void> =>
    new Promise((resolve) => {
      this.#open = resolve;
      this.#arrived?.();
    });

  /** Starts the work; resolves when it is at its first gate, or done, and rejects when it fails. */
  start(work: () => Promise<unknown>): Promise<void> {
    return this.#until(() => {
      work().then(
        () => this.#arrived?.(),
        (error: unknown) => this.#failed?.(error),
      );
    });
  }

  /** Lets the work go; resolves when it is at its next gate, or done, and rejects when it fails. */
  go(): Promise<void> {
    return this.#until(() => this.#open?.());
  }

  #until(act: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#arrived = resolve;
      this.#failed = reject;
      act();
    });
  }
}

/** Every order in which so many pieces of work can take so many steps each; alike pieces are counted once: 2 × 4 are 35, 3 × 4 are 5,775. */
export function interleavings(pieces: number, steps: number): number[][] {
  const all: number[][] = [];
  const extend = (order: readonly number[], taken: readonly number[]): void => {
    if (order.length === pieces * steps) all.push([...order]);
    const begun = taken.filter((count) => count > 0).length;
    for (let piece = 0; piece < Math.min(begun + 1, pieces); piece += 1)
      if (taken[piece]! < steps) extend([...order, piece], taken.with(piece, taken[piece]! + 1));
  };
  extend([], Array<number>(pieces).fill(0));
  return all;
}
