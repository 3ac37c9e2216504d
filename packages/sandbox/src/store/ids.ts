/**
 * Ids and secrets with Stripe's prefixes.
 *
 * Promise: the same seed gives the same ids in the same order.
 */
import { hash } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export interface Ids {
  /** A new id such as `cus_4fN…`. */
  next(prefix: string, length?: number): string;
  state(): IdsState;
  restore(state: IdsState): void;
}

/** Where the ids stand. */
export interface IdsState {
  readonly seed: string;
  readonly count: number;
}

export function createIds(first: string): Ids {
  let seed = first;
  let count = 0;
  return {
    next(prefix, length = 24) {
      count += 1;
      let id = `${prefix}_`;
      for (const byte of hash('sha512', `${seed} ${prefix} ${count}`, 'buffer').subarray(0, length)) id += alphabet[byte % alphabet.length];
      return id;
    },
    state: () => ({ seed, count }),
    restore(state) {
      ({ seed, count } = state);
    },
  };
}
