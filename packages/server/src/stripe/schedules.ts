/** Step 7 at Stripe: a change that waits for the end of the period, as a subscription schedule. */
import type { IntervalKey } from '@tillkit/core/catalog/catalog';
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';
import { fromIntervalKey } from './interval.ts';
import { writePurchaseNote, type PurchaseNote } from './metadata.ts';
import { idOf } from './price-facts.ts';
import type { PricedLine } from './subscriptions.ts';

export interface ScheduledOrder {
  readonly lines: readonly PricedLine[];
  readonly interval: IntervalKey;
  readonly note: PurchaseNote;
  readonly idempotencyKey: string;
}

/** Keeps a subscription as it is to the end of its period and changes it then, without proration. */
export async function scheduleChange(stripe: StripeGateway, subscriptionId: string, order: ScheduledOrder): Promise<void> {
  const { subscriptionSchedules } = await stripe();
  const schedule = await subscriptionSchedules.create(
    { from_subscription: subscriptionId },
    { idempotencyKey: `${order.idempotencyKey}:create` },
  );
  const current = schedule.phases[0]!;
  await subscriptionSchedules.update(
    schedule.id,
    {
      end_behavior: 'release',
      proration_behavior: 'none',
      phases: [
        { items: current.items.map(toPhaseItem), start_date: current.start_date, end_date: current.end_date },
        {
          items: order.lines.map(({ priceId, quantity }) => ({ price: priceId, quantity })),
          duration: fromIntervalKey(order.interval),
          proration_behavior: 'none',
          metadata: { ...writePurchaseNote(order.note) },
        },
      ],
    },
    { idempotencyKey: `${order.idempotencyKey}:phases` },
  );
}

/** Lets the subscription go on as it is; the schedule's later phases are forgotten. */
export async function releaseSchedule(stripe: StripeGateway, scheduleId: string): Promise<void> {
  const { subscriptionSchedules } = await stripe();
  await subscriptionSchedules.release(scheduleId, {}, { idempotencyKey: `release:${scheduleId}` });
}

function toPhaseItem({ price, quantity }: Stripe.SubscriptionSchedule.Phase.Item) {
  return { price: idOf(price), ...(quantity !== undefined && { quantity }) };
}
