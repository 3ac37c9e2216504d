/**
 * One table of the sandbox: rows by id, in order of creation, each write undoable.
 *
 * Promise: rows are never changed in place, so an event or an undo can keep the very row it saw.
 */
import type { Journal } from './journal.ts';

export interface Row {
  readonly id: string;
  readonly object: string;
}

export interface TableOptions<T extends Row> {
  /** Key under which `of` finds rows again, e.g. the customer they belong to; null leaves the row out. */
  readonly index?: (row: T) => string | null;
  /** Told of each row that was written, also by an undo. */
  readonly onWrite?: (row: T) => void;
}

/** All that a table holds, in its own order. */
export interface TableState<T extends Row> {
  readonly rows: readonly T[];
  /** Ids by index key. */
  readonly index: readonly (readonly [string, readonly string[]])[];
}

export class Table<T extends Row> {
  readonly #rows = new Map<string, T>();
  readonly #index = new Map<string, Set<string>>();
  readonly #journal: Journal;
  readonly #options: TableOptions<T>;

  constructor(journal: Journal, options: TableOptions<T> = {}) {
    this.#journal = journal;
    this.#options = options;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  /** All rows, newest first. */
  all(): T[] {
    return [...this.#rows.values()].toReversed();
  }

  /** Rows whose index key is `key`, newest first. */
  of(key: string): T[] {
    return [...(this.#index.get(key) ?? [])].flatMap((id) => this.#rows.get(id) ?? []).toReversed();
  }

  put(row: T): void {
    const before = this.#rows.get(row.id);
    this.#write(row.id, row);
    this.#journal.note(() => this.#write(row.id, before));
  }

  remove(id: string): void {
    const before = this.#rows.get(id);
    if (!before) return;
    this.#write(id, undefined);
    this.#journal.note(() => this.#write(id, before));
  }

  state(): TableState<T> {
    return { rows: [...this.#rows.values()], index: [...this.#index].map(([key, ids]) => [key, [...ids]] as const) };
  }

  /** Takes over `state` without telling anyone. */
  restore({ rows, index }: TableState<T>): void {
    this.clear();
    for (const row of rows) this.#rows.set(row.id, row);
    for (const [key, ids] of index) this.#index.set(key, new Set(ids));
  }

  clear(): void {
    this.#rows.clear();
    this.#index.clear();
  }

  #write(id: string, row: T | undefined): void {
    const before = this.#rows.get(id);
    if (row) this.#rows.set(id, row);
    else this.#rows.delete(id);
    this.#reindex(id, before, row);
    if (row) this.#options.onWrite?.(row);
  }

  #reindex(id: string, before: T | undefined, after: T | undefined): void {
    const { index } = this.#options;
    if (!index) return;
    const from = before ? index(before) : null;
    const to = after ? index(after) : null;
    if (from === to) return;
    if (from !== null) this.#index.get(from)?.delete(id);
    if (to !== null) this.#index.set(to, (this.#index.get(to) ?? new Set()).add(id));
  }
}
