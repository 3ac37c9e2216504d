/**
 * Step subscription: what will happen when.
 *
 * Promise: due work comes in order of time, then of rank (schedules before subscriptions before invoices), then of entry. An entry is
 * only a hint: whoever takes it looks again at what the row says now.
 */

export interface Entry {
  readonly at: number;
  readonly rank: number;
  readonly id: string;
}

interface Numbered extends Entry {
  readonly order: number;
}

const before = (a: Numbered, b: Numbered): boolean =>
  a.at !== b.at ? a.at < b.at : a.rank !== b.rank ? a.rank < b.rank : a.order < b.order;

/** All entries, soonest first, and how many there ever were. */
export interface AgendaState {
  readonly entries: readonly Numbered[];
  readonly count: number;
}

/** A binary heap of entries. */
export class Agenda {
  readonly #heap: Numbered[] = [];
  #count = 0;

  add(entry: Entry): void {
    this.#count += 1;
    this.#heap.push({ ...entry, order: this.#count });
    this.#rise(this.#heap.length - 1);
  }

  peek(): Entry | undefined {
    return this.#heap[0];
  }

  take(): Entry | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (first && last && first !== last) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  state(): AgendaState {
    return { entries: this.#heap.toSorted((a, b) => (before(a, b) ? -1 : 1)), count: this.#count };
  }

  restore({ entries, count }: AgendaState): void {
    this.clear();
    this.#heap.push(...entries); // what is sorted is a heap
    this.#count = count;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#count = 0;
  }

  /** All entries, soonest first. */
  entries(): Entry[] {
    return this.#heap.toSorted((a, b) => (before(a, b) ? -1 : 1));
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [l, r] = [this.#heap[left], this.#heap[right]];
      if (!l) return;
      const smaller = r && before(r, l) ? right : left;
      if (!this.#swapIfBefore(smaller, at)) return;
      at = smaller;
    }
  }

  #swapIfBefore(at: number, other: number): boolean {
    const [a, b] = [this.#heap[at], this.#heap[other]];
    if (!a || !b || !before(a, b)) return false;
    this.#heap[at] = b;
    this.#heap[other] = a;
    return true;
  }
}
