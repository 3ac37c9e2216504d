import { parsePercentage } from '../money/exact.ts';
import { exclusiveTaxOnNetAmount, roundInclusiveTax } from '../money/unconfirmed.ts';
import { roundShare } from '../money/exact.ts';
import type { TaxRate } from './tax-rate.ts';

/**
 * Minor units of each rate's tax on one line after its discounts.
 *
 * Inclusive: amount × rate ÷ (100 + all inclusive rates); exclusive: amount × rate ÷ 100, halves away from zero, line
 * by line. Source: Stripe's page "Tax rates"; how both kinds mix is `exclusiveTaxOnNetAmount`.
 */
export function applyTaxes(amount: number, rates: readonly TaxRate[]): readonly number[] {
  const percentages = rates.map(({ percentage }) => parsePercentage(percentage));
  const scale = percentages.reduce((largest, { whole }) => Math.max(largest, whole), 100);
  const parts = percentages.map(({ part, whole }) => part * (scale / whole));
  const included = rates.reduce((sum, { inclusive }, index) => sum + (inclusive ? (parts[index] ?? 0) : 0), 0);
  const taxes = rates.map(({ inclusive }, index) => (inclusive ? roundInclusiveTax(amount, parts[index] ?? 0, scale + included) : 0));
  const net = exclusiveTaxOnNetAmount ? amount - taxes.reduce((sum, tax) => sum + tax, 0) : amount;
  return rates.map(({ inclusive }, index) => (inclusive ? (taxes[index] ?? 0) : roundShare(net, parts[index] ?? 0, scale)));
}
