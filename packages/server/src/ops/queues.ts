/** Lets work of one name go one after the other within this process, and work of different names side by side. */
export class Queues {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` after everything that was given before under this name, however that ended. */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
