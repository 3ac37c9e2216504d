/**
 * Step subscription: what a customer has used (docs.stripe.com/billing/subscriptions/usage-based).
 *
 * Promise: usage belongs to the period that its timestamp falls into, the start included and the end not.
 */
import { round } from '../money/rational.ts';
import { exactAmount } from '../money/price-amount.ts';
import { isMetered, type Meter, type MeterEventRow, usageKey } from '../objects/meter.ts';
import { memory } from '../objects/memory.ts';
import type { Period } from '../objects/invoice.ts';
import type { Subscription, SubscriptionItem } from '../objects/subscription.ts';
import type { World } from '../world.ts';
import type { NewLine } from './invoice-draft.ts';
import { itemLine } from './subscription-lines.ts';

/** The uses of a period, oldest first. */
export const usesOf = (world: World, meter: string, customer: string, { start, end }: Period): MeterEventRow[] =>
  world.tables.meterEvents
    .of(usageKey(meter, customer))
    .filter(({ [memory]: { timestamp } }) => timestamp >= start && timestamp < end)
    .toSorted((a, b) => a[memory].timestamp - b[memory].timestamp);

/** What the uses come to by the meter's formula; corrections below nothing count as nothing. */
export function aggregate({ default_aggregation: { formula } }: Meter, uses: readonly MeterEventRow[]): number {
  if (formula === 'count') return uses.length;
  if (formula === 'last') return uses.at(-1)?.[memory].value ?? 0;
  return Math.max(
    0,
    uses.reduce((sum, { [memory]: { value } }) => sum + value, 0),
  );
}

/** Units of a metered item in the period that it is in. */
function usedUnits(
  world: World,
  customer: string,
  { price, current_period_start: start, current_period_end: end }: SubscriptionItem,
): number {
  const meter = world.tables.meters.get(price.recurring?.meter ?? '');
  return meter ? aggregate(meter, usesOf(world, meter.id, customer, { start, end })) : 0;
}

/** The line of a metered item for the period that has ended; what a trial used is free. */
export function usageLine(world: World, subscription: Subscription, ended: SubscriptionItem, onTrial: boolean): NewLine {
  const quantity = usedUnits(world, subscription.customer, ended);
  const line = itemLine(world, subscription, { ...ended, quantity }, onTrial);
  return { ...line, amount: onTrial ? 0 : round(exactAmount(ended.price, subscription.currency, quantity)) };
}

/** Statuses in which use is billed: that of a trial is free, that of a pause is not invoiced. */
const billedStatuses: ReadonlySet<string> = new Set(['active', 'past_due', 'unpaid']);

/** The lines of a last invoice, for what was used until now in the period that ends with the subscription `before`; none where nothing was. */
export function lastUsageLines(world: World, before: Subscription): NewLine[] {
  if (!billedStatuses.has(before.status)) return [];
  const lines = before.items.data.filter(isMetered).map((item) => {
    const line = usageLine(world, before, item, false);
    return { ...line, period: { start: item.current_period_start, end: Math.min(item.current_period_end, world.now()) } };
  });
  return lines.some(({ amount }) => amount > 0) ? lines : [];
}
