import { maximumCharge } from '../money/maximum-charge.ts';
import type { Quote } from './quote.ts';

/** Whether something of it is more than Stripe charges at once: today, or with any renewal. */
export function isTooLarge({ currency, dueToday, recurring, otherRecurring = [], introductory, first }: Quote): boolean {
  const amounts = [dueToday, recurring?.amount ?? 0, ...otherRecurring.map(({ amount }) => amount), introductory?.amount ?? 0];
  return [...amounts, first?.amount ?? 0].some((amount) => amount > maximumCharge(currency));
}
