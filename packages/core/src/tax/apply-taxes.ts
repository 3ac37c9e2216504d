import { parsePercentage, roundShare } from '../money/exact.ts';
import { exclusiveTaxOnNetAmount, roundInclusiveTax } from '../money/unconfirmed.ts';
import type { TaxRate } from './tax-rate.ts';

/**
 * Minor units of each rate's tax on all lines together, each line after its discounts and rounded by itself.
 *
 * Inclusive: amount × rate ÷ (100 + all inclusive rates); exclusive: amount × rate ÷ 100, halves away from zero.
 * Source: Stripe's page "Tax rates"; how both kinds mix is `exclusiveTaxOnNetAmount`.
 */
export function taxLines(amounts: readonly number[], rates: readonly TaxRate[]): readonly number[] {
  const totals = rates.map(() => 0);
  if (rates.length === 0) return totals;
  const percentages = rates.map(({ percentage }) => parsePercentage(percentage));
  const scale = percentages.reduce((largest, { whole }) => Math.max(largest, whole), 100);
  const parts = percentages.map(({ part, whole }) => part * (scale / whole));
  const gross = scale + rates.reduce((sum, { inclusive }, index) => sum + (inclusive ? parts[index]! : 0), 0);
  for (const amount of amounts) {
    let net = amount;
    rates.forEach(({ inclusive }, index) => {
      if (!inclusive) return;
      const tax = roundInclusiveTax(amount, parts[index], gross);
      totals[index]! += tax;
      if (exclusiveTaxOnNetAmount) net -= tax;
    });
    rates.forEach(({ inclusive }, index) => {
      if (!inclusive) totals[index]! += roundShare(net, parts[index], scale);
    });
  }
  return totals;
}
