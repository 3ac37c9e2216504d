import { addExact, type Exact, parseExact, roundShare, timesExact } from '../money/exact.ts';
import { isMetered, type LineStep } from '../pricing/line-step.ts';
import type { Explanation } from './receipt.ts';

/** How the amount of a line came about, as a source knows it. */
export interface Rated {
  readonly quantity: number;
  /** Decimal text or whole minor units of one. */
  readonly unitAmount: string | number;
  readonly amount: number;
  readonly steps?: readonly LineStep[] | undefined;
}

/**
 * The explanation of a price times a quantity: only one that comes to the amount, and none where the amount alone says
 * everything.
 */
export function explainAmount({ quantity, unitAmount, amount, steps }: Rated): Explanation[] {
  if (steps) return comesTo(steps) === amount || isMetered(steps) ? [{ kind: 'steps', steps: [...steps] }] : [];
  const unit = String(unitAmount);
  const plain = quantity === 1 && parseExact(unit) === amount;
  return !plain && roundShare(timesExact(parseExact(unit), quantity)) === amount && quantity > 0
    ? [{ kind: 'units', quantity, unitAmount: unit }]
    : [];
}

/** What steps add up to, minor units, rounded once. */
function comesTo(steps: readonly LineStep[]): number {
  return roundShare(steps.reduce<Exact>((sum, step) => addExact(sum, exactly(step)), 0));
}

function exactly(step: LineStep): Exact {
  if (step.kind === 'packages') return timesExact(parseExact(step.unitAmount), step.packages);
  if (step.kind === 'tier') return addExact(timesExact(parseExact(step.unitAmount), step.units), parseExact(step.flatAmount ?? '0'));
  return 0;
}
