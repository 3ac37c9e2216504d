/**
 * Chance that can be repeated.
 *
 * Promise: the same seed gives the same numbers in the same order.
 */
import { hash } from 'node:crypto';

export interface Chance {
  /** The next number, from 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** How many numbers were drawn; setting it resumes there. */
  drawn: number;
}

export function createChance(seed: string): Chance {
  return {
    drawn: 0,
    next() {
      this.drawn += 1;
      return hash('sha256', `${seed} ${this.drawn}`, 'buffer').readUInt32BE(0) / 2 ** 32;
    },
  };
}
