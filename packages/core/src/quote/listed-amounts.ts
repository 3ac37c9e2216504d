import { isMetered } from '../pricing/line-step.ts';
import type { Quote } from './quote.ts';

/** What the catalog alone makes of a selection, before discounts, taxes and credit; minor units. */
export interface ListedAmounts {
  /** Payable when the buyer confirms; in a trial only what is paid once. */
  readonly today: number;
  /** Of all lines that come round, whatever their interval. */
  readonly recurring: number;
  /** What one unit of each line costs that is paid by use, decimal text in minor units, in the order of the lines; absent without any. */
  readonly usage?: string[];
}

/** By these a server sees that a page has shown an older catalog, or a trial that this buyer has had. */
export function listedAmounts({ lines, trial }: Pick<Quote, 'lines' | 'trial'>): ListedAmounts {
  const sum = (recurs: boolean): number =>
    lines.reduce((total, { amount, interval }) => total + (Boolean(interval) === recurs ? amount : 0), 0);
  const recurring = sum(true);
  const usage = lines
    .filter(({ steps }) => isMetered(steps))
    .map(({ unitAmount, unitAmountDecimal }) => unitAmountDecimal ?? String(unitAmount));
  return { today: sum(false) + (trial ? 0 : recurring), recurring, ...(usage.length > 0 && { usage }) };
}
