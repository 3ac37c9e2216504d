/**
 * Step subscription: what is left of a period.
 *
 * Promise: to the second (stripe.com/docs/billing/subscriptions/prorations), exact, one rounding per line.
 */
import type { Period } from '../objects/invoice.ts';
import { type Rational, rational, round, times } from './rational.ts';

/** The part of `period` that lies after `at`, between 0 and 1. */
export function remainingShare({ start, end }: Period, at: number): Rational {
  const left = Math.min(Math.max(end - at, 0), end - start);
  return rational(left, end - start);
}

/** Credit for the rest of what was debited: negative minor units. */
export const creditFor = (debited: number, period: Period, at: number): number =>
  round(times(rational(-debited), remainingShare(period, at)));

/** Debit of the rest of a period at the exact amount of the whole. */
export const debitFor = (whole: Rational, period: Period, at: number): number => round(times(whole, remainingShare(period, at)));
